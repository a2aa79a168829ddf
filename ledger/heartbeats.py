"""Signs of life that cannot be given by a process that lives and does nothing.

Each is a row, and only the work that it vouches for writes it: the worker's comes out of its queue, the sweeper's after
a round in which every chore succeeded, beat's after the broker has taken what was published.
"""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from typing import Final

from ledger.models import Heartbeat

HOST: Final = socket.gethostname()
# A container that is made anew has another name; what it was called before is of no use to anybody.
KEPT: Final = timedelta(days=1)


def note(process: str, *, at: datetime) -> None:
    """Write that this process did its work on this host at this moment."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(process=process, host=HOST, at=at)],
        update_conflicts=True,
        unique_fields=["process", "host"],
        update_fields=["at"],
    )


def last(process: str) -> datetime | None:
    """Return when this process last did its work on this host."""
    return Heartbeat.objects.filter(process=process, host=HOST).values_list("at", flat=True).first()


def forget(*, at: datetime) -> int:
    """Remove what hosts have left that are no more; returns how many rows."""
    gone, _ = Heartbeat.objects.filter(at__lt=at - KEPT).delete()
    return gone
