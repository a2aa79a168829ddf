"""The ASGI front: answers its own routes and passes everything else on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import FrameType
from typing import Final

from edge.authzen.endpoints import Access
from edge.authzen.evaluator import Evaluator
from edge.device import DeviceSettings
from edge.http import (
    NO_STORE,
    Answer,
    App,
    Receive,
    Request,
    Scope,
    Send,
    refusal,
    respond,
    unavailable,
)
from edge.ports import Ports, Settings
from edge.reader import Reader
from edge.redis import Listener, Redis
from edge.routes import ROUTES
from edge.streams import Streams
from edge.volume import Volume
from edge.watch import Watch
from family_pairing.problems import Problem

log = logging.getLogger(__name__)

# None when it has sent its answer itself.
Handler = Callable[[Request, Send], Awaitable[Answer | None]]
# What makes decisions is made with the edge's own Redis, watch and reader.
Deciding = Callable[["Edge"], Evaluator]
# How long the start waits until it is known which keys are live.
FIRST_KEYS_S: Final = 1.0
_ALIVE: Final = Answer(200, ((b"content-type", b"text/plain; charset=utf-8"), NO_STORE), b"ok\n")


class Edge:
    """One ASGI application: the hot paths and streams, in front of `fallback`.

    Without `deciding` it serves no decisions, and their addresses are the fallback's.
    """

    def __init__(self, ports: Ports, settings: Settings, fallback: App, deciding: Deciding | None = None):
        self.watch = Watch(ports)
        self.redis = Redis(settings.redis_url, timeout=settings.redis_timeout_s, cool_off=settings.redis_cool_off_s)
        self.reader = Reader(ports, settings, self.redis, self.watch)
        self.streams = Streams(self.reader, settings, ports.now)
        self._listener = Listener(
            settings.redis_url, self.streams.hear_tickle, timeout=1.0, cool_off=settings.redis_cool_off_s
        )
        self._device = DeviceSettings(self.reader, settings, self.watch.receipts, ports.now)
        self._fallback = fallback
        self._tasks: list[asyncio.Task[None]] = []
        self._unhook: Callable[[], None] = _nothing
        by_name: dict[str, Handler] = {
            "settings": _whole(self._device.answer),
            "stream": self.streams.answer,
            "live": _live,
        }
        self._decides = deciding is not None
        if deciding is not None:
            volume = Volume(self.redis, settings.decisions_a_minute, ports.now)
            access = Access(deciding(self), self.watch.keys, volume, settings)
            by_name |= {name: _whole(answer) for name, answer in access.by_name.items()}
        self._routes = _routes(by_name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of the kinds that ASGI knows."""
        if scope["type"] == "lifespan":
            await self._live_and_die(receive, send)
            return
        methods = self._routes.get(_path(scope)) if scope["type"] == "http" else None
        if methods is None:
            await self._fallback(scope, receive, send)
            return
        request = Request(scope, receive)
        answer = await self._answer(methods, request, send)
        if answer is not None:
            await respond(request, send, answer)

    async def start(self) -> None:
        """Begin to watch; reads before the first poll come from Postgres."""
        self._unhook = _on_stop(self.streams.shut)
        loops = (
            self.watch.debts(),
            self.watch.streams(self.streams.teens, self.streams.hear),
            self.watch.people(self.streams.devices, self.streams.revoke),
            self.redis.run(),
            self._listener.run(),
            *([self.watch.services()] if self._decides else []),
        )
        self._tasks = [asyncio.ensure_future(loop) for loop in loops]
        if self._decides:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_KEYS_S):
                    await self.watch.keys.known.wait()

    async def stop(self) -> None:
        """End streams and loops, and write down what is left."""
        self.streams.shut()
        self._unhook()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.watch.close()
        self.reader.close()

    async def _live_and_die(self, receive: Receive, send: Send) -> None:
        while True:
            match (await receive())["type"]:
                case "lifespan.startup":
                    await self.start()
                    await send({"type": "lifespan.startup.complete"})
                case "lifespan.shutdown":
                    await self.stop()
                    await send({"type": "lifespan.shutdown.complete"})
                    return

    async def _answer(self, methods: dict[str, Handler], request: Request, send: Send) -> Answer | None:
        method: str = request.scope["method"]
        handler = methods.get("GET" if method == "HEAD" else method)
        try:
            if handler is None:
                return _options(methods, method)
            request.refuse_large_body()
            return await handler(request, send)
        except Problem as problem:
            return refusal(problem, request)
        except Exception as error:
            # Never a 500: a client treats 503 as "keep what you have and come back".
            _report(error)
            return refusal(unavailable(), request)


def _whole(answer: Callable[[Request], Awaitable[Answer]]) -> Handler:
    """Make a handler of what returns its answer whole."""

    def handler(request: Request, send: Send) -> Awaitable[Answer]:
        del send
        return answer(request)

    return handler


def _routes(by_name: Mapping[str, Handler]) -> dict[str, dict[str, Handler]]:
    """Return who answers which method of which path; an address that nobody answers is the fallback's."""
    found: dict[str, dict[str, Handler]] = {}
    for route in ROUTES:
        if route.handler in by_name:
            found.setdefault(route.path, {})[route.method] = by_name[route.handler]
    return found


def _options(methods: Iterable[str], method: str) -> Answer:
    """Answer OPTIONS; refuse a method that the address does not know."""
    known = ", ".join(sorted({*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
    if method == "OPTIONS":
        return Answer(204, ((b"allow", known.encode()),))
    raise Problem("method_not_allowed", headers={"Allow": known})


async def _live(request: Request, send: Send) -> Answer:
    del request, send
    return _ALIVE


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if root else path


def _report(error: Exception) -> None:
    """Log what went wrong and where, without the message: it may quote a person's data."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    log.error("edge: %s at %s:%s", type(error).__name__, where.filename, where.lineno)


def _nothing() -> None:
    return


def _on_stop(stop: Callable[[], None]) -> Callable[[], None]:
    """Call `stop` when the process is told to end, before the server's own handler; return what undoes it.

    A server waits for open answers before it tells the application to shut down, and a stream is one that never ends.
    """
    if threading.current_thread() is not threading.main_thread():
        return _nothing
    loop = asyncio.get_running_loop()
    formers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def hear(number: int, frame: FrameType | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop)
        former = formers[signal.Signals(number)]
        if callable(former):
            former(number, frame)

    hooked = [number for number, former in formers.items() if callable(former)]
    for number in hooked:
        signal.signal(number, hear)

    def undo() -> None:
        for number in hooked:
            if signal.getsignal(number) is hear:
                signal.signal(number, formers[number])

    return undo
