"""A web process that stands still between its commits and the cache.

This is no bug: it makes long, and certain to be met, what is otherwise a moment.
"""

from __future__ import annotations

import time
from uuid import UUID

from ledger import ports

STILL_S = 0.6
_write = ports.on_commit


def stand_still(teen_id: UUID) -> bool:
    """Write the snapshot, some time later."""
    time.sleep(STILL_S)
    return _write(teen_id)


ports.on_commit = stand_still

from family_pairing.asgi import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
