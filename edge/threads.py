"""Threads for what may block: each kind of work has some of its own, so that none waits for those of another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from edge.http import unavailable

log = logging.getLogger(__name__)
A = TypeVar("A")
T = TypeVar("T")

# More than these would wait longer for a thread than a client waits for an answer.
WAITING: Final = 512
PATIENCE_S: Final = 5.0


class Threads:
    """Some threads, and so many at most who wait for one."""

    def __init__(self, name: str, number: int):
        self._threads = ThreadPoolExecutor(number, thread_name_prefix=f"edge-{name}")
        self._waiting = 0

    async def ask(self, ask: Callable[[A], T], about: A) -> T:
        """Return what a port answers, in one of the threads.

        Raises the problem `unavailable` when it does not answer, or too many wait already.
        """
        if self._waiting >= WAITING:
            raise unavailable()
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await asyncio.get_running_loop().run_in_executor(self._threads, ask, about)
        except Exception as error:
            # Whatever the port raises means the same: the truth cannot be read now, and nothing else may be answered.
            log.info("threads: Postgres could not be read (%s)", type(error).__name__)
            raise unavailable() from error
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Let go of the threads; what runs in them comes to its own end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
