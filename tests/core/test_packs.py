"""A pack that cannot be used is refused, and the sentence names the control."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

import controls.packs
from controls.packs import released
from controls.policy.catalogue import CATALOGUE, LABELS, TOPICS
from controls.policy.packs import MayLoosen, Pack, PackError
from controls.policy.values import Composite

FILE = Path(controls.packs.__file__).with_name("baseline-2026-11-01.toml")
RAW = tomllib.loads(FILE.read_text(encoding="utf-8"))


def test_the_baseline_rules_every_control_in_every_band() -> None:
    pack = released()[0]
    assert len(CATALOGUE) == 62
    assert (len(LABELS), len(TOPICS)) == (20, 22)
    assert pack.key == "baseline/2026-11-01"
    assert [band.name for band in pack.bands] == ["13-15", "16-17", "18+"]
    assert all(list(rules) == list(CATALOGUE) for rules in pack.rules.values())
    assert (pack.dm_min_age, pack.status, pack.keeps) == (16, "in_force", "16-17")
    assert set(pack.care_topics) < set(TOPICS)


def test_the_extreme_is_never_shown_to_a_minor_and_help_always() -> None:
    for band in released()[0].bands:
        rule = released()[0].rule("content.labels", band.name)
        assert band.adult or max(rule.loosest.values()) < 4
        assert rule.never_below == {"self_harm_suicide": 1, "mature_themes": 1}


def test_growing_older_makes_no_default_stricter() -> None:
    younger, older = (released()[0].rules[band] for band in ("13-15", "16-17"))
    for key, rule in younger.items():
        kind = rule.control.kind
        parts = kind.parts if isinstance(kind, Composite) else ()
        assert parts or kind.at_least_as_strict(rule.loosest, older[key].loosest), key
        assert kind.at_least_as_strict(rule.default, older[key].default), key


def test_adults_are_their_own() -> None:
    assert {rule.may_loosen for rule in released()[0].rules["18+"].values()} == {MayLoosen.TEEN}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("controls", "comment.who", "default", "13-15"), "everyone", "`comment.who` in band `13-15` is looser"),
        (("controls", "comment.who", "default", "13-15"), "anyone", "`comment.who` in band `13-15`"),
        (("controls", "comment.who", "may_loosen", "16-17"), "granny", "`comment.who`"),
        (("controls", "comment.who", "cap", "13-15"), {"private": "friends"}, "`comment.who`"),
        (("controls", "comment.who", "default"), None, "`comment.who`"),
        (("controls", "comment.who"), None, "comment.who"),
        (("controls", "chat.who"), {}, "chat.who"),
        (("controls", "content.labels", "default", "13-15"), {"violence": 1}, "`content.labels`"),
        (("controls", "dm.who_can_send", "loosest", "13-15"), "friends", "`dm.who_can_send`"),
        (("never_below",), {"content.labels": {"self_harm_suicide": 2}}, "`content.labels`"),
        (("never_below",), {"comment.who": "friends"}, "`comment.who`"),
        (("dm_min_age",), None, "dm_min_age"),
        (("effective_at",), "2026-11-01", "effective_at"),
        (("bands",), [], "bands"),
        (("bands",), [{"name": "all", "from_age": 13, "until_age": 18}], "`all`"),
    ],
)
def test_a_broken_pack_is_refused(path: tuple[str, ...], value: Any, words: str) -> None:
    raw = copy.deepcopy(RAW)
    table = raw
    for step in path[:-1]:
        table = table[step]
    if value is None:
        del table[path[-1]]
    else:
        table[path[-1]] = value
    Pack.from_mapping(RAW)
    with pytest.raises(PackError, match=words):
        Pack.from_mapping(raw)
