"""Streams that say only "read again": one for each open app, fed by tickles and by the poll of versions."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import orjson

from accounts.tokens import read_device, read_ticket
from edge.http import Answer, Header, Request, Send, token_invalid, too_many, unavailable
from edge.ports import Settings
from edge.reader import Found, Reader
from family_pairing.problems import Problem
from ledger.cache import decode_tickle
from ledger.seal import Unreadable

log = logging.getLogger(__name__)

RETRY_MS: Final = 3000
# A client whose socket takes nothing for this long is let go.
SLOW_S: Final = 10.0
# By then every edge process knows what this one knows (see `edge.watch`).
KNOWN_EVERYWHERE_S: Final = 1.5
TRY_AGAIN_S: Final = 1.0
NEVER: Final = float("inf")
HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
)
Change = tuple[int, int]


class Who(NamedTuple):
    """Whose stream it is; a ticket proves no generation."""

    teen: str
    device: str
    generation: int | None

    def is_listed(self, found: Found, at: float) -> bool:
        """Say whether the account lists this device at this moment."""
        if self.generation is None:
            return self.device in found.tag.devices
        return found.tag.lists(self.device, self.generation, at)


class Stream:
    """One open stream; of all that happens between two frames only the newest counts."""

    __slots__ = ("_wake", "closing", "newest", "told", "who")

    def __init__(self, who: Who):
        self.who = who
        self.newest: Change = (0, 0)
        self.told: Change = (0, 0)
        self.closing = False
        self._wake = asyncio.Event()

    def hear(self, change: Change) -> None:
        """Learn that the account has changed."""
        if change > self.newest:
            self.newest = change
            self._wake.set()

    def is_behind(self) -> bool:
        """Say whether there is something to tell."""
        return self.newest > self.told

    def close(self) -> None:
        """End soon."""
        self.closing = True
        self._wake.set()

    async def wait(self, seconds: float) -> None:
        """Return when something has happened since the last wait, or after this time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        self._wake.clear()


class Streams:
    """All the streams of this process."""

    def __init__(self, reader: Reader, settings: Settings, now: Callable[[], float]):
        self._reader = reader
        self._settings = settings
        self._now = now
        self._by_teen: dict[str, set[Stream]] = {}
        self._a_device: Counter[str] = Counter()
        self._count = 0
        self._is_closing = False

    def teens(self) -> list[str]:
        """Return the accounts that somebody listens for."""
        return list(self._by_teen)

    def devices(self) -> list[str]:
        """Return the devices that listen."""
        return list(self._a_device)

    def hear_tickle(self, message: bytes) -> None:
        """Take a tickle from Redis; what is none is left to the poll."""
        try:
            teen, epoch, seq = decode_tickle(message)
        except Unreadable:
            log.warning("streams: a tickle could not be read")
            return
        self.hear(teen, (epoch, seq))

    def hear(self, teen: str, change: Change) -> None:
        """Tell every stream of this account that it has changed."""
        for stream in self._by_teen.get(teen, ()):
            stream.hear(change)

    def revoke(self, devices: Iterable[str]) -> None:
        """End the streams of these devices."""
        gone = set(devices)
        for streams in self._by_teen.values():
            for stream in streams:
                if stream.who.device in gone:
                    stream.close()

    def shut(self) -> None:
        """End every stream and open no other: the process is about to stop."""
        self._is_closing = True
        for streams in self._by_teen.values():
            for stream in streams:
                stream.close()

    async def answer(self, request: Request, send: Send) -> Answer | None:
        """Answer GET /ofrep/v1/stream."""
        who = self._who(request)
        if not self._settings.streams:
            # The one answer that ends an EventSource for good.
            return Answer(204)
        stream = self._enter(who)
        try:
            # Entered first, read second: what changes in between has woken the stream already.
            found = await self._reader.read(who.teen, with_body=False)
            if found is None or not who.is_listed(found, self._now()):
                raise token_invalid()
            if request.is_head:
                return Answer(200, HEADERS)
            await self._serve(stream, found, request, send)
        finally:
            self._leave(stream)
        return None

    def _who(self, request: Request) -> Who:
        ticket = request.take_query().get("ticket")
        bearer = request.bearer()
        if bearer is not None:
            token = read_device(self._settings.ring, bearer)
            if token is not None:
                return Who(*token)
        elif ticket is not None:
            listener = read_ticket(self._settings.ring, ticket, int(self._now() // 86_400))
            if listener is not None:
                return Who(listener.teen, listener.device, None)
        raise token_invalid()

    def _enter(self, who: Who) -> Stream:
        if self._is_closing or self._count >= self._settings.streams:
            # Spread out, so that those who are refused together do not come back together.
            raise unavailable(random.randint(3, 10))  # noqa: S311 - jitter
        if self._a_device[who.device] >= self._settings.streams_a_device:
            raise too_many(random.randint(3, 10))  # noqa: S311 - jitter
        stream = Stream(who)
        self._by_teen.setdefault(who.teen, set()).add(stream)
        self._a_device[who.device] += 1
        self._count += 1
        return stream

    def _leave(self, stream: Stream) -> None:
        who = stream.who
        self._by_teen[who.teen].discard(stream)
        if not self._by_teen[who.teen]:
            del self._by_teen[who.teen]
        self._a_device[who.device] -= 1
        if not self._a_device[who.device]:
            del self._a_device[who.device]
        self._count -= 1

    async def _serve(self, stream: Stream, found: Found, request: Request, send: Send) -> None:
        headers = [*HEADERS, (b"x-request-id", request.request_id)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        left = asyncio.ensure_future(_until_left(request, stream))
        try:
            await Talk(stream, self._reader, self._settings, self._now, send).run(
                found, request.header(b"last-event-id")
            )
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("streams: a slow client was let go")
        except Exception as error:  # the answer has begun, so it can only end
            log.warning("streams: one ended early (%s)", type(error).__name__)
        finally:
            left.cancel()


class Talk:
    """What is said on one stream, from its first bytes to its end."""

    def __init__(self, stream: Stream, reader: Reader, settings: Settings, unix_now: Callable[[], float], send: Send):
        self._stream = stream
        self._reader = reader
        self._unix_now = unix_now
        self._heartbeat_s = settings.heartbeat_s
        self._send = send
        now = time.monotonic()
        self._ends = now + random.uniform(*settings.stream_ends_s)  # noqa: S311 - jitter
        self._beat = now + settings.heartbeat_s
        self._not_before = now
        self._echo = NEVER

    async def run(self, found: Found, last: bytes | None) -> None:
        """Talk until the stream is closed or its time is over."""
        await self._write(b"retry: %d\n\n" % (RETRY_MS + random.randint(0, RETRY_MS)))  # noqa: S311 - jitter
        self._stream.told = found.tag.version[:2]
        if last != _id(self._stream.told):
            await self._tell(found)
        while not self._stream.closing and (now := time.monotonic()) < self._ends:
            due = self._not_before if self._stream.is_behind() else self._echo
            if now >= due:
                await self._look()
            elif now >= self._beat:
                await self._write(b": k\n\n")
            else:
                await self._stream.wait(min(due, self._beat, self._ends) - now)

    async def _look(self) -> None:
        """Read what applies now, and tell it where it is news or was told before everyone knew it."""
        stream, wanted, is_echo = self._stream, self._stream.newest, not self._stream.is_behind()
        try:
            found = await self._reader.read(stream.who.teen, with_body=False, at_least=wanted)
        except Problem:
            self._not_before = time.monotonic() + TRY_AGAIN_S
            self._echo = NEVER if self._echo is NEVER else self._not_before
            return
        self._echo = NEVER
        if found is None or stream.who.device not in found.tag.devices:
            stream.close()
            return
        before, stream.told = stream.told, found.tag.version[:2]
        if stream.newest == wanted:
            # Also when the tickle promised more than there is: nobody is woken by it twice.
            stream.newest = stream.told
        if is_echo or stream.told > before:
            await self._tell(found, echoed=is_echo)

    async def _tell(self, found: Found, *, echoed: bool = False) -> None:
        if not found.in_redis and not echoed:
            # Another process may not know yet that Redis is behind, and answer the client with what was before.
            self._echo = time.monotonic() + KNOWN_EVERYWHERE_S
        data = {"type": "refetchEvaluation", "etag": found.tag.etag, "lastModified": int(self._unix_now())}
        told = _id(found.tag.version[:2])
        await self._write(b"id: %b\nevent: message\ndata: %b\n\n" % (told, orjson.dumps(data)))

    async def _write(self, text: bytes) -> None:
        async with asyncio.timeout(SLOW_S):
            await self._send({"type": "http.response.body", "body": text, "more_body": True})
        self._beat = time.monotonic() + self._heartbeat_s


def _id(change: Change) -> bytes:
    return b"%d.%d" % change


async def _until_left(request: Request, stream: Stream) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    stream.close()
