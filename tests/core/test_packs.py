"""A pack that cannot be used is refused, and the sentence names the control."""

from __future__ import annotations

import copy
import io
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

import controls.packs
from controls.checks import packs_are_locked
from controls.packs import locking, released
from controls.packs.reading import PackError, read_pack
from controls.policy.catalogue import CATALOGUE, LABELS, TOPICS
from controls.policy.packs import MayLoosen
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
    read_pack(RAW)
    with pytest.raises(PackError, match=words):
        read_pack(raw)


def test_the_released_packs_are_the_locked_ones() -> None:
    assert locking.faults() == []
    assert locking.lock(is_dry_run=True) == []
    assert [name for name in locking.read_lock(FILE.parent) if "/" not in name] == [FILE.name]


def test_a_new_pack_is_locked_and_a_released_one_never_again(tmp_path: Path) -> None:
    first, second = tmp_path / "a-2026-11-01.toml", tmp_path / "b-2027-01-01.toml"
    first.write_text("a = 1\n")
    assert (locking.lock(tmp_path, is_dry_run=True), locking.read_lock(tmp_path)) == ([first.name], {})
    assert locking.lock(tmp_path) == [first.name]
    second.write_text("b = 1\n")
    assert locking.faults(tmp_path) == [f"`{second.name}` is not in the lock"]
    assert locking.lock(tmp_path) == [second.name]
    assert (locking.faults(tmp_path), locking.lock(tmp_path)) == ([], [])


@pytest.mark.parametrize("harm", ["edit", "remove"])
def test_a_released_pack_that_changed_is_seen_and_not_released_again(tmp_path: Path, harm: str) -> None:
    pack, lock = tmp_path / "a-2026-11-01.toml", tmp_path / locking.LOCK
    pack.write_text("a = 1\n")
    locking.lock(tmp_path)
    before = lock.read_bytes()
    if harm == "edit":
        pack.write_text("a = 2\n")
    else:
        pack.unlink()
    (fault,) = locking.faults(tmp_path)
    assert pack.name in fault
    with pytest.raises(PackError, match=pack.name):
        locking.lock(tmp_path)
    assert lock.read_bytes() == before


def test_the_check_names_a_pack_that_is_not_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert packs_are_locked() == []
    present = locking.digests(FILE.parent)
    monkeypatch.setattr(locking, "digests", lambda _: {**present, FILE.name: "0" * 64})
    (error,) = packs_are_locked()
    assert FILE.name in error.msg


def test_the_command_locks_and_refuses_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    call_command("policy", "lock", stdout=said)
    assert said.getvalue() == "every pack is locked already\n"
    monkeypatch.setattr(locking, "digests", lambda _: {FILE.name: "0" * 64})
    with pytest.raises(CommandError, match=FILE.name):
        call_command("policy", "lock")
