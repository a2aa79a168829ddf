"""The laws hold, each for a total and for a partial order; and they go red for bugs that somebody planted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from controls.policy import resolve, settle
from controls.policy.facts import Assurance
from controls.policy.packs import MayLoosen
from controls.policy.values import Number
from tests.core import laws
from tests.core.laws import LAWS
from tests.core.worlds import cases


@pytest.mark.parametrize("order", ["total", "partial"])
@pytest.mark.parametrize("name", LAWS)
def test_a_law_holds(name: str, order: str) -> None:
    given(cases(order, parts="part" in name.split("_")), st.data())(LAWS[name])()


def larger(_: Number, a: int, b: int) -> int:
    return max(a, b)


def count_unverified(terms: Any, said: Any, chosen: Any, old: Any) -> Any:
    return settle.settle(terms, [voice._replace(verified=True) for voice in said], chosen, old)


def hear_the_loosest(terms: Any, said: Any, chosen: Any, old: Any) -> Any:
    loosest = [voice for voice in said if all(terms.kind.at_least_as_strict(each.value, voice.value) for each in said)]
    return settle.settle(terms, loosest[:1], chosen, old)


def hear_the_first(terms: Any, said: Any, chosen: Any, old: Any) -> Any:
    return settle.settle(terms, said, chosen[:1], old)


def bound_by_nobody(_: MayLoosen, default: Any, loosest: Any, spoken: Any, choice: Any) -> tuple[Any, Any]:
    return (default if choice is None else choice), loosest


def bound_by_parents_alone(_: MayLoosen, default: Any, loosest: Any, spoken: Any, choice: Any) -> tuple[Any, Any]:
    bound = default if spoken is None else spoken
    return (bound if choice is None else choice), bound


def fall_through(self: MayLoosen, *terms: Any) -> tuple[Any, Any]:
    return BOUNDS(MayLoosen.EITHER if self is MayLoosen.NOBODY else self, *terms)


def end_a_second_late(until: datetime | None, at: datetime) -> bool:
    return until is not None and until < at


def turned_round(level: Assurance) -> int:
    return -list(Assurance).index(level)


def remove_nothing(*_: Any) -> tuple[()]:
    return ()


BOUNDS = MayLoosen.bounds
PARENT_NEEDED = "where_a_parent_is_needed_nothing_is_looser_than_the_default_until_a_verified_one_spoke"
UNVERIFIED = "an_unverified_parent_only_tightens"
BESIDE = "beside_a_verified_parents_setting_another_only_tightens"
UNSURE = "who_is_not_known_to_be_an_adult_has_what_the_oldest_minors_have"
ENDING = "nothing_is_looser_after_an_ending_than_before_or_by_default"
PLANTED: list[tuple[str, str, object, str, object]] = [
    (BESIDE, "total", resolve, "settle", hear_the_loosest),
    (BESIDE, "partial", resolve, "settle", hear_the_loosest),
    ("nothing_is_looser_than_the_loosest", "total", Number, "stricter_of", larger),
    (UNVERIFIED, "total", resolve, "settle", count_unverified),
    (UNVERIFIED, "partial", resolve, "settle", count_unverified),
    (PARENT_NEEDED, "total", MayLoosen, "bounds", bound_by_nobody),
    (PARENT_NEEDED, "partial", MayLoosen, "bounds", bound_by_nobody),
    ("under_both_nothing_is_looser_without_the_teens_choice", "total", MayLoosen, "bounds", bound_by_parents_alone),
    ("under_both_nothing_is_looser_without_the_teens_choice", "partial", MayLoosen, "bounds", bound_by_parents_alone),
    ("order_does_not_matter", "total", resolve, "settle", hear_the_first),
    ("order_does_not_matter", "partial", resolve, "settle", hear_the_first),
    ("what_has_ended_says_nothing", "total", resolve, "ended", end_a_second_late),
    ("a_stricter_pack_is_never_looser", "total", MayLoosen, "bounds", fall_through),
    (ENDING, "total", laws, "choices_to_remove", remove_nothing),
    (UNSURE, "total", Assurance, "rank", 0),
    (UNSURE, "partial", Assurance, "rank", property(turned_round)),
]


@pytest.mark.parametrize(("name", "order", "owner", "attribute", "bug"), PLANTED)
def test_a_planted_bug_turns_a_law_red(
    name: str, order: str, owner: object, attribute: str, bug: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owner, attribute, bug)
    resolve._quiet.cache_clear()
    resolve._silent.cache_clear()
    search = settings(max_examples=1000, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        search(given(cases(order), st.data())(LAWS[name]))()
    monkeypatch.undo()
    resolve._quiet.cache_clear()
    resolve._silent.cache_clear()
