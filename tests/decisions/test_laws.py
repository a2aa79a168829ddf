"""The laws of decisions hold; and they go red for bugs that somebody planted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from controls.decisions import decide, hours
from controls.decisions.actions import ACTIONS
from controls.decisions.checks import Adults, Blocks, Finding, Value, View, Who, refusal
from controls.decisions.words import Code, Decision, Outcome
from tests.decisions.laws import LAWS
from tests.decisions.worlds import cases, forget

ABOUT = {
    "blocks_win": tuple(name for name, action in ACTIONS.items() if action.other),
    "refusals_by_the_other_are_all_the_same": ("message.send", "profile.view", "comment.create", "friend.accept"),
    "nothing_changes_before_its_end": ("live.host", "app.use", "notification.deliver", "message.send"),
    "floors_are_symmetric": ("message.send", "call.start"),
    "who_only_says_to_be_an_adult_is_one_towards_others": ("friend.request", "group.add"),
    "an_answer_about_two_people_ends_with_the_minute": ("message.send", "group.add", "comment.create"),
}
FILTERS = [HealthCheck.filter_too_much, HealthCheck.too_slow]


@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds(name: str) -> None:
    drawn = cases(ABOUT.get(name, tuple(ACTIONS)))
    settings(suppress_health_check=FILTERS)(given(drawn, st.data())(LAWS[name]))()


def never(*_: Any) -> None:
    return None


def far_away(*_: Any) -> int:
    return 10**10


def in_other_words(*_: Any) -> Decision:
    return Decision(Outcome.DENY, ())


def turned_round(check: Value, seen: View) -> Finding | None:
    return None if seen.mine.values[check.control] in {"off", "hold_all"} else refusal(Code.TURNED_OFF, check.control)


def known_adults_alone(check: Adults, seen: View) -> Finding | None:
    is_seen = seen.theirs.adult and seen.mine.values["contact.adults"] == "blocked"
    return refusal(Code.ADULT, "contact.adults") if is_seen else None


PLANTED: list[tuple[str, object, str, Any]] = [
    ("blocks_win", Blocks, "judge", never),
    ("floors_are_symmetric", Who, "judge", never),
    ("nothing_changes_before_its_end", hours, "next_change", far_away),
    ("an_answer_about_two_people_ends_with_the_minute", decide, "_soon", far_away),
    ("refusals_by_the_other_are_all_the_same", decide, "_soon", lambda other, now, until: other.valid_until or until),
    ("a_barred_account_does_nothing_else", decide, "_barred", in_other_words),
    ("it_never_raises_and_every_answer_gives_a_reason", decide, "_UNREADABLE", KeyError),
    ("a_stricter_value_of_either_never_allows_more", Value, "judge", turned_round),
    ("who_only_says_to_be_an_adult_is_one_towards_others", Adults, "judge", known_adults_alone),
    ("nothing_is_kept_of_what_is_out_of_date", decide, "_refused", in_other_words),
]


@pytest.mark.parametrize(("name", "owner", "attribute", "bug"), PLANTED)
def test_a_planted_bug_turns_a_law_red(
    name: str, owner: object, attribute: str, bug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, attribute, bug)
    forget()
    search = settings(max_examples=500, phases=[Phase.generate], derandomize=True, suppress_health_check=FILTERS)
    try:
        with pytest.raises((AssertionError, IndexError, TypeError, AttributeError)):
            search(given(cases(ABOUT.get(name, tuple(ACTIONS))), st.data())(LAWS[name]))()
    finally:
        monkeypatch.undo()
        forget()
