"""Requests and answers over ASGI, as small as the hot paths need them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

import orjson
import uuid_utils

from family_pairing.problems import MEDIA_TYPE, Problem, problem_body

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]

BODY_LIMIT: Final = 65_536
# On every answer of the edge: these are data for programs, never a page.
SECURITY: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
NO_STORE: Final[Header] = (b"cache-control", b"no-store")
# Longer than this, or with signs that are none, an id of a caller's own is not said back.
_REQUEST_ID: Final = re.compile(rb"[ -~]{1,128}")
# A body that comes in pieces comes within this time.
PATIENCE_S: Final = 10.0


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""


class Request:
    """One HTTP request, read only as far as somebody asks."""

    __slots__ = ("_headers", "receive", "request_id", "scope")

    def __init__(self, scope: Scope, receive: Receive):
        self.scope = scope
        self.receive = receive
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.header(b"x-request-id")
        self.request_id = given if given and _REQUEST_ID.fullmatch(given) else uuid_utils.uuid7().hex.encode()

    @property
    def is_head(self) -> bool:
        return bool(self.scope["method"] == "HEAD")

    def header(self, name: bytes) -> bytes | None:
        """Return the header of this name, which is in lower case."""
        return self._headers.get(name)

    def bearer(self) -> str | None:
        """Return the bearer credential."""
        value = self.header(b"authorization")
        if value is None or value[:7].lower() != b"bearer ":
            return None
        return value[7:].strip().decode("latin-1")

    def take_query(self) -> dict[str, str]:
        """Return the query, and take it out of the request, so that no access log writes a ticket down."""
        raw: bytes = self.scope["query_string"]
        self.scope["query_string"] = b""
        return dict(parse_qsl(raw.decode("latin-1"), max_num_fields=20)) if raw.count(b"&") < 20 else {}

    async def body(self) -> bytes:
        """Return the whole body.

        Raises the problem `too_large`, or `malformed` for one that does not come to its end.
        """
        message = await self.receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            whole: bytes = message.get("body", b"")
        else:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    whole = await self._rest(message)
            except TimeoutError:
                raise Problem("malformed", "The body did not come to its end.") from None
        if len(whole) > BODY_LIMIT:
            raise Problem("too_large")
        return whole

    async def _rest(self, message: Message) -> bytes:
        parts, size = [], 0
        while message["type"] == "http.request":
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > BODY_LIMIT or not message.get("more_body"):
                return b"".join(parts)
            message = await self.receive()
        raise Problem("malformed", "The body did not come to its end.")

    def refuse_large_body(self) -> None:
        """Raise the problem of a body that is announced as larger than anything that is read here."""
        length = self.header(b"content-length")
        if length is not None and not (length.isdigit() and len(length) < 10 and int(length) <= BODY_LIMIT):
            raise Problem("too_large")


async def respond(request: Request, send: Send, answer: Answer) -> None:
    """Send a whole answer; the body is left out for HEAD, and for a status that has none."""
    headers = [*answer.headers, *SECURITY, (b"x-request-id", request.request_id)]
    if answer.status not in (204, 304):
        headers.append((b"content-length", b"%d" % len(answer.body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if request.is_head else answer.body})


def refusal(problem: Problem, request: Request) -> Answer:
    """Return the answer that says what is wrong (RFC 9457)."""
    extra = tuple((name.lower().encode(), value.encode()) for name, value in problem.headers.items())
    body = orjson.dumps(problem_body(problem, request.request_id.decode()))
    return Answer(problem.status, ((b"content-type", MEDIA_TYPE.encode()), NO_STORE, *extra), body)


def token_invalid() -> Problem:
    """Return the refusal of whoever does not prove who they are."""
    return Problem("token_invalid", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def unavailable(seconds: int = 1) -> Problem:
    """Return the refusal of a moment in which the truth cannot be read."""
    return Problem("unavailable", headers={"Retry-After": str(seconds)})


def too_many(seconds: int) -> Problem:
    """Return the refusal of one who asks too often."""
    return Problem("too_many", headers={"Retry-After": str(max(1, seconds))})


def matches(etag: bytes, if_none_match: bytes | None) -> bool:
    """Say whether the client holds this representation, by weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match is None:
        return False
    return any(_opaque(part) in (b"*", etag) for part in if_none_match.split(b","))


def _opaque(part: bytes) -> bytes:
    return part.strip().removeprefix(b"W/")
