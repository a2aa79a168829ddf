"""A web process that dies after some of its commits, before the cache hears of them.

This is no bug, but a moment that a power cut may choose: exact, where `kill -9` from outside rarely meets it.
"""

from __future__ import annotations

import os
import signal
from itertools import count
from uuid import UUID

from family_pairing.asgi import application
from ledger import ports

LIVES = 12
_write, _commits = ports.on_commit, count(1)


def die(teen_id: UUID) -> bool:
    """Write the snapshot as always; at the twelfth commit be no more."""
    if next(_commits) == LIVES:
        os.kill(os.getpid(), signal.SIGKILL)
    return _write(teen_id)


ports.on_commit = die

__all__ = ["application"]
