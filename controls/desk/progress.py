"""Progress of long work, for whoever waits: how much is done, how fast, and how long it will still take."""

from __future__ import annotations

import time
from typing import Final, Protocol

ON_A_TERMINAL_S: Final = 0.2
IN_A_LOG_S: Final = 5.0


class Stream(Protocol):
    """Where it is written."""

    def write(self, text: str, /) -> object: ...

    def flush(self) -> object: ...

    def isatty(self) -> bool: ...


class Progress:
    """One line that is written over on a terminal; elsewhere a line now and then."""

    def __init__(self, noun: str, total: int, stream: Stream, *, every: float | None = None) -> None:
        self.noun, self.total, self.stream = noun, total, stream
        self.is_terminal = stream.isatty()
        self.every = every if every is not None else ON_A_TERMINAL_S if self.is_terminal else IN_A_LOG_S
        self.done, self.began = 0, time.monotonic()
        self.told = self.began

    def advance(self, count: int) -> None:
        """Count what was done, and say it when that was not said for a while."""
        self.done += count
        if time.monotonic() - self.told >= self.every:
            self.told = time.monotonic()
            self.say(self.line())

    def finish(self) -> None:
        """Say the last word."""
        self.say(self.line())
        if self.is_terminal:
            self.stream.write("\n")

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self.began, 1e-9)

    def line(self) -> str:
        """Return how far it is."""
        rate = self.done / self.seconds
        if self.done >= self.total:
            return f"{self.done:,} {self.noun} in {self.seconds:.1f} s, {rate:,.0f} a second"
        left = (self.total - self.done) / rate if rate else 0.0
        percent = 100 * self.done // self.total
        return f"{self.done:,} of {self.total:,} {self.noun} ({percent} %), {rate:,.0f} a second, {left:.0f} s left"

    def say(self, line: str) -> None:
        """Write a line, over the former one on a terminal."""
        self.stream.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        self.stream.flush()
