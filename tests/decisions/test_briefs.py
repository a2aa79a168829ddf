"""Briefs: what is read of an account, how small that is, and what is not read at all."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.decisions.briefs import (
    READ,
    UNKNOWN,
    Bar,
    Brief,
    UnreadableBrief,
    brief_of,
    dump_brief,
    load_brief,
    read,
    written,
)
from controls.decisions.words import Code
from controls.packs import baseline_at
from controls.policy.catalogue import CATALOGUE
from controls.policy.resolve import Resolution, resolve
from tests.core.families import world_of
from tests.core.worlds import NONSENSE

AT = datetime(2027, 6, 15, 12, tzinfo=UTC)
SETTINGS = [
    {"parent": "paula", "control": "time.bedtime", "value": ["mon-fri 21:30-06:45", "sat-sun 22:30-08:00"]},
    {"parent": "paula", "control": "time.away", "value": ["mon-fri 08:00-12:00", "mon-fri 13:30-16:30"]},
    {"parent": "pierre", "control": "content.keywords", "value": {"all": False, "items": ["casino", "vape", "bet"]}},
    {"parent": "pierre", "control": "time.daily_minutes", "value": {"mon": 60, "sat": 120, "sun": "none"}},
]
CHOICES = [
    {"control": "accounts.blocked", "value": {"all": False, "items": ["mallory", "platform-user-000000017"]}},
    {"control": "content.topics", "value": {"gambling": "blocked", "dance": "reduced"}},
]


def resolved(**family: Any) -> Resolution:
    """Resolve a family."""
    return resolve(world_of({"age": 15, **family, "at": AT}), baseline_at(AT), AT)


def tess(**more: Any) -> Brief:
    """Return the brief of a teen about whom much was said."""
    return brief_of(resolved(settings=SETTINGS, choices=CHOICES), adult=False, version="1.42.1795392000", **more)


def test_a_brief_holds_every_value_that_is_read_with_its_first_reason() -> None:
    brief, resolution = tess(bars=[Bar(Code.PAIRING_NEEDED, ("BR-1",))]), resolved(settings=SETTINGS, choices=CHOICES)
    assert brief.values == {key: resolution.values[key].value for key in READ}
    assert brief.grounds["time.bedtime"] == ("parent", "baseline/2026-11-01")
    assert brief.grounds["accounts.blocked"] == ("teen", "baseline/2026-11-01")
    assert brief.grounds["dm.who_can_send"] == ("pack", "baseline/2026-11-01")
    assert (brief.band, brief.adult, brief.known, brief.supervised) == ("13-15", False, True, True)
    assert brief.bars == (Bar(Code.PAIRING_NEEDED, ("BR-1",)),)
    assert resolution.valid_until is not None
    assert brief.valid_until == int(resolution.valid_until.timestamp())


@pytest.mark.parametrize("more", [{}, {"known": False}, {"supervised": False}, {"bars": [Bar(Code.PERMISSION_NEEDED)]}])
def test_what_was_written_is_read_again(more: Any) -> None:
    brief = tess(**more)
    assert load_brief(dump_brief(brief)) == brief
    assert load_brief(dump_brief(brief).decode()) == brief
    # Written in another way it is read whole, and comes to the same.
    assert load_brief(json.dumps(written(brief), indent=1)) == brief
    assert load_brief(json.dumps(dict(reversed(written(brief).items())))) == brief
    assert load_brief(dump_brief(brief)).values["time.away"].time_zone == "Europe/Paris"


def test_the_brief_of_a_usual_teen_is_at_most_a_kilobyte() -> None:
    sizes = {len(dump_brief(tess())), len(dump_brief(brief_of(resolved(), adult=False)))}
    print("bytes of a brief:", *sorted(sizes))
    assert max(sizes) <= 1024


@pytest.mark.parametrize(("age", "grew_up", "adult"), [(20, False, True), (20, True, True), (17, True, False)])
def test_an_adult_is_one_for_others_and_so_is_who_may_be(age: int, grew_up: bool, adult: bool) -> None:
    brief = brief_of(resolved(age=age, grew_up_here=grew_up), adult=adult)
    assert (brief.adult, brief.is_grown) == (adult, adult)
    unknown = brief_of(resolve(world_of({"at": AT}), baseline_at(AT), AT), adult=adult, known=False)
    assert (unknown.adult, unknown.is_grown, unknown.valid_until) == (False, True, None)


def test_where_nothing_is_known_of_who_is_acted_upon_everything_is_the_strictest() -> None:
    assert UNKNOWN.values.keys() == set(READ)
    assert all(UNKNOWN.values[key] == CATALOGUE[key].kind.strictest for key in READ)
    assert load_brief(dump_brief(UNKNOWN)) == UNKNOWN
    assert UNKNOWN.is_grown
    assert not UNKNOWN.supervised


@pytest.mark.parametrize(
    "change",
    [
        {"l": "00000000"},
        {"b": 3},
        {"f": 16},
        {"f": -1},
        {"f": True},
        {"c": "0"},
        {"c": "9" * 40},
        {"c": "-" * 40},
        {"x": []},
        {"z": "Nowhere/AtAll"},
        {"g": '[["nobody","x"]]'},
        {"g": [["pack", "x"]]},
        {"x": ["["] * 9},
        {"x": ["[" * 100_000] * 9},
        {"w": "A"},
        {"w": "@" * len(READ)},
        {"w": "Z" * len(READ)},
        {"a": [["unheard_of", []]]},
        {"a": [["pairing_needed"]]},
        {"v": 1},
        {"u": "soon"},
        {"u": True},
        {"u": 1.5},
    ],
)
def test_what_was_not_written_here_is_not_read(change: Any) -> None:
    with pytest.raises(UnreadableBrief):
        read({**written(tess()), **change})


@pytest.mark.parametrize(
    ("place", "raw"),
    [
        (-1, [[0, 10], [10, 20]]),
        (-1, [[20, 10]]),
        (-1, [[-1, 10]]),
        (-1, [[0, 10_081]]),
        (-1, [[0, True]]),
        (-1, [[0]]),
        (0, {"all": False}),
        (1, "1" * 19),
        (1, "a" * 20),
        (2, {"gambling": "hidden"}),
        (4, {"limited": True}),
        (5, [60] * 6),
        (5, [1441] * 7),
    ],
)
def test_a_value_that_was_not_written_here_is_not_read(place: int, raw: Any) -> None:
    fields = written(tess())
    others = [*fields["x"]]
    others[place] = json.dumps(raw)
    with pytest.raises(UnreadableBrief):
        read({**fields, "x": others})


@given(NONSENSE, st.sampled_from("lbfcxzgwavu"))
def test_reading_raises_nothing_else(nonsense: Any, member: str) -> None:
    for fields in ({**written(tess()), member: nonsense}, nonsense):
        try:
            read(fields)
        except UnreadableBrief:
            continue


def test_nor_does_reading_bytes() -> None:
    raw, dice = dump_brief(tess()), random.Random(7)
    wrong = [b"", b"[]", b"\xff", b"[" * 100_000, *(raw[: dice.randrange(len(raw))] for _ in range(100))]
    wrong += [raw[:place] + bytes([dice.randrange(256)]) + raw[place + 1 :] for place in range(len(raw))]
    for each in wrong:
        try:
            assert json.loads(dump_brief(load_brief(each)))
        except UnreadableBrief:
            continue
