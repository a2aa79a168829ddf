"""Hours: whether a moment lies in weekly windows, and when that changes, by the clocks of the teen's zone."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from controls.policy.bands import zone_of
from controls.policy.values import WEEKDAYS
from controls.policy.windows import DAY as MINUTES_A_DAY
from controls.policy.windows import WEEK, Span, Week

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
MINUTE: Final = 60
DAY: Final = 86_400
# Clocks are looked at this often; between two looks that agree nobody has ever moved them twice.
PIECE: Final = DAY // 4
# A window that comes once a week may fall into an hour that is skipped; who asks again after this loses nothing.
FAR: Final = 8


def seconds_of(at: datetime) -> int:
    """Return a moment as whole unix seconds.

    Raises TypeError for a moment without a time zone.
    """
    return (at - EPOCH) // SECOND


def covers(week: Week, now: int) -> bool:
    """Tell whether a second lies in one of the windows."""
    if not week.spans:
        return False
    changes, before = _day(week.spans, week.time_zone, now // DAY)
    return before != bool(bisect_right(changes, now) & 1)


def next_change(week: Week, now: int) -> int | None:
    """Return the second from which on ``covers`` may answer otherwise, none where it never will."""
    return _change(week.spans, week.time_zone, now) if week.spans and week.spans != _ALL_WEEK else None


def weekday(time_zone: str, now: int) -> str:
    """Return the local day of the week."""
    return WEEKDAYS[_minute(time_zone, now) // MINUTES_A_DAY]


def next_weekday(time_zone: str, now: int) -> int:
    """Return the second from which on it is another day of the week."""
    day = _minute(time_zone, now) // MINUTES_A_DAY
    # The day itself is a window.
    return _change(((day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY),), time_zone, now)


def _change(spans: tuple[Span, ...], time_zone: str, now: int) -> int:
    today = now // DAY
    for day in range(today, today + FAR):
        for change in _day(spans, time_zone, day)[0]:
            if change > now:
                return change
    return (today + FAR) * DAY


@lru_cache(maxsize=8192)
def _day(spans: tuple[Span, ...], time_zone: str, day: int) -> tuple[tuple[int, ...], bool]:
    """Return the seconds of a day of UTC at which windows begin or end, and whether the second before it is in one."""
    week = Week(spans)
    start = day * DAY
    before = inside = week.covers(_minute(time_zone, start - 1))
    changes = []
    for second in sorted(_candidates(spans, time_zone, start)):
        if week.covers(_minute(time_zone, second)) != inside:
            inside = not inside
            changes.append(second)
    return tuple(changes), before


def _candidates(spans: tuple[Span, ...], time_zone: str, start: int) -> set[int]:
    """Return every second of a day at which something may begin or end: an edge of a window, or a move of clocks."""
    found = set()
    for piece in range(start, start + DAY, PIECE):
        found |= _edges(spans, _offset(time_zone, piece), piece, piece + PIECE)
        end = piece + PIECE
        if _offset(time_zone, piece) != _offset(time_zone, end):
            moved = _moved(time_zone, piece, end)
            found |= {moved} | _edges(spans, _offset(time_zone, moved), moved, end)
    # What begins at the next midnight is the next day's; what began at this one is looked at.
    return {start} | {second for second in found if second < start + DAY}


def _edges(spans: tuple[Span, ...], offset: int, start: int, end: int) -> set[int]:
    """Return the seconds in a stretch, its ends included, at which local clocks with this offset show an edge."""
    seconds_a_week = WEEK * MINUTE
    found = set()
    for edge in {edge for span in spans for edge in span}:
        local = (edge - MONDAY) * MINUTE
        first = start + (local - start - offset) % seconds_a_week
        if first <= end:
            found.add(first)
    return found


def _moved(time_zone: str, early: int, late: int) -> int:
    """Return the first second after clocks were moved, of a stretch in which they were."""
    before = _offset(time_zone, early)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset(time_zone, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _offset(time_zone: str, second: int) -> int:
    """Return how many seconds local clocks are ahead of UTC."""
    moment = _local(time_zone, second)
    ahead = moment.utcoffset()
    return ahead // SECOND if ahead is not None else 0


def _minute(time_zone: str, second: int) -> int:
    """Return the local minute of the week."""
    moment = _local(time_zone, second)
    return moment.weekday() * MINUTES_A_DAY + moment.hour * MINUTE + moment.minute


def _local(time_zone: str, second: int) -> datetime:
    """Return a moment by local clocks; where the zone is none they show UTC, as enforced windows do."""
    return (EPOCH + second * SECOND).astimezone(zone_of(time_zone) or UTC)


_ALL_WEEK: Final = ((0, WEEK),)
# Unix time began on a Thursday.
MONDAY: Final = 3 * MINUTES_A_DAY
