"""What opens something up, now or later, asks for a recent sign-in, whatever else the parent says meanwhile."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from accounts.models import Pairing
from controls.actions import preview_controls
from controls.models import Setting
from tests.builders import AT, HOUR, a_parent, a_teen, applies, changes_of, chooses, minutes, paired, refused, sets

STRICT, LOOSE, BACK = "strict", "loose", None
# A word: what is said, and for how many hours; a standing one for none.
Word = tuple[str | None, int]


class Case(NamedTuple):
    """What a parent has said, what is said next, and how many hours later that is."""

    said: tuple[Word, ...]
    next: Word
    later: float = 0


LOOSENING = {
    "standing": Case(((STRICT, 0),), (LOOSE, 0)),
    "taken back": Case(((STRICT, 0),), (BACK, 0)),
    "for an hour": Case(((STRICT, 0),), (LOOSE, 1)),
    "standing, below a strict one": Case(((STRICT, 0), (STRICT, 1)), (LOOSE, 0)),
    "standing, below a loose one": Case(((STRICT, 0), (LOOSE, 1)), (LOOSE, 0)),
    "taken back, both strict": Case(((STRICT, 0), (STRICT, 1)), (BACK, 0)),
    "taken back, the strict one below a loose one": Case(((STRICT, 0), (LOOSE, 1)), (BACK, 0)),
    "taken back, the strict one for hours": Case(((LOOSE, 0), (STRICT, 2)), (BACK, 0)),
    "strict for fewer hours": Case(((LOOSE, 0), (STRICT, 2)), (STRICT, 1)),
    "strict for fewer hours, over silence": Case(((STRICT, 2),), (STRICT, 1)),
    "loose instead of strict for hours": Case(((LOOSE, 0), (STRICT, 2)), (LOOSE, 2)),
    "loose for more hours": Case(((STRICT, 0), (LOOSE, 1)), (LOOSE, 2)),
    "standing, after a loose one has ended": Case(((STRICT, 0), (LOOSE, 1)), (LOOSE, 0), later=1.5),
    "for an hour, after a loose one has ended": Case(((STRICT, 0), (LOOSE, 1)), (LOOSE, 3), later=1.5),
}
NOT_LOOSENING = {
    "strict": Case(((LOOSE, 0),), (STRICT, 0)),
    "strict for an hour": Case(((LOOSE, 0),), (STRICT, 1)),
    "strict below a loose one": Case(((LOOSE, 0), (LOOSE, 1)), (STRICT, 0)),
    "strict for more hours": Case(((LOOSE, 0), (STRICT, 1)), (STRICT, 2)),
    "strict in place of a loose one": Case(((STRICT, 0), (LOOSE, 1)), (STRICT, 1)),
    "loose for fewer hours": Case(((STRICT, 0), (LOOSE, 2)), (LOOSE, 1)),
    "strict again, after it has ended": Case(((LOOSE, 0), (STRICT, 1)), (STRICT, 3), later=1.5),
    "taken back, after a strict one has ended": Case(((STRICT, 1),), (BACK, 0), later=1.5),
}
# One control whose values are words, one of several parts, and one to which every voice adds.
VALUES: dict[str, dict[str, Any]] = {
    "comment.who": {STRICT: "nobody", LOOSE: "followers"},
    "time.daily_minutes": {STRICT: minutes(10), LOOSE: {"tue": {"limited": True, "minutes": 50}}},
    "content.keywords": {STRICT: {"all": False, "items": ["gin", "rum"]}, LOOSE: {"all": False, "items": ["gin"]}},
}
TUESDAY = {"tue": {"limited": True, "minutes": 120}}


def says(pairing: Pairing, word: Word, *, later: float = 0, is_recent: bool = True) -> list[str]:
    """Let the parent say a word on each control; returns what it loosens."""
    said, hours = word
    until = AT + hours * HOUR if hours else None
    values = {key: each[said] if said else None for key, each in VALUES.items()}
    return sets(pairing, values, until=until, at=AT + later * HOUR, is_recent=is_recent).loosening


@pytest.mark.parametrize("case", LOOSENING.values(), ids=LOOSENING)
def test_what_loosens_now_or_later_asks_for_a_recent_sign_in(case: Case) -> None:
    pairing = paired(a_teen(), a_parent())
    for word in case.said:
        says(pairing, word)
    with refused("step_up_required"):
        says(pairing, case.next, later=case.later, is_recent=False)
    assert says(pairing, case.next, later=case.later) == list(VALUES)


@pytest.mark.parametrize("case", NOT_LOOSENING.values(), ids=NOT_LOOSENING)
def test_what_loosens_at_no_moment_does_not(case: Case) -> None:
    pairing = paired(a_teen(), a_parent())
    for word in case.said:
        says(pairing, word)
    assert says(pairing, case.next, later=case.later, is_recent=False) == []


@pytest.mark.parametrize("value", [{"wed": {"limited": False}}, {**TUESDAY, "wed": {"limited": False}}, None])
def test_more_time_today_does_not_hide_more_time_on_other_days(value: Any) -> None:
    pairing = paired(a_teen(15), a_parent())
    sets(pairing, {"time.daily_minutes": minutes(30)})
    sets(pairing, {"time.daily_minutes": TUESDAY}, until=AT + 12 * HOUR)
    shown = preview_controls(pairing, changes_of({"time.daily_minutes": value}), at=AT)
    assert shown.loosening == ["time.daily_minutes"]
    with refused("step_up_required"):
        sets(pairing, {"time.daily_minutes": value}, is_recent=False)
    assert sets(pairing, {"time.daily_minutes": minutes(20)}, is_recent=False).loosening == []


@pytest.mark.parametrize("hours", [0, 2])
@pytest.mark.parametrize(
    ("key", "held", "chosen", "left"),
    [
        ("comment.who", "friends", "followers", None),
        ("time.daily_minutes", minutes(60), minutes(120), None),
        ("time.daily_minutes", minutes(90), minutes(120), {"tue": {"limited": True, "minutes": 90}}),
    ],
)
def test_who_goes_past_the_default_alone_is_not_let_go_without(
    key: str, held: Any, chosen: Any, left: Any, hours: int
) -> None:
    tess = a_teen(16)
    pairing = paired(tess, a_parent())
    until = AT + hours * HOUR if hours else None
    sets(pairing, {key: held}, until=until)
    chooses(tess, key, chosen)
    assert applies(tess, key) == held
    with refused("step_up_required"):
        sets(pairing, {key: left}, until=until, is_recent=False)
    sets(pairing, {key: left}, until=until)
    assert applies(tess, key) == ({**chosen, **left} if left else chosen)


def test_words_that_are_said_at_once_are_compared_as_a_whole() -> None:
    pairing = paired(a_teen(), a_parent())
    sets(pairing, {"comment.who": "nobody"})
    again = changes_of({"comment.who": None}) + changes_of({"comment.who": "nobody"})
    assert preview_controls(pairing, again, at=AT).loosening == []
    assert preview_controls(pairing, again[:1], at=AT).loosening == ["comment.who"]


def test_a_word_that_cannot_be_read_is_the_strictest_also_here() -> None:
    pairing = paired(a_teen(), a_parent())
    Setting.objects.create(pairing=pairing, key="comment.who", value="whispers", said_at=AT)
    with refused("step_up_required"):
        sets(pairing, {"comment.who": "friends"}, is_recent=False)
