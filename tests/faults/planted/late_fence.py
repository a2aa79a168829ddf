"""The same web process, with the fence after the commit: what was in Redis is read until then."""

from __future__ import annotations

from uuid import UUID

from ledger import ports
from ledger.cache import Cache
from tests.faults.planted.slow_commit import application, stand_still

_fence = Cache.fence
_put_off: dict[str, tuple[Cache, int, int]] = {}


def put_off(self: Cache, epoch: int, teen: str, seq: int) -> bool:
    """Note what is to be fenced, and say that it is."""
    _put_off[teen] = (self, epoch, seq)
    return True


def fence_and_write(teen_id: UUID) -> bool:
    """Fence what was put off, and write the snapshot."""
    written = stand_still(teen_id)
    cache, epoch, seq = _put_off[str(teen_id)]
    return _fence(cache, epoch, str(teen_id), seq) and written


Cache.fence = put_off  # type: ignore[method-assign]  # the planted bug
ports.on_commit = fence_and_write

__all__ = ["application"]
