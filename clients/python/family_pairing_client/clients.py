"""The two clients: the same questions, one waiting in a thread, one in asyncio."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from family_pairing_client import asking, searching
from family_pairing_client.asking import Answered, Asking, Options, Pending, Tries
from family_pairing_client.errors import FamilyPairingError, Unavailable, Unreadable
from family_pairing_client.questions import Decision, Entity, Question, batches, read, read_all
from family_pairing_client.searching import Configuration, Search


class Client:
    """Asks Family Pairing; for any number of threads."""

    def __init__(
        self, base_url: str, key: str, options: Options | None = None, *, transport: httpx.BaseTransport | None = None
    ):
        self._asking = Asking(base_url, key, options or Options())
        self._http = httpx.Client(transport=transport, follow_redirects=False)

    def __repr__(self) -> str:
        return f"Client({self._asking.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def forget(self) -> None:
        """Forget every decision that is kept."""
        self._asking.cache.clear()

    def decide(self, question: Question) -> Decision:
        """Return the decision; where none can be had, what was chosen for the action, with ``error`` saying why."""
        return self.decide_all([question])[0]

    def decide_all(self, questions: Sequence[Question]) -> list[Decision]:
        """Return one decision for each question, in their order."""
        pending = self._asking.begin(questions)
        for part in _parts(self._asking, pending):
            try:
                answer, asked = self._send("POST", part.path, part.body)
                part.take(answer, asked)
            except FamilyPairingError as error:
                part.fail(error)
        return _whole(pending)

    def search_subjects(self, action: str, resource: Entity, *, type: str = "account", **parts: Any) -> Iterator[str]:
        """Find who may do this, among those whom Family Pairing holds. Raises a FamilyPairingError."""
        return self._search(searching.subjects(action, resource, type, **parts))

    def search_resources(
        self,
        subject: Entity,
        action: str,
        *,
        type: str = "account",
        properties: Mapping[str, Any] | None = None,
        **parts: Any,
    ) -> Iterator[str]:
        """Find what this may be done to, among what Family Pairing holds. Raises a FamilyPairingError."""
        return self._search(searching.resources(subject, action, type, properties or {}, **parts))

    def search_actions(self, subject: Entity, resource: Entity, **parts: Any) -> Iterator[str]:
        """Find what may be done. Raises a FamilyPairingError."""
        return self._search(searching.actions(subject, resource, **parts))

    def configuration(self) -> Configuration:
        """Return what the decision point says of itself. Raises a FamilyPairingError."""
        return searching.read_configuration(self._send("GET", asking.CONFIGURATION, None)[0].json())

    def _search(self, search: Search) -> Iterator[str]:
        token = ""
        for _ in range(searching.MOST_PAGES):
            answer, _ = self._send("POST", asking.SEARCH + search.looked_for, search.dump(token))
            page = searching.read_page(answer.json(), search.looked_for)
            yield from (each.id for each in page.found)
            token = page.token
            if not token:
                return
        raise Unreadable("a search has no end")

    def _send(self, method: str, path: str, body: Any) -> tuple[Answered, float]:
        """Return the answer, and when it was asked for last.

        Raises Unavailable when there is none.
        """
        tries = Tries(self._asking.options)
        while True:
            asked = self._asking.options.clock.steady()
            failed: Unavailable | None = None
            try:
                answer = self._once(method, path, body, tries.left())
                wait = tries.wait(answer.retry_after) if answer.may_be_retried else None
                if wait is None:
                    return answer, asked
            except httpx.HTTPError as error:
                failed = asking.lost(error)
                wait = tries.wait(None) if isinstance(error, asking.RETRIED) else None
            if wait is None and failed is not None:
                raise failed
            time.sleep(wait or 0.0)

    def _once(self, method: str, path: str, body: Any, seconds: float) -> Answered:
        """Send once; what trickles in is given up when its time is over."""
        ends = time.monotonic() + seconds
        with self._http.stream(
            method, self._asking.base_url + path, json=body, headers=self._asking.headers, timeout=seconds
        ) as response:
            whole = b""
            for piece in response.iter_bytes():
                whole += piece
                if time.monotonic() > ends or len(whole) > asking.LONGEST_ANSWER:
                    raise httpx.ReadTimeout("too slow, or too long")
            return Answered(response.status_code, response.headers, whole)


class AsyncClient:
    """Asks Family Pairing, in asyncio."""

    def __init__(
        self,
        base_url: str,
        key: str,
        options: Options | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ):
        self._asking = Asking(base_url, key, options or Options())
        self._http = httpx.AsyncClient(transport=transport, follow_redirects=False)

    def __repr__(self) -> str:
        return f"AsyncClient({self._asking.base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    def forget(self) -> None:
        """Forget every decision that is kept."""
        self._asking.cache.clear()

    async def decide(self, question: Question) -> Decision:
        """Return the decision; where none can be had, what was chosen for the action, with ``error`` saying why."""
        return (await self.decide_all([question]))[0]

    async def decide_all(self, questions: Sequence[Question]) -> list[Decision]:
        """Return one decision for each question, in their order."""
        pending = self._asking.begin(questions)
        for part in _parts(self._asking, pending):
            try:
                answer, asked = await self._send("POST", part.path, part.body)
                part.take(answer, asked)
            except FamilyPairingError as error:
                part.fail(error)
        return _whole(pending)

    def search_subjects(
        self, action: str, resource: Entity, *, type: str = "account", **parts: Any
    ) -> AsyncIterator[str]:
        """Find who may do this, among those whom Family Pairing holds. Raises a FamilyPairingError."""
        return self._search(searching.subjects(action, resource, type, **parts))

    def search_resources(
        self,
        subject: Entity,
        action: str,
        *,
        type: str = "account",
        properties: Mapping[str, Any] | None = None,
        **parts: Any,
    ) -> AsyncIterator[str]:
        """Find what this may be done to, among what Family Pairing holds. Raises a FamilyPairingError."""
        return self._search(searching.resources(subject, action, type, properties or {}, **parts))

    def search_actions(self, subject: Entity, resource: Entity, **parts: Any) -> AsyncIterator[str]:
        """Find what may be done. Raises a FamilyPairingError."""
        return self._search(searching.actions(subject, resource, **parts))

    async def configuration(self) -> Configuration:
        """Return what the decision point says of itself. Raises a FamilyPairingError."""
        answer, _ = await self._send("GET", asking.CONFIGURATION, None)
        return searching.read_configuration(answer.json())

    async def _search(self, search: Search) -> AsyncIterator[str]:
        token = ""
        for _ in range(searching.MOST_PAGES):
            answer, _ = await self._send("POST", asking.SEARCH + search.looked_for, search.dump(token))
            page = searching.read_page(answer.json(), search.looked_for)
            for each in page.found:
                yield each.id
            token = page.token
            if not token:
                return
        raise Unreadable("a search has no end")

    async def _send(self, method: str, path: str, body: Any) -> tuple[Answered, float]:
        """Return the answer, and when it was asked for last.

        Raises Unavailable when there is none.
        """
        tries = Tries(self._asking.options)
        while True:
            asked = self._asking.options.clock.steady()
            failed: Unavailable | None = None
            try:
                answer = await self._once(method, path, body, tries.left())
                wait = tries.wait(answer.retry_after) if answer.may_be_retried else None
                if wait is None:
                    return answer, asked
            except httpx.HTTPError as error:
                failed = asking.lost(error)
                wait = tries.wait(None) if isinstance(error, asking.RETRIED) else None
            if wait is None and failed is not None:
                raise failed
            await asyncio.sleep(wait or 0.0)

    async def _once(self, method: str, path: str, body: Any, seconds: float) -> Answered:
        """Send once; what trickles in is given up when its time is over."""
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.stream(
                    method, self._asking.base_url + path, json=body, headers=self._asking.headers, timeout=seconds
                ) as response,
            ):
                whole = b""
                async for piece in response.aiter_bytes():
                    whole += piece
                    if len(whole) > asking.LONGEST_ANSWER:
                        raise httpx.ReadTimeout("too long")
                return Answered(response.status_code, response.headers, whole)
        except TimeoutError:
            raise httpx.ReadTimeout("too slow") from None


class _Part:
    """One request of those that some questions need, and where its answers go."""

    def __init__(self, asking: Asking, pending: Pending, places: Sequence[int], path: str, body: Any):
        self._asking = asking
        self._pending = pending
        self._places = places
        self.path = path
        self.body = body

    def take(self, answer: Answered, asked: float) -> None:
        """Read an answer; keep what may be kept.

        Raises a FamilyPairingError for what holds no decisions.
        """
        raw, understood = answer.json(), self._asking.options.understands
        single = self.path == asking.EVALUATION
        decisions = [read(raw, understood)] if single else read_all(raw, len(self._places), understood)
        for place, decision in zip(self._places, decisions, strict=True):
            self._pending.decided[place] = decision
            self._asking.cache.put(self._pending.questions[place], decision, asked, answer.date)

    def fail(self, error: FamilyPairingError) -> None:
        """Put in their place what was chosen for each action."""
        for place in self._places:
            self._pending.decided[place] = self._asking.refused(self._pending.questions[place], error)


def _parts(about: Asking, pending: Pending) -> Iterator[_Part]:
    """Return the requests that are needed: one alone is asked alone."""
    places = pending.open
    written = [about.written(pending.questions[place]) for place in places]
    if len(places) == 1:
        yield _Part(about, pending, places, asking.EVALUATION, written[0])
        return
    start = 0
    for count, body in batches(written):
        yield _Part(about, pending, places[start : start + count], asking.EVALUATIONS, body)
        start += count


def _whole(pending: Pending) -> list[Decision]:
    """Return the decisions, of which none is missing any more."""
    return [each for each in pending.decided if each is not None]
