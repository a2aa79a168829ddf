"""Values are read, written and ordered as their kinds promise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.policy.catalogue import CATALOGUE, LABELS, TOPICS, UnknownControl, control
from controls.policy.values import WEEKDAYS, Composite, Direction, InvalidValue, Kind, direction
from tests.core.worlds import NONSENSE, values

KINDS = {each.kind.name: each.kind for each in CATALOGUE.values()}
BEDTIME, DAILY, VISIBILITY, CAP = (
    CATALOGUE[key].kind for key in ("time.bedtime", "time.daily_minutes", "comment.who", "purchase.monthly_cap")
)


ENDS: dict[str, tuple[object, object]] = {
    "choice": ("private", "public"),
    "minutes": ({"limited": True, "minutes": 0}, {"limited": False}),
    "minutes_by_weekday": (
        {day: {"limited": True, "minutes": 0} for day in WEEKDAYS},
        {day: {"limited": False} for day in WEEKDAYS},
    ),
    "severities": (dict.fromkeys(LABELS, 0), dict.fromkeys(LABELS, 4)),
    "topics": ({"all": True}, dict.fromkeys(TOPICS, "neutral")),
    "amount": ({"limited": True, "minor_units": "0", "currency": "XXX"}, {"limited": False}),
    "words": ({"all": True}, {"all": False, "items": []}),
    "accounts": ({"all": True}, {"all": False, "items": []}),
    "windows": ({"windows": [{"days": [*WEEKDAYS], "from": "00:00", "until": "24:00"}]}, {"windows": []}),
}


@pytest.mark.parametrize("name", ENDS)
def test_each_kind_has_a_strictest_and_a_loosest_value(name: str) -> None:
    kind = next(each.kind for each in CATALOGUE.values() if each.kind.name == name)
    assert (kind.dump(kind.strictest), kind.dump(kind.loosest)) == ENDS[name]
    assert (kind.load(ENDS[name][0]), kind.load(ENDS[name][1])) == (kind.strictest, kind.loosest)


def test_there_are_nine_kinds_and_in_three_every_voice_adds() -> None:
    assert KINDS.keys() == ENDS.keys()
    assert {name for name, kind in KINDS.items() if kind.joined} == {"words", "accounts", "windows"}
    parts = {name: kind.part.name for name, kind in KINDS.items() if isinstance(kind, Composite)}
    assert parts == {"minutes_by_weekday": "minutes", "severities": "severity", "topics": "choice"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_load_and_dump_are_inverse(kind: Kind[Any]) -> None:
    @given(values(kind))
    def check(value: Any) -> None:
        dumped = json.loads(json.dumps(kind.dump(value)))
        assert kind.load(dumped) == value
        assert kind.dump(kind.load(dumped)) == dumped

    check()
    for end in (kind.strictest, kind.loosest):
        assert kind.load(kind.dump(end)) == end


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_stricter_of_two_is_a_meet(kind: Kind[Any]) -> None:
    @given(values(kind), values(kind), values(kind))
    def check(a: Any, b: Any, c: Any) -> None:
        both = kind.stricter_of(a, b)
        assert both == kind.stricter_of(b, a)
        assert kind.stricter_of(a, a) == a
        assert kind.stricter_of(both, c) == kind.stricter_of(a, kind.stricter_of(b, c))
        assert kind.at_least_as_strict(both, a)
        assert kind.at_least_as_strict(kind.strictest, a)
        assert kind.at_least_as_strict(a, kind.loosest)
        if kind.at_least_as_strict(a, b) and kind.at_least_as_strict(b, c):
            assert kind.at_least_as_strict(a, c)
        if kind.at_least_as_strict(c, a) and kind.at_least_as_strict(c, b):
            assert kind.at_least_as_strict(c, both)

    check()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_nonsense_is_refused_with_a_sentence_and_a_pointer(kind: Kind[Any]) -> None:
    @given(NONSENSE)
    def check(raw: Any) -> None:
        error = _refusal(kind, raw)
        assert error is None or (error.expected and error.pointer[:1] in {"", "/"})

    check()


def _refusal(kind: Kind[Any], raw: object) -> InvalidValue | None:
    try:
        kind.load(raw)
    except InvalidValue as error:
        return error
    return None


@pytest.mark.parametrize(
    ("key", "raw", "pointer"),
    [
        ("comment.who", "close_friends", ""),
        ("comment.who", ["friends"], ""),
        ("time.break_reminder_minutes", {"limited": True, "minutes": 4}, "/minutes"),
        ("time.break_reminder_minutes", {"limited": True, "minutes": True}, "/minutes"),
        ("time.break_reminder_minutes", {"limited": False, "minutes": 30}, "/minutes"),
        ("time.break_reminder_minutes", {"minutes": 30}, "/limited"),
        ("time.daily_minutes", {"fri": {"limited": True, "minutes": 1441}}, "/fri/minutes"),
        ("time.daily_minutes", {"friday": {"limited": False}}, ""),
        ("content.labels", {"violence": 5}, "/violence"),
        ("content.topics", {"*": "blocked"}, ""),
        ("purchase.monthly_cap", {"limited": True, "minor_units": 5, "currency": "EUR"}, "/minor_units"),
        ("purchase.monthly_cap", {"limited": True, "minor_units": "5", "currency": "eur"}, "/currency"),
        ("content.keywords", {"all": True, "items": ["a"]}, "/all"),
        ("content.keywords", {"all": 1}, "/all"),
        ("content.keywords", {"all": False, "items": ["a", " "]}, "/items/1"),
        ("time.away", {"windows": [], "time_zone": "Mars/Olympus"}, "/time_zone"),
        ("time.away", {"windows": [{"days": [], "from": "08:00", "until": "09:00"}]}, "/windows/0/days"),
        ("time.away", {"windows": [{"days": ["mon"], "from": "8:00", "until": "09:00"}]}, "/windows/0/from"),
        ("time.away", {"windows": [{"days": ["mon"], "from": "08:00", "until": "08:00"}]}, "/windows/0/until"),
    ],
)
def test_what_is_wrong_is_pointed_at(key: str, raw: object, pointer: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        CATALOGUE[key].kind.load(raw)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([("sun", "22:00", "07:00"), ("mon", "07:00", "08:00")], [("sun", "22:00", "08:00")]),
        (
            [("mon", "00:00", "24:00"), ("tue", "00:00", "06:00")],
            [("mon", "00:00", "24:00"), ("tue", "00:00", "06:00")],
        ),
        (
            [("mon", "12:00", "11:00"), ("tue", "10:00", "13:00")],
            [("mon", "12:00", "24:00"), ("tue", "00:00", "13:00")],
        ),
        (
            [("sun", "00:00", "24:00"), ("mon", "00:00", "24:00")],
            [("mon", "00:00", "24:00"), ("sun", "00:00", "24:00")],
        ),
    ],
)
def test_windows_are_written_by_day(windows: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]) -> None:
    raw = {"windows": [{"days": [day], "from": since, "until": until} for day, since, until in windows]}
    dumped: Any = BEDTIME.dump(BEDTIME.load(raw))
    found = [(day, each["from"], each["until"]) for each in dumped["windows"] for day in each["days"]]
    assert sorted(found) == sorted(expected)


@given(st.integers(0, 7 * 24 * 60 - 1))
def test_windows_cover_what_they_say(minute: int) -> None:
    night = BEDTIME.load({"windows": [{"days": ["sun"], "from": "22:00", "until": "07:00"}]})
    assert night.covers(minute) == (minute < 7 * 60 or minute >= 6 * 24 * 60 + 22 * 60)


def test_a_change_goes_one_of_four_ways() -> None:
    assert direction(VISIBILITY, "friends", "friends") is Direction.SAME
    assert direction(VISIBILITY, "friends", "nobody") is Direction.STRICTER
    assert direction(VISIBILITY, "friends", "everyone") is Direction.LOOSER
    one, other = ({"windows": [{"days": [day], "from": "08:00", "until": "09:00"}]} for day in ("mon", "tue"))
    assert direction(BEDTIME, BEDTIME.load(one), BEDTIME.load(other)) is Direction.SIDEWAYS
    mon, tue = (DAILY.load({day: {"limited": True, "minutes": 60}}) for day in ("mon", "tue"))
    assert direction(DAILY, mon, tue) is Direction.SIDEWAYS
    assert [each.value for each in Direction] == ["same", "stricter", "looser", "sideways"]


@pytest.mark.parametrize(("less", "more"), [("0", "1"), ("5", "1000"), ("99", "100")])
def test_less_money_is_stricter_and_of_two_currencies_nothing_is_left(less: str, more: str) -> None:
    few, many, other = (
        CAP.load({"limited": True, "minor_units": units, "currency": currency})
        for units, currency in ((less, "EUR"), (more, "EUR"), (more, "BRL"))
    )
    assert direction(CAP, many, few) is Direction.STRICTER
    assert direction(CAP, few, CAP.loosest) is Direction.LOOSER
    assert CAP.stricter_of(few, many) == few
    assert CAP.stricter_of(many, other) == CAP.strictest


def test_an_unknown_control_is_named() -> None:
    assert control("comment.who").group == "comment"
    with pytest.raises(UnknownControl, match="`chat`"):
        control("chat")


def test_the_catalogue_says_what_a_control_depends_on() -> None:
    controls = CATALOGUE.values()
    assert {each.key for each in controls if each.availability} == {"comment.write", "time.away", "time.pause"}
    assert {each.key for each in controls if each.teens_alone} == {"accounts.blocked", "content.keywords"}
    assert {each.capped_by for each in controls} == {"", "account.visibility"}
    assert {each.capped_for_adults_by for each in controls} == {"", "contact.adults"}
    # A cap has none itself, so it does not matter which is applied first.
    assert not any(CATALOGUE[each.capped_by].capped_by for each in controls if each.capped_by)
