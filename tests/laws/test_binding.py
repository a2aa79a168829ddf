"""Which ages of consent count, which moments may change anything, and where a law stands that does not bind."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from controls.laws.admission import Asked, Tie, ages_named
from controls.laws.binding import Effect, When, consent_ages, moments, standings
from controls.laws.demands import ConsentAge, Demand, MinimumAge, Permission, Status
from controls.laws.law import Laws
from controls.policy.bands import EARLIEST, LATEST
from controls.policy.facts import Birth, World
from tests.laws.cast import AT, BASELINE, IN_FORCE_ONLY, a_law, a_teen, admitted, bars, changed, laws

BEGAN = date(2027, 1, 1)
UNION = {"RR": frozenset({"XX", "XY"})}


def consents(known: Laws, place: str) -> list[tuple[str, int]]:
    """Return the ages of consent of a place, each with its law."""
    every = standings(known, place, IN_FORCE_ONLY, When.of(AT, "UTC"))
    return [(law.key, demand.below) for law, demand in consent_ages(known, place, every)]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([("W", "001", 13)], [("W", 16)]),
        ([("W", "001", 13), ("W2", "001", 14)], [("W", 16)]),
        ([("W", "001", 13), ("R", "RR", 15)], [("R", 15)]),
        ([("W", "001", 13), ("R", "RR", 15), ("X", "XX", 14)], [("X", 14)]),
        ([("W", "001", 13), ("X", "XX", 14), ("X2", "XX", 15)], [("X2", 15)]),
        ([("W", "001", 13), ("X", "XX", 15), ("X2", "XX", 15)], [("X", 15), ("X2", 15)]),
        ([("W", "001", 13), ("X", "XX", None)], [("W", 13)]),
        ([("W", "001", 13), ("R", "RR", None)], [("W", 16)]),
        ([("X", "XX", None)], []),
        ([], []),
    ],
)
def test_the_age_of_the_narrowest_place_counts_and_elsewhere_that_of_elsewhere(
    records: list[tuple[str, str, int | None]], expected: list[tuple[str, int]]
) -> None:
    known = laws(
        *(a_law(key, place, *([] if age is None else [ConsentAge(below=age)])) for key, place, age in records),
        regions=UNION,
    )
    assert consents(known, "XX") == expected


def test_moments_are_those_of_the_place_in_order() -> None:
    known = laws(
        a_law("XX-1", "XX", effective_on=BEGAN, last_day=date(2027, 5, 31)),
        a_law("YY-1", "YY", effective_on=date(2027, 2, 2)),
    )
    found = moments(known, "XX", [EARLIEST, UTC, LATEST])
    assert found == sorted(found)
    days = {each.date() for each in moments(known, "XX", [UTC])}
    assert days >= {BEGAN, date(2027, 6, 1)}
    assert date(2027, 2, 2) not in days


@pytest.mark.parametrize(
    ("fields", "effect"),
    [
        ({"history": (changed(Status.IN_FORCE, date(2028, 1, 1)),)}, Effect.NOT_EFFECTIVE),
        ({"history": (changed(Status.BILL),)}, Effect.NOT_IN_FORCE),
        ({"effective_on": BEGAN, "history": (changed(Status.ENJOINED),)}, Effect.NOT_EFFECTIVE),
        ({"last_day": date(2026, 6, 29)}, Effect.NOT_EFFECTIVE),
        ({}, Effect.BINDS),
    ],
)
def test_a_law_says_why_it_does_not_bind(fields: dict[str, object], effect: Effect) -> None:
    law = a_law("XX-1", "XX", MinimumAge(below=13), **fields)
    (standing,) = standings(laws(law), "XX", IN_FORCE_ONLY, When.of(AT, "UTC"))
    assert standing.effect is effect


def test_where_the_zone_is_unclear_a_law_that_binds_nowhere_stands_where_days_begin_first() -> None:
    law = a_law("XX-1", "XX", MinimumAge(below=13), effective_on=BEGAN, history=(changed(Status.ENJOINED),))
    at = datetime(2027, 1, 1, tzinfo=UTC)
    (standing,) = standings(laws(law), "XX", IN_FORCE_ONLY, When.of(at, "Nowhere/AtAll"))
    assert standing.effect is Effect.NOT_IN_FORCE


def test_words_that_others_read_are_what_they_are() -> None:
    assert [each.value for each in Tie] == ["none", "unverified", "verified"]
    assert [each.value for each in Asked] == [
        "below_minimum_age",
        "permission_needed",
        "pairing_needed",
        "consent_needed",
    ]
    assert [each.value for each in Effect] == [
        "binds",
        "not_effective",
        "out_of_scope",
        "not_in_force",
        "opt_in_only",
    ]


def test_only_ages_that_are_named_may_change_anything() -> None:
    demands: list[Demand] = [MinimumAge(below=11), Permission(below=15, from_age=12)]
    known = laws(a_law("XX-1", "XX", *demands), a_law("YY-1", "YY", MinimumAge(below=19)), consent_age_elsewhere=17)
    assert ages_named(known, "XX", BASELINE.bands) == {0, 11, 12, 13, 15, 16, 17, 18}


@pytest.mark.parametrize("born", [date(2026, 7, 1), date(9998, 1, 1)])
def test_who_is_not_born_yet_is_below_every_minimum_age(born: date) -> None:
    known = laws(a_law("XX-1", "XX", MinimumAge(below=13)))
    assert bars(admitted(World(Birth(born), "XX", "UTC"), known=known)) == [("below_minimum_age", ("XX-1",))]


def test_where_the_zone_is_unclear_a_birthday_comes_when_it_has_come_everywhere() -> None:
    known = laws(a_law("XX-1", "XX", MinimumAge(below=13)))
    world = World(Birth(date(2014, 1, 1)), "XX", "Nowhere/AtAll")
    moments_of = [datetime(2027, 1, 1, 11, 59, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)]
    assert [len(bars(admitted(world, at, known=known))) for at in moments_of] == [1, 0]


def test_duties_are_told_in_an_order_of_their_own() -> None:
    words = [f"duty-{number}" for number in range(40)]
    known = laws(a_law("XX-1", "XX", duties=tuple(words[::-1])))
    assert list(admitted(a_teen(15, "XX"), known=known).duties) == sorted(words)
