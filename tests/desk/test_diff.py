"""What two policies say differently is found for every place, age and control, with its direction and its time."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError
from hypothesis import given
from hypothesis import strategies as st

from controls.desk import telling
from controls.desk.differing import Diff, diff, places_of
from controls.desk.directions import HARMLESS, by_loosener, loosens, rule_says
from controls.desk.policies import dump_posture, load_posture, policy_in, present_policy
from controls.laws.demands import Status
from controls.laws.joining import joined, meet
from controls.laws.law import Posture
from controls.packs import FOLDER
from controls.packs.reading import PackError
from controls.policy.packs import MayLoosen
from controls.policy.values import Direction
from tests.commands import called
from tests.core.worlds import whole_values
from tests.desk.policies import AT, LOOSER, STRICTER, loosened_by, with_default, with_next, with_rules, with_texts
from tests.laws.cast import BASELINE, IN_FORCE_ONLY, cited, usage

KEYS = ("comment.who", "content.labels", "time.bedtime", "time.daily_minutes", "purchase.policy")


def ways(found: Diff) -> set[tuple[str, str, str, str]]:
    """Return what differs without places and times."""
    return {(each.ages, each.subject, each.aspect, each.way) for each in found.rules}


def test_a_policy_differs_in_nothing_from_itself() -> None:
    found = diff(present_policy(), policy_in(FOLDER), AT)
    assert (found.rules, found.laws, found.admissions, found.places) == ((), (), (), 73)


def test_a_pack_to_come_differs_from_the_day_on_which_it_takes_effect() -> None:
    found = diff(present_policy(), with_next("comment.who", LOOSER), AT)
    assert ways(found) == {("13-15", "comment.who", "may_loosen", "looser")}
    assert {each.place for each in found.rules} == set(places_of(present_policy()))
    assert found.moments == (datetime(2027, 3, 1, tzinfo=UTC),)
    assert len(found.loosening) == 73
    back = diff(with_next("comment.who", LOOSER), present_policy(), AT)
    assert ways(back) == {("13-15", "comment.who", "may_loosen", "stricter")}
    assert back.loosening == ()


@pytest.mark.parametrize(
    ("band", "key", "edit", "expected"),
    [
        ("13-15", "comment.who", loosened_by(MayLoosen.EITHER), {("may_loosen", "looser")}),
        ("13-15", "comment.who", loosened_by(MayLoosen.TEEN), {("may_loosen", "sideways")}),
        ("13-15", "comment.who", loosened_by(MayLoosen.NOBODY), {("may_loosen", "stricter")}),
        ("13-15", "comment.who", with_default("nobody"), {("default", "stricter")}),
        ("13-15", "comment.who", with_default("everyone"), {("default", "looser"), ("loosest", "looser")}),
        ("18+", "comment.who", with_default("nobody"), {("default", "stricter")}),
    ],
)
def test_every_aspect_of_a_rule_is_compared(band: str, key: str, edit: object, expected: set[tuple[str, str]]) -> None:
    found = diff(present_policy(), with_rules({(band, key): edit}), AT)  # type: ignore[dict-item]  # see the cases
    assert ways(found) == {(band, key, aspect, way) for aspect, way in expected}
    assert bool(found.loosening) == any(loosens(way) for _, way in expected)


def test_other_caps_and_other_bands_are_seen() -> None:
    was = '13-15 = { private = "followers", public = "friends" }'
    texts = dict(present_policy().texts)
    (name,) = (each for each in texts if "/" not in each)
    wide = was.replace('"friends"', '"followers"')
    capped = with_texts("cap", {**texts, name: texts[name].replace(was, wide)})
    assert ("13-15", "comment.who", "cap at public", "looser") in ways(diff(present_policy(), capped, AT))
    (pack,) = present_policy().baselines
    older = (replace(pack.bands[0], until_age=17), replace(pack.bands[1], from_age=17), pack.bands[2])
    moved = replace(present_policy(), baselines=(replace(pack, bands=older),), texts={"x.toml": "bands"}, _timelines={})
    found = diff(present_policy(), moved, AT)
    assert {each.ages for each in found.rules} == {"16"}
    assert {each.ages for each in diff(moved, present_policy(), AT).loosening} == {"16"}


def test_a_posture_makes_laws_begin_and_another_makes_them_cease() -> None:
    here = present_policy()
    wide = with_texts("wide", here.texts, Posture(frozenset({Status.ENJOINED, Status.PARTIALLY_ENJOINED})))
    found = diff(here, wide, AT)
    assert {each.law for each in found.laws} >= {"US-VA-SB854", "US-CA-SB976"}
    assert all(each.begins and not each.ceases for each in found.laws)
    assert found.loosening == ()
    back = diff(wide, here, AT)
    assert {each.law for each in back.laws} == {each.law for each in found.laws}
    assert len(back.loosening) == len(found.rules) + len(found.admissions)
    barred = [each for each in back.admissions if each.place == "US-AR" and each.ages == "13-15"]
    assert {(tuple(each.before), tuple(each.after), each.way) for each in barred} == {
        (("permission_needed",), (), "looser")
    }


@given(st.sampled_from(MayLoosen), st.sampled_from(MayLoosen))
def test_who_may_loosen_is_compared_by_what_both_allow(old: MayLoosen, new: MayLoosen) -> None:
    way = by_loosener(old, new)
    assert (way is Direction.SAME) == (old is new)
    assert (way in HARMLESS) == (meet(old, new) is new)


@given(st.data(), st.sampled_from(KEYS))
def test_joining_is_commutative_idempotent_and_strictest(data: st.DataObject, key: str) -> None:
    kind = BASELINE.rule(key, "13-15").control.kind
    values = [kind.dump(data.draw(whole_values(kind))) for _ in range(2)]
    whos = [data.draw(st.sampled_from(MayLoosen)) for _ in range(2)]
    demands = [usage(key, default=value, may_loosen=who) for value, who in zip(values, whos, strict=True)]
    both = joined(BASELINE, cited(*demands), IN_FORCE_ONLY)
    turned = joined(BASELINE, cited(*demands[::-1]), IN_FORCE_ONLY)
    twice = joined(BASELINE, cited(*demands, *demands), IN_FORCE_ONLY)
    for band in ("13-15", "16-17"):
        base = BASELINE.rule(key, band)
        found = [made.get((band, key), base) for made in (both, turned, twice)]
        assert len({(kind.name, repr(kind.dump(each.default)), each.may_loosen) for each in found}) == 1
        assert kind.at_least_as_strict(found[0].default, base.default)
        assert by_loosener(base.may_loosen, found[0].may_loosen) in HARMLESS


def test_a_posture_is_the_same_after_it_was_written_and_read() -> None:
    posture = Posture(frozenset(Status), frozenset({"US-NY-SAFE"}))
    assert load_posture(json.loads(json.dumps(dump_posture(posture)))) == posture


def test_the_command_compares_folders_and_what_is_locked(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    for name, text in with_next("comment.who", LOOSER).texts.items():
        (tmp_path / name).write_text(text)
    said = called("policy", "diff", "lock", str(tmp_path), "--at", "2026-12-01")
    line = "  looser   13-15 comment.who may_loosen: parent -> either, from 2027-03-01 (everywhere)"
    assert line in said.splitlines()
    assert said.endswith("looser 73, sideways 0, stricter 0, laws 0")
    told = json.loads(called("policy", "diff", str(tmp_path), "present", "--at", "2026-12-01", "--json"))
    assert (told["loosens"], len(told["rules"]), told["rules"][0]["place"]) == (False, 73, None)
    with pytest.raises(CommandError, match="is no folder"):
        called("policy", "diff", str(tmp_path / "none"), "present")
    (tmp_path / "baseline-2027-03-01.toml").write_text("[")
    with pytest.raises(PackError, match="is no TOML"):
        policy_in(tmp_path)


def test_a_comparison_that_misses_who_may_loosen_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    said = rule_says
    monkeypatch.setattr(
        "controls.desk.differing.rule_says", lambda rule: [each for each in said(rule) if each.aspect != "may_loosen"]
    )
    with pytest.raises(AssertionError):
        test_a_pack_to_come_differs_from_the_day_on_which_it_takes_effect()


def test_what_is_stricter_is_told_after_what_is_looser() -> None:
    edits = {("13-15", "comment.who"): with_default("nobody"), ("16-17", "comment.who"): loosened_by(MayLoosen.TEEN)}
    lines = list(telling.diff_lines(diff(present_policy(), with_rules(edits), AT)))
    rules = [line.split()[0] for line in lines[3 : lines.index("", 3)]]
    assert rules == ["stricter", "stricter"]
    assert ways(diff(present_policy(), with_next("comment.who", STRICTER), AT)) == {
        ("13-15", "comment.who", "may_loosen", "stricter")
    }
