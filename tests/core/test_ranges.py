"""Just inside a range a value is read, just outside it is refused and pointed at."""

from __future__ import annotations

from typing import Any

import pytest

from controls.policy.catalogue import CATALOGUE, LABELS, TOPICS
from controls.policy.values import WEEKDAYS, InvalidValue, _limit

UNLIMITED = {"limited": False}


def minutes(number: object) -> dict[str, object]:
    """Return a limit of some minutes."""
    return {"limited": True, "minutes": number}


def money(units: object, currency: object = "EUR") -> dict[str, object]:
    """Return a limit of some money."""
    return {"limited": True, "minor_units": units, "currency": currency}


def items(count: int, *first: object) -> dict[str, object]:
    """Return a list of so many texts, some of them given."""
    return {"all": False, "items": [*first, *(f"item {number:03}" for number in range(count - len(first)))]}


def windows(count: int) -> dict[str, object]:
    """Return so many windows that do not touch."""
    clocks = [f"{number // 60:02}:{number % 60:02}" for number in range(2 * count + 1)]
    return {
        "windows": [{"days": ["mon"], "from": clocks[n], "until": clocks[n + 1]} for n in range(0, 2 * count, 2)],
    }


@pytest.mark.parametrize(
    ("key", "raw"),
    [
        *(("content.short_video_minutes", minutes(number)) for number in (0, 1, 1439, 1440)),
        *(("time.break_reminder_minutes", minutes(number)) for number in (5, 6, 239, 240)),
        *(("time.daily_minutes", {day: minutes(number)}) for day in WEEKDAYS for number in (0, 1440)),
        ("time.daily_minutes", {"mon": UNLIMITED, "sun": minutes(60)}),
        ("time.daily_minutes", {}),
        *(("content.labels", {LABELS[0]: level, LABELS[-1]: level}) for level in range(5)),
        *(("content.topics", {TOPICS[0]: level, TOPICS[-1]: level}) for level in ("blocked", "reduced", "neutral")),
        ("content.topics", dict.fromkeys(TOPICS, "blocked")),
        ("purchase.monthly_cap", money("0", "XXX")),
        ("purchase.monthly_cap", money("1")),
        ("purchase.monthly_cap", money("9" * 11)),
        ("purchase.monthly_cap", money("9" * 12)),
        *((key, items(count)) for key in ("content.keywords", "accounts.blocked") for count in (0, 1, 199, 200)),
        *(("content.keywords", items(1, "x" * length)) for length in (1, 49, 50)),
        *(("accounts.blocked", items(1, "x" * length)) for length in (1, 127, 128)),
        *(("time.away", windows(count)) for count in (0, 1, 99, 100)),
    ],
)
def test_what_is_inside_is_read_and_written_as_it_was(key: str, raw: Any) -> None:
    kind = CATALOGUE[key].kind
    assert kind.dump(kind.load(raw)) == raw


@pytest.mark.parametrize(
    ("key", "raw", "pointer"),
    [
        *(("content.short_video_minutes", minutes(number), "/minutes") for number in (-1, 1441, True, 7.0, "7", None)),
        *(("time.break_reminder_minutes", minutes(number), "/minutes") for number in (4, 241, 0, 60.5)),
        *(("time.daily_minutes", {day: minutes(1441)}, f"/{day}/minutes") for day in WEEKDAYS),
        ("time.daily_minutes", {"mon": minutes(60), "tue": minutes(-1)}, "/tue/minutes"),
        ("time.daily_minutes", {"mon": 60}, "/mon"),
        *(
            ("content.labels", {"gore_disturbing": level}, "/gore_disturbing")
            for level in (-1, 5, True, 2.0, "2", None)
        ),
        ("content.topics", {"dance": "shown"}, "/dance"),
        ("content.topics", {"all": True, "dance": "blocked"}, ""),
        ("content.topics", {"all": False}, ""),
        ("content.topics", {"all": 1}, ""),
        *(
            ("purchase.monthly_cap", money(units), "/minor_units")
            for units in ("", "-1", "+1", "1.5", " 1", "1_0", "²")
        ),
        *(("purchase.monthly_cap", money(units), "/minor_units") for units in ("9" * 13, "a", "٣", 5, None, ["5"])),
        *(
            ("purchase.monthly_cap", money("5", each), "/currency")
            for each in ("", "EU", "EURO", "eur", "EUr", "ÉUR", "E1R", "E  ")
        ),
        *(("purchase.monthly_cap", money("5", each), "/currency") for each in (None, 978, ["E", "U", "R"])),
        ("purchase.monthly_cap", {"limited": True}, "/currency"),
        ("purchase.monthly_cap", {"limited": True, "currency": "EUR"}, "/minor_units"),
        ("purchase.monthly_cap", {"limited": True, "minor_units": "5"}, "/currency"),
        ("purchase.monthly_cap", {"limited": False, "minor_units": "5"}, "/minor_units"),
        ("purchase.monthly_cap", {**money("5"), "limited": False}, "/currency"),
        *(("purchase.monthly_cap", {**money("5"), "limited": each}, "/limited") for each in (1, 0, None, "true")),
        *((key, items(201), "/items") for key in ("content.keywords", "accounts.blocked")),
        *(
            ("content.keywords", items(3, "a", each), "/items/1")
            for each in ("x" * 51, "", " ", "\u0301", "a\x7fb", None)
        ),
        *(
            ("accounts.blocked", items(3, "a", each), "/items/1")
            for each in ("x" * 129, "", " a", "a ", "a\0", 5, None)
        ),
        *(("content.keywords", {"all": False, "items": each}, "/items") for each in (None, "abc", {}, {"a": "b"}, 3)),
        *(("content.keywords", {"all": each, "items": []}, "/all") for each in (True, None, 0, "false")),
        ("content.keywords", {"all": False}, "/items"),
        ("content.keywords", {}, "/items"),
        ("content.keywords", {"every": True}, ""),
        ("time.away", windows(101), "/windows"),
    ],
)
def test_what_is_outside_is_refused_and_pointed_at(key: str, raw: Any, pointer: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        CATALOGUE[key].kind.load(raw)
    assert caught.value.pointer == pointer
    assert str(caught.value) == f"expected {caught.value.expected}" + (f" at `{pointer}`" if pointer else "")


@pytest.mark.parametrize(
    ("key", "raw", "expected"),
    [
        ("comment.write", "maybe", "one of `off`, `on`"),
        ("time.break_reminder_minutes", minutes(4), "a whole number of minutes from 5 to 240"),
        ("time.daily_minutes", {"mon": minutes(1441)}, "a whole number of minutes from 0 to 1440"),
        ("time.daily_minutes", [], "an object"),
        ("time.daily_minutes", {"noon": 1}, "only the members " + ", ".join(f"`{day}`" for day in WEEKDAYS)),
        ("content.labels", {"hate": 5}, "a whole number from 0 to 4"),
        ("content.topics", {"cats": "blocked"}, "only the members " + ", ".join(f"`{topic}`" for topic in TOPICS)),
        ("purchase.monthly_cap", {"sum": 5}, "only the members `limited`, `currency`, `minor_units`"),
        ("content.keywords", items(201), "a list of at most 200 texts"),
        ("content.keywords", items(1, ""), "a text of 1 to 50 characters"),
        ("accounts.blocked", items(1, ""), "an account's id of 1 to 128 characters"),
        ("time.away", windows(101), "a list of at most 100 windows"),
    ],
)
def test_what_was_expected_is_said_with_its_numbers(key: str, raw: Any, expected: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        CATALOGUE[key].kind.load(raw)
    assert caught.value.expected == expected


def test_a_list_may_say_only_what_is_on_it_and_a_zero_is_one_in_any_currency() -> None:
    words, cap = CATALOGUE["content.keywords"].kind, CATALOGUE["purchase.monthly_cap"].kind
    assert words.load({"items": ["b", "a"]}) == words.load({"all": False, "items": ["a", "b"]})
    assert cap.load(money("000", "EUR")) == cap.load(money("0", "BRL")) == cap.strictest
    assert cap.dump(cap.load(money("0012"))) == money("12")


def test_the_members_of_a_limit_are_named_and_missed_in_order() -> None:
    # As many as this stand in a set in another order than theirs.
    names = [f"part_{number:02}" for number in range(20)]
    with pytest.raises(InvalidValue) as caught:
        _limit({"other": 1}, set(names))
    assert caught.value.expected == "only the members " + ", ".join(f"`{name}`" for name in ("limited", *names))
    with pytest.raises(InvalidValue) as caught:
        _limit({"limited": True, "part_00": 1}, set(names))
    assert caught.value.pointer == "/part_01"
