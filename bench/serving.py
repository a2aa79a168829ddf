"""Serving what is measured: one application in as many processes as are asked for, on one port of this machine."""

from __future__ import annotations

import contextlib
import multiprocessing
import socket
from collections.abc import Callable, Generator
from typing import Final, NamedTuple

import psutil
import uvicorn

from edge.http import App, Receive, Scope, Send
from ledger.cache import Snapshot

BODY: Final = b'{"settings":"' + b"x" * 6_000 + b'"}'


class Served(NamedTuple):
    """A candidate that is being served."""

    port: int
    workers: list[psutil.Process]

    def cpu(self) -> float:
        """Return the seconds of processor time that the workers have used."""
        return float(sum(sum(worker.cpu_times()[:2]) for worker in self.workers))


class Turn(NamedTuple):
    """What one candidate did in one round."""

    a_second: float
    cpu_us: float


@contextlib.contextmanager
def served(make: Callable[[], App], workers: int) -> Generator[Served, None, None]:
    """Run workers that share one port; each makes the application for itself."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        context = multiprocessing.get_context("fork")
        processes = [context.Process(target=serve, args=(make, listening)) for _ in range(workers)]
        for process in processes:
            process.start()
        try:
            yield Served(listening.getsockname()[1], [psutil.Process(process.pid) for process in processes])
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()


def serve(make: Callable[[], App], listening: socket.socket) -> None:
    """Serve in this process until it is ended."""
    config = uvicorn.Config(make(), log_level="critical", access_log=False, http="httptools", loop="uvloop")
    uvicorn.Server(config).run(sockets=[listening])


def unreached(_: str) -> Snapshot | None:
    """Stand for a read of Postgres, which does not happen on the hot path once the edge has begun to watch."""
    raise LookupError("the snapshot was not found in Redis")


async def answer_with_fixed_bytes(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the least that the server can."""
    if scope["type"] != "http":
        return
    del receive
    await answer(send, BODY)


async def answer(send: Send, body: bytes) -> None:
    """Send 200 with these bytes."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
