"""How much a service may ask in a minute: counted in Redis over all processes, so that it costs no wait.

What is asked together is answered together: the count is heard of after it was asked for, and refuses what comes next.
Where Redis is away nothing is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from edge.http import too_many
from edge.redis import Redis


class Volume:
    """The questions of each service key in this minute."""

    def __init__(self, redis: Redis, a_minute: int, now: Callable[[], float]):
        self._redis = redis
        self._a_minute = a_minute
        self._now = now
        # The minute in which a key has used its share up.
        self._spent: dict[str, int] = {}

    def take(self, key_id: str, questions: int) -> None:
        """Count what a key asks now.

        Raises the problem `too_many`, until the minute is over, once the share is used up.
        """
        if self._a_minute:
            self.check(key_id)
            self.count(key_id, questions)

    def check(self, key_id: str) -> None:
        """Let a key ask something of which it turns out later how many questions it is.

        Raises the problem `too_many`, until the minute is over, once the share is used up.
        """
        now = self._now()
        if self._spent.get(key_id) == int(now // 60):
            raise too_many(60 - int(now % 60))

    def count(self, key_id: str, questions: int) -> None:
        """Count what a key has asked."""
        line = self._redis.line
        if line is not None and self._a_minute:
            minute = int(self._now() // 60)
            counter = f"fp:{line.run_id}:decisions:{key_id}:{minute}"
            counted = line.ask(("INCRBY", counter, questions), ("EXPIRE", counter, 120))
            counted.add_done_callback(partial(self._hear, key_id, minute))

    def _hear(self, key_id: str, minute: int, counted: asyncio.Future[list[Any]]) -> None:
        if counted.cancelled() or counted.exception() is not None:
            return
        count = counted.result()[0]
        # A Redis that refuses to count (full, or a replica) refuses nothing else.
        if isinstance(count, int) and count >= self._a_minute:
            self._spent[key_id] = minute
