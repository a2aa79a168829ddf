"""When somebody answers, and what of a recorded line cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from controls.policy.values import WEEKDAYS
from safety.helplines.reading import LineError, read_line, read_lines
from safety.telling import told_line
from tests.safety.written import NOON, a_line, hours

GOOD: dict[str, Any] = {
    "key": "FR-1",
    "place": "FR",
    "name": "A line",
    "number": "12 34",
    "channels": ["phone"],
    "audience": ["child"],
    "confidence": "high",
    "source": "a test",
}
NINE: dict[str, Any] = {"days": ["mon"], "from": "09:00", "until": "10:00"}
MON_TO_SAT = list(WEEKDAYS[:6])


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-30 13:59", False),
        ("2026-11-30 14:00", True),
        ("2026-11-30 19:59", True),
        ("2026-11-30 20:00", False),
        ("2026-12-06 15:00", False),
    ],
)
def test_hours_are_those_of_the_place_of_the_line(at: str, is_open: bool) -> None:
    line = a_line("de", hours=hours("14:00", "20:00", *MON_TO_SAT, zone="Europe/Berlin"))
    assert line.is_open(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Europe/Berlin"))) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-30 21:59", False),
        ("2026-11-30 22:00", True),
        ("2026-12-01 01:59", True),
        ("2026-12-01 02:00", False),
        ("2026-12-01 23:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_on_which_they_began(at: str, is_open: bool) -> None:
    line = a_line("night", hours=hours("22:00", "02:00", "mon"))
    assert line.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is is_open


def test_without_known_hours_nobody_says_open_or_closed() -> None:
    assert a_line("a", hours=None).is_open(NOON) is None
    assert a_line("b").is_open(NOON) is True


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"place": "France"}, "place"),
        ({"place": ""}, "place"),
        ({"name": 5}, "name"),
        ({"number": "call us"}, "number"),
        ({"number": ""}, "number"),
        ({"url": "e-enfance.org"}, "url"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"channels": "phone"}, "channels"),
        ({"channels": []}, "channels"),
        ({"channels": ["sms"]}, "sms"),
        ({"sms": {"to": "SHOUT"}}, "sms"),
        ({"sms": {"to": "1", "from": "2"}}, "sms"),
        ({"audience": ["cats"]}, "audience"),
        ({"hours": "now and then"}, "hours"),
        ({"hours": {"windows": []}}, "hours/time_zone"),
        ({"hours": {"time_zone": "Mars", "windows": []}}, "hours/time_zone"),
        (
            {"hours": {"time_zone": "UTC", "windows": [{**NINE, "from": "9"}]}},
            "hours/windows/0/from",
        ),
        (
            {"hours": {"time_zone": "UTC", "windows": [{**NINE, "days": ["monday"]}]}},
            "hours/windows/0/days",
        ),
        ({"hours": {"from": "09:00", "until": "10:00"}}, "hours"),
        ({"status": "sleeping"}, "status"),
        ({"confidence": "sure"}, "confidence"),
        ({"source": ""}, "source"),
        ({"last_verified_at": "yesterday"}, "last_verified_at"),
    ],
)
def test_what_cannot_be_read_names_the_line_and_the_field(changed: dict[str, Any], named: str) -> None:
    read_line(GOOD)
    with pytest.raises(LineError, match=rf"^FR-1: `{named}`"):
        read_line({**GOOD, **changed})


def test_two_lines_have_two_keys_and_what_is_gone_names_a_line_in_its_place() -> None:
    with pytest.raises(LineError, match=r"^FR-1: `key`"):
        read_lines({"line": [GOOD, GOOD]}, {})
    with pytest.raises(LineError, match=r"^FR-1: `replaced_by`"):
        read_lines({"line": [{**GOOD, "status": "discontinued", "replaced_by": "FR-2"}]}, {})


@pytest.mark.parametrize(
    ("changed", "call", "write"),
    [
        ({"number": "0 800 235 236"}, "tel:0800235236", None),
        ({"number": "1.96.96"}, "tel:19696", None),
        ({"number": "+33 1 23"}, "tel:+33123", None),
        ({"channels": ["chat"], "url": "https://example.org/"}, None, None),
        ({"channels": ["sms"], "sms": {"to": "85258", "text": "SHOUT"}}, None, "sms:85258?body=SHOUT"),
        ({"channels": ["sms", "phone"], "sms": {"to": "234"}}, "tel:1234", "sms:234"),
    ],
)
def test_a_line_is_told_with_links_that_a_phone_understands(
    changed: dict[str, Any], call: str | None, write: str | None
) -> None:
    line = told_line(read_line({**GOOD, **changed}), NOON)
    assert (line["call"], line["write"]) == (call, write)
