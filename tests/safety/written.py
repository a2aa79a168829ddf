"""Lines for tests, written briefly."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from controls.policy.values import WEEKDAYS
from controls.policy.windows import Week
from safety.helplines.line import ALWAYS, Audience, Channel, Confidence, Line, Lines
from safety.helplines.reading import WINDOWS

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = NOON.date()


def a_line(key: str, place: str = "FR", **told: Any) -> Line:
    """Return a line that children can call at any hour, tried today; the rest as told."""
    given: dict[str, Any] = {
        "key": key,
        "place": place,
        "name": key,
        "number": "1234",
        "hours": ALWAYS,
        "channels": (Channel.PHONE,),
        "audience": (Audience.CHILD,),
        "confidence": Confidence.HIGH,
        "source": "a test",
        "last_verified_at": TODAY,
    }
    return Line(**{**given, **told})


def the_world(*lines: Line) -> Lines:
    """Return lines beside a directory of the world."""
    return Lines((*lines, a_line("world", "001", number="", url="https://example.org/", channels=(Channel.WEB,))))


def hours(since: str, until: str, *days: str, zone: str = "UTC") -> Week:
    """Return hours, on every day where none is named."""
    window = {"days": list(days or WEEKDAYS), "from": since, "until": until}
    return WINDOWS.load({"time_zone": zone, "windows": [window]})
