"""What lives long is kept out of the collector's sight: while it looks for cycles, everything else waits.

A hundred thousand accounts are half a million objects; to look through them took 200 ms, at any moment. So each is
looked at once, with a few thousand others, and not again. What is let go of later is freed all the same, unless in a
cycle.
"""

from __future__ import annotations

import gc
from typing import Final

# So many things are looked through in some milliseconds.
EVERY: Final = 5_000


def settle() -> None:
    """Collect what is in nobody's hands, and take all that lives now out of the collector's sight."""
    gc.collect()
    gc.freeze()


class LongLived:
    """Counts what has come to stay."""

    def __init__(self, every: int = EVERY):
        self._every = every
        self._new = 0

    def one_more(self) -> None:
        """Note that something has come to stay."""
        self._new += 1
        if self._new >= self._every:
            self._new = 0
            settle()
