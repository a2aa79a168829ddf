"""The same web process without a fence: what was in Redis before a change is still there after it."""

from __future__ import annotations

from ledger.cache import Cache


def let_through(self: Cache, epoch: int, teen: str, seq: int) -> bool:
    """Do nothing, and say that the fence stands."""
    del self, epoch, teen, seq
    return True


Cache.fence = let_through  # type: ignore[method-assign]  # the planted bug

from tests.faults.planted.lost_fill import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
