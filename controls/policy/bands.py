"""Age bands, and the moments at which a person passes from one to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

# Where a zone cannot be read, a day begins when it has begun everywhere; what is stricter begins where it is first.
LATEST: Final = timezone(timedelta(hours=-12))
EARLIEST: Final = timezone(timedelta(hours=14))


@dataclass(frozen=True, slots=True)
class Band:
    """A range of ages in a pack."""

    name: str
    from_age: int
    until_age: int | None
    adult: bool


def band_at(bands: Sequence[Band], born_on: date, zone: tzinfo, at: datetime) -> Band | None:
    """Return the band of a person at a moment, none below the youngest."""
    found = None
    for band in bands:
        birthday = birthday_at(born_on, band.from_age, zone)
        # An age beyond the calendar is never reached.
        if birthday is None or at < birthday:
            break
        found = band
    return found


@lru_cache(maxsize=4096)
def birthday_at(born_on: date, age: int, zone: tzinfo) -> datetime | None:
    """Return the first moment of the day in ``zone`` on which the person is ``age`` years old."""
    birthday = later_by_years(born_on, age)
    return None if birthday is None else first_moment_of(birthday, zone)


def later_by_years(day: date, years: int) -> date | None:
    """Return the same day some years later (29 February: 1 March where there is none), or none beyond the calendar."""
    if not date.min.year <= day.year + years < date.max.year:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> tzinfo | None:
    """Return the time zone of an IANA name, none where there is no such zone."""
    if not _ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, LookupError, OSError):
        return None


@lru_cache(maxsize=4096)
def first_moment_of(day: date, zone: tzinfo) -> datetime:
    """Return the first moment from which on the local date is ``day`` or later."""
    midnight = datetime.combine(day, time(), zone)
    moment = midnight.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return moment
    # There is no such midnight: the clocks jumped over it, perhaps over the day. Look for the jump.
    early, late = moment - timedelta(days=2), moment
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).date() >= day:
            late = middle
        else:
            early = middle
    return late


# Names of the tz database begin with a capital; others are files of a machine, such as `localtime`.
_ZONE: Final = re.compile(r"[A-Z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+){0,2}")
