"""What holds of a law, a platform and a posture of which nothing was said, and how a posture is written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from controls.laws.demands import Status
from controls.laws.law import Platform, Posture, Ruling, Scope
from tests.laws.cast import a_law

SMALL = Platform(users=10, feed_share=0, services=frozenset({"shop"}), is_small=True)
RULING = Ruling("topics", frozenset({"A", "B"}), "A", "counsel", date(2026, 7, 1), "as advised")
POSTURE = Posture(frozenset({Status.ENJOINED}), frozenset({"A"}), Platform(services=frozenset({"social"})), (RULING,))


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(least_users=8_000_000_000),
        Scope(least_feed_share=100),
        Scope(services=frozenset({"social"})),
        Scope(spares_small=True),
    ],
)
def test_a_platform_of_which_nothing_was_said_is_as_large_as_can_be(scope: Scope) -> None:
    assert scope.takes_in(Platform())


@pytest.mark.parametrize(
    ("scope", "is_taken_in"),
    [
        (Scope(), True),
        (Scope(least_users=10), True),
        (Scope(least_users=11), False),
        (Scope(least_feed_share=1), False),
        (Scope(services=frozenset({"social"})), False),
        (Scope(services=frozenset({"social", "shop"})), True),
        (Scope(spares_small=True), False),
    ],
)
def test_each_part_of_a_scope_spares_a_platform_by_itself(scope: Scope, is_taken_in: bool) -> None:
    assert scope.takes_in(SMALL) is is_taken_in
    assert Scope().takes_in(replace(SMALL, users=0))


def test_of_a_law_nothing_is_made_up() -> None:
    law = a_law()
    assert (law.note, law.effective_on, law.last_day, law.duties, law.majority) == ("", None, None, (), 18)


@pytest.mark.parametrize(
    "changes",
    [
        {"statuses": frozenset({Status.ENACTED_PENDING})},
        {"opt_in": frozenset({"A", "B"})},
        {"platform": Platform(users=5)},
        {"platform": Platform(feed_share=5)},
        {"platform": Platform(services=frozenset({"game"}))},
        {"platform": Platform(is_small=True)},
        {"rulings": ()},
        {"rulings": (replace(RULING, subject="values"),)},
        {"rulings": (replace(RULING, laws=frozenset({"A", "C"})),)},
        {"rulings": (replace(RULING, yields="B"),)},
        {"rulings": (replace(RULING, decided_on=date(2026, 7, 2)),)},
    ],
)
def test_what_makes_another_posture_is_written_out(changes: dict[str, Any]) -> None:
    assert replace(POSTURE, **changes).told() != POSTURE.told()


def test_the_same_posture_is_written_out_alike_whatever_the_order_of_its_sets() -> None:
    # A set of words has another order in each process; sorted, two sets of many words are the same.
    words = [f"law-{number}" for number in range(50)]
    for posture, same in zip(of_words(words), of_words(words[::-1]), strict=True):
        told = posture.told()
        assert told == same.told()
        assert [told.index(f"'{word}'") for word in sorted(words)] == sorted(told.index(f"'{word}'") for word in words)
    statuses = replace(POSTURE, statuses=frozenset(Status)).told()
    assert [statuses.index(repr(each)) for each in sorted(Status)] == sorted(
        statuses.index(repr(each)) for each in Status
    )
    assert replace(POSTURE, rulings=(RULING, replace(RULING, subject="a"))).told() == (
        replace(POSTURE, rulings=(replace(RULING, subject="a"), RULING)).told()
    )


def of_words(words: list[str]) -> list[Posture]:
    """Return postures in which some words stand where there are sets."""
    return [
        replace(POSTURE, opt_in=frozenset(words)),
        replace(POSTURE, platform=Platform(services=frozenset(words))),
        replace(POSTURE, rulings=(replace(RULING, laws=frozenset(words)),)),
    ]
