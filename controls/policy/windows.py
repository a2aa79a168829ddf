"""Windows of the week: spans of local time that are joined, may cross midnight, and go round from Sunday to Monday."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from controls.policy.bands import zone_of
from controls.policy.values import WEEKDAYS, InvalidValue, Json, Kind, members

Span = tuple[int, int]

DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Week:
    """Minutes of the week from Monday 00:00, as spans in order that neither touch nor overlap."""

    spans: tuple[Span, ...] = ()
    # Windows are local time wherever the teen lives: the zone says where, and is no part of the value.
    time_zone: str = field(default="", compare=False)

    def covers(self, minute: int) -> bool:
        """Tell whether a minute of the week lies in a window."""
        return any(start <= minute < end for start, end in self.spans)


class Windows(Kind[Week]):
    """Weekly windows; every voice adds, more is stricter."""

    name = "windows"
    joined = True
    strictest = Week(((0, WEEK),))
    loosest = Week()

    def load(self, raw: object) -> Week:
        """Read ``{"time_zone"?: …, "windows": [{"days": ["mon"], "from": "22:00", "until": "07:00"}]}``."""
        fields = members(raw, ("time_zone", "windows"))
        time_zone = fields.get("time_zone", "")
        if time_zone != "" and (not isinstance(time_zone, str) or zone_of(time_zone) is None):
            raise InvalidValue("the name of a time zone", "/time_zone")
        windows = fields.get("windows")
        if not isinstance(windows, list) or len(windows) > MOST:
            raise InvalidValue(f"a list of at most {MOST} windows", "/windows")
        spans: list[Span] = []
        for number, window in enumerate(windows):
            try:
                spans.extend(_spans(window))
            except InvalidValue as error:
                raise error.below(str(number)).below("windows") from None
        week = Week(_joined(spans), time_zone)
        # What is written by day may be more than what was read, and has to be read again.
        if len(week.spans) > MOST - len(WEEKDAYS) and len(_written(week)) > MOST:
            raise InvalidValue(f"what can be written as at most {MOST} windows", "/windows")
        return week

    def dump(self, value: Week) -> Json:
        windows = [{"days": days, "from": since, "until": until} for (since, until), days in _written(value).items()]
        return {"time_zone": value.time_zone, "windows": windows} if value.time_zone else {"windows": windows}

    def stricter_of(self, a: Week, b: Week) -> Week:
        # Of two zones neither is the windows': they are local time, and who reads them knows where.
        return Week(_joined((*a.spans, *b.spans)))


def _written(value: Week) -> dict[tuple[str, str], list[str]]:
    """Return the days of each pair of hours."""
    hours: dict[tuple[str, str], list[str]] = {}
    for start, end in _by_day(value.spans):
        day, since = divmod(start, DAY)
        until = end - day * DAY
        until = until if until == DAY else until % DAY
        hours.setdefault((_clock(since), _clock(until)), []).append(WEEKDAYS[day])
    return hours


def _spans(window: object) -> list[Span]:
    """Return the spans of one written window, cut where the week ends."""
    fields = members(window, ("days", "from", "until"))
    since, until = _minute(fields, "from"), _minute(fields, "until")
    if since == DAY:
        raise InvalidValue("a time of day before 24:00", "/from")
    if since == until:
        raise InvalidValue("another time than `from`; a whole day is 00:00 to 24:00", "/until")
    length = (until - since) % DAY or DAY
    spans: list[Span] = []
    for day in _days(fields.get("days")):
        start = WEEKDAYS.index(day) * DAY + since
        end = start + length
        spans += [(start, end)] if end <= WEEK else [(start, WEEK), (0, end - WEEK)]
    return spans


def _days(days: Any) -> list[str]:
    if not isinstance(days, list) or not 0 < len(days) <= len(WEEKDAYS) or not all(day in WEEKDAYS for day in days):
        raise InvalidValue("a list of weekdays such as `mon`", "/days")
    return days


def _minute(fields: dict[str, Any], name: str) -> int:
    text = fields.get(name)
    if not isinstance(text, str) or not _CLOCK.fullmatch(text):
        raise InvalidValue("a time of day such as 07:30", f"/{name}")
    return int(text[:2]) * 60 + int(text[3:])


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the union as spans in order that neither touch nor overlap."""
    union: list[Span] = []
    for start, end in sorted(spans):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return tuple(union)


def _by_day(spans: tuple[Span, ...]) -> list[Span]:
    """Return spans that begin on their day and last less than a day, or are a whole one; Sunday's may pass the week."""
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == WEEK:
        # Sunday night and Monday morning are one window again.
        spans = (*spans[1:-1], (spans[-1][0], WEEK + spans[0][1]))
    days: list[Span] = []
    for start, end in spans:
        at = start
        while end - at >= DAY:
            midnight = (at // DAY + 1) * DAY
            days.append((at, midnight))
            at = midnight
        if at < end:
            days.append((at, end))
    return sorted((start % WEEK, start % WEEK + end - start) for start, end in days)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
