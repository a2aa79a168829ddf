"""When a parent no longer binds, what the teen had chosen beyond it goes, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from controls.policy.catalogue import CATALOGUE
from controls.policy.endings import Removal, choices_to_remove
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.packs import MayLoosen, Rule
from tests.core.worlds import AT, BASELINE, with_rule

TESS = World(Birth(date(2012, 12, 15)), "FR", "Europe/Paris")
BAND, KEY, LABELS = "13-15", "comment.who", "content.labels"
SECOND = timedelta(seconds=1)


def held(value: Any = "nobody", chosen: Any = "everyone", key: str = KEY, until: datetime | None = None) -> World:
    """Return the facts while a parent holds a control closer than what the teen has chosen."""
    settings = (Setting("paula", True, key, value),)
    return replace(TESS, settings=settings, choices=(Chosen(key, chosen, until, BAND),))


def removed(world: World, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Return the controls whose choices go, with the parts."""
    return [(each.control, each.parts) for each in choices_to_remove(world, BASELINE, AT, **more)]


@pytest.mark.parametrize(
    ("value", "chosen", "expected"),
    [
        ("nobody", "everyone", [(KEY, ())]),
        ("nobody", "followers", [(KEY, ())]),
        ("nobody", "friends", []),
        ("followers", "followers", []),
        ("followers", "everyone", [(KEY, ())]),
        ("nobody", "nobody", []),
        ("nobody", "close_friends", []),
    ],
)
def test_a_choice_goes_that_is_looser_than_the_default_and_than_what_applied(
    value: str, chosen: str, expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert removed(held(value, chosen)) == expected


@pytest.mark.parametrize(("until", "count"), [(None, 1), (AT + SECOND, 1), (AT, 0), (AT - SECOND, 0)])
def test_a_choice_that_has_ended_is_no_longer_there_to_go(until: datetime | None, count: int) -> None:
    assert len(removed(held(until=until))) == count


def test_where_a_permission_is_withdrawn_only_its_controls_are_looked_at() -> None:
    assert removed(held(), controls={KEY, "dm.media"}) == [(KEY, ())]
    assert removed(held(), controls={"dm.media"}) == []
    assert removed(held(), controls=()) == []


def test_a_choice_about_a_control_of_a_newer_release_stays() -> None:
    world = held()
    newer = Chosen("smell.intensity", "on", None, BAND)
    assert removed(replace(world, choices=(newer, *world.choices))) == [(KEY, ())]
    assert removed(replace(world, choices=(newer,)), controls={"smell.intensity"}) == []


@pytest.mark.parametrize(
    ("chosen", "parts"),
    [
        ({"violence": 3, "horror_fear": 3, "hate": 0}, [("violence", "horror_fear")]),
        ({"violence": 3, "horror_fear": 2}, [("violence",)]),
        ({"violence": 3, "horror_fear": 3}, [()]),
        ({"hate": 0}, []),
    ],
)
def test_of_a_choice_of_many_parts_only_those_go_that_open(
    chosen: dict[str, int], parts: list[tuple[str, ...]]
) -> None:
    world = held({"violence": 0, "horror_fear": 0}, chosen, LABELS)
    assert removed(world) == [(LABELS, each) for each in parts]


@pytest.mark.parametrize("may_loosen", MayLoosen)
def test_hours_that_the_teen_may_not_take_away_are_only_added_and_stay(may_loosen: MayLoosen) -> None:
    key, kind = "time.bedtime", CATALOGUE["time.bedtime"].kind
    default, mine = ({"windows": [{"days": [day], "from": "20:00", "until": "22:00"}]} for day in ("mon", "tue"))
    pack = with_rule(BASELINE, BAND, Rule(CATALOGUE[key], kind.load(default), kind.loosest, may_loosen))
    world = held({"windows": [{"days": ["wed"], "from": "20:00", "until": "22:00"}]}, mine, key)
    gone: tuple[Removal, ...] = choices_to_remove(world, pack, AT)
    assert len(gone) == (may_loosen in {MayLoosen.EITHER, MayLoosen.TEEN})
