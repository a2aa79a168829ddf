"""One shared connection to Redis that pipelines concurrent reads, and one that listens for tickles.

A `Line` is one connection to one run of one server, for the whole of its life: its `run_id` is in every key, so what
is asked on it can never be about the data of another run. After a restart there is a new line.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias, cast

import hiredis
from redis.connection import SSLConnection, parse_url

from ledger.cache import TICKLES, run_id_of

log = logging.getLogger(__name__)

# The time that a loop which was busy itself gets to read answers that have come already.
GRACE_S: Final = 0.02
PING_S: Final = 5.0
_NOTHING_YET: Final = object()
Part: TypeAlias = str | bytes | int
Entry: TypeAlias = tuple["asyncio.Future[list[Any]] | None", int, list[Any], float]


class Away(Exception):
    """Redis did not answer in time, or not at all."""


class Line(asyncio.Protocol):
    """One connection; questions are answered in order, and a late answer ends the line."""

    def __init__(self, timeout: float, on_message: Callable[[bytes], None] | None = None):
        self.run_id = ""
        self.is_open = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._on_message = on_message
        self._reader = hiredis.Reader(notEnoughData=_NOTHING_YET)
        self._waiting: deque[Entry] = deque()
        self._to_write: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def ask(self, *commands: tuple[Part, ...]) -> asyncio.Future[list[Any]]:
        """Send commands, and return what becomes their answers; a refused command answers a ReplyError.

        The future raises Away when the line ends first.
        """
        future: asyncio.Future[list[Any]] = self._loop.create_future()
        if not self.is_open:
            future.set_exception(Away())
            return future
        self._send(future, commands)
        return future

    def tell(self, *command: Part) -> None:
        """Send a command whose answer does not matter."""
        if self.is_open:
            self._send(None, (command,))

    def end(self) -> None:
        """Close at once; whoever waits gets Away."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        while self._waiting:
            future = self._waiting.popleft()[0]
            if future is not None and not future.done():
                future.set_exception(Away())
        if not self.ended.done():
            self.ended.set_result(None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.end()

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (reply := self._reader.gets()) is not _NOTHING_YET:
                self._take(reply)
        except hiredis.ProtocolError:
            log.warning("redis: answered in another protocol")
            self.end()

    def _take(self, reply: Any) -> None:
        if self._on_message is not None and type(reply) is list and reply and reply[0] == b"message":
            self._on_message(reply[2])
            return
        if not self._waiting:
            self.end()
            return
        future, wanted, replies, _ = self._waiting[0]
        replies.append(reply)
        if len(replies) == wanted:
            self._waiting.popleft()
            if future is not None and not future.done():
                future.set_result(replies)

    def _send(self, future: asyncio.Future[list[Any]] | None, commands: tuple[tuple[Part, ...], ...]) -> None:
        if not self._to_write:
            # Whoever asks in the same turn of the loop shares one write.
            self._loop.call_soon(self._flush)
        # Its stub names a tuple of one; it takes any.
        self._to_write.extend(hiredis.pack_command(cast("tuple[Part]", command)) for command in commands)
        self._waiting.append((future, len(commands), [], self._loop.time() + self._timeout))
        if self._alarm is None:
            self._alarm = self._loop.call_later(self._timeout, self._check)

    def _flush(self) -> None:
        written, self._to_write = b"".join(self._to_write), []
        if self.is_open and self._transport is not None:
            self._transport.write(written)

    def _check(self, after_grace: bool = False) -> None:
        self._alarm = None
        if not self._waiting:
            return
        late = self._loop.time() - self._waiting[0][3]
        if late < 0:
            self._alarm = self._loop.call_later(-late, self._check)
        elif not after_grace:
            self._alarm = self._loop.call_later(GRACE_S, self._check, True)
        else:
            log.warning("redis: no answer in time")
            self.end()


class Redis:
    """The way to Redis: a line when there is one, and never a wait when there is none."""

    def __init__(self, url: str, *, timeout: float, cool_off: float):
        self._address = _Address(url)
        self._timeout = timeout
        self._cool_off = cool_off
        self._line: Line | None = None

    @property
    def line(self) -> Line | None:
        """Return the line of this moment; None while Redis is away."""
        line = self._line
        return line if line is not None and line.is_open else None

    async def run(self) -> None:
        """Keep a line open until cancelled."""
        await _keep(self._stay, self._cool_off)

    async def _stay(self) -> None:
        line = await self._address.connect(self._timeout, None)
        try:
            (info,) = await line.ask(("INFO", "server"))
            line.run_id = run_id_of(info)
            self._line = line
            log.info("redis: connected")
            await line.ended
        finally:
            line.end()


class Listener:
    """Hears tickles, while it can; whoever needs to be sure polls as well."""

    def __init__(self, url: str, on_message: Callable[[bytes], None], *, timeout: float, cool_off: float):
        self._address = _Address(url)
        self._on_message = on_message
        self._timeout = timeout
        self._cool_off = cool_off

    async def run(self) -> None:
        """Listen until cancelled."""
        await _keep(self._stay, self._cool_off)

    async def _stay(self) -> None:
        line = await self._address.connect(self._timeout, self._on_message)
        try:
            await line.ask(("SUBSCRIBE", TICKLES))
            while not line.ended.done():
                await asyncio.wait((line.ended,), timeout=PING_S)
                # A connection that died without a word is found out here.
                await line.ask(("PING",))
        finally:
            line.end()


async def _keep(stay: Callable[[], Awaitable[None]], cool_off: float) -> None:
    while True:
        try:
            await stay()
        except (Away, OSError, TimeoutError, ssl.SSLError) as error:
            log.warning("redis: away (%s)", type(error).__name__)
            await asyncio.sleep(cool_off)
        except Exception as error:  # the edge must outlive whatever a server may answer
            log.warning("redis: refused (%s)", type(error).__name__)
            await asyncio.sleep(cool_off)


class _Address:
    """Where Redis is, and how to sign in there."""

    def __init__(self, url: str):
        parts: dict[str, Any] = parse_url(url)  # type: ignore[no-untyped-call]  # ships without
        self._path: str | None = parts.get("path")
        self._host: str = parts.get("host", "localhost")
        self._port: int = parts.get("port", 6379)
        self._ssl = _ssl_context(parts) if parts.get("connection_class") is SSLConnection else None
        self._greeting: list[tuple[Part, ...]] = []
        if parts.get("password"):
            who = [parts["username"]] if parts.get("username") else []
            self._greeting.append(("AUTH", *who, parts["password"]))
        if parts.get("db"):
            self._greeting.append(("SELECT", parts["db"]))

    async def connect(self, within: float, on_message: Callable[[bytes], None] | None) -> Line:
        """Return a line that is signed in.

        Raises Away, OSError or TimeoutError.
        """
        loop = asyncio.get_running_loop()

        def make() -> Line:
            return Line(within, on_message)

        async with asyncio.timeout(within):
            if self._path is not None:
                _, line = await loop.create_unix_connection(make, self._path)
            else:
                _, line = await loop.create_connection(make, self._host, self._port, ssl=self._ssl)
        with contextlib.ExitStack() as undo:
            undo.callback(line.end)
            for reply in await line.ask(*self._greeting) if self._greeting else []:
                if isinstance(reply, hiredis.ReplyError):
                    log.warning("redis: does not let us in")
                    raise Away
            undo.pop_all()
        return line


def _ssl_context(parts: dict[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=parts.get("ssl_ca_certs"))
    if parts.get("ssl_cert_reqs") == "none":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
