"""Decisions that were made already, for as long as they hold and no longer than the caller wants."""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from family_pairing_client.questions import Decision, Question


class Clock(NamedTuple):
    """Unix time, and a clock that nobody turns back."""

    unix: Callable[[], float]
    steady: Callable[[], float]


CLOCK: Final = Clock(time.time, time.monotonic)


class Kept(NamedTuple):
    """A decision, and when it ends by either clock: whichever is first."""

    decision: Decision
    until: float
    steady_until: float


class Cache:
    """A bounded number of decisions by their whole question; for any number of threads.

    Nothing is kept without a ``valid_until``, nor used at or after it. The server's clock is looked at as well: a
    client whose clock is behind would use a decision for longer than it holds.
    """

    def __init__(self, size: int, max_age: float, clock: Clock):
        self.size = size
        self._max_age = max_age
        self._clock = clock
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, question: Question) -> Decision | None:
        """Return the decision, if it holds now."""
        if not self.size:
            return None
        key = _key(question)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if self._clock.unix() >= kept.until or self._clock.steady() >= kept.steady_until:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return kept.decision

    def put(self, question: Question, decision: Decision, asked: float, server: float | None) -> None:
        """Keep a decision that was asked for at ``asked`` (steady); ``server`` is the server's time of the answer."""
        if not self.size or decision.valid_until is None or decision.error is not None:
            return
        until = decision.valid_until.timestamp()
        # Counted from the question; servers tell whole seconds, and may tell the one before.
        holds = self._max_age if server is None else min(self._max_age, until - server - 2)
        if until <= self._clock.unix() or asked + holds <= self._clock.steady():
            return
        with self._lock:
            self._kept[_key(question)] = Kept(decision, until, asked + holds)
            self._kept.move_to_end(_key(question))
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


def _key(question: Question) -> str:
    return json.dumps(question.dump(), sort_keys=True)
