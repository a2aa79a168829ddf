"""One clock for every process on every host: the database's.

A host whose own clock is wrong would end a parent's setting early, keep one too long, or leave a debt lying. So each
connection, when it is made, learns how far the database's clock is from a counter of ours that nobody can set.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.db.backends.signals import connection_created

# Each measurement is a round trip; the quickest of so many is believed.
TRIES: Final = 3
# A suspended machine goes on counting, where the system can.
_COUNTER: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_offset: float | None = None


def now() -> datetime:
    """Return the present moment by the database's clock, in UTC.

    Raises django.db.OperationalError when no connection was ever made and none can be made now.
    """
    if _offset is None:
        connection.ensure_connection()
        learn(connection=connection)
    return datetime.fromtimestamp(unix_now(), tz=UTC)


def unix_now() -> float:
    """Return the present moment by the database's clock in seconds since 1970; never waits.

    Raises LookupError when no connection was ever made.
    """
    if _offset is None:
        raise LookupError("the database's clock is not known yet")
    return _offset + time.clock_gettime(_COUNTER)


def learn(*, connection: Any, **_: Any) -> None:
    """Measure the database's clock on a connection that was just made."""
    global _offset
    trip, offset = min(measured(connection.connection) for _ in range(TRIES))
    # What differs by less than it may be wrong by is no news, and time does not jitter.
    if _offset is None or abs(offset - _offset) > trip:
        _offset = offset


def measured(raw: Any) -> tuple[float, float]:
    """Return how long a round trip took, and the database's clock less our counter in the middle of it, in seconds."""
    # Below Django's cursors: this is no statement of a request, and is not counted as one.
    with raw.cursor() as cursor:
        asked = time.clock_gettime(_COUNTER)
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        answered = time.clock_gettime(_COUNTER)
        (at,) = cursor.fetchone()
    return answered - asked, at - (asked + answered) / 2


connection_created.connect(learn)
