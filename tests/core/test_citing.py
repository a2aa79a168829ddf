"""A reason names the law that made the value what it is, and the pack where no law did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.packs import MayLoosen, Pack
from controls.policy.reasons import Reason
from controls.policy.resolve import resolve, resolve_control
from tests.core.worlds import AT, BANDS, BASELINE, with_rule

TESS = World(Birth(date(2010, 12, 15)), "FR", "Europe/Paris")
ADULT = replace(TESS, birth=Birth(date(2009, 6, 1)))


def cited_by(laws: dict[tuple[str, str], str], key: str = "content.feed", **changes: Any) -> Pack:
    """Return the baseline with one rule of 16-17 that names laws."""
    rule = replace(BASELINE.rule(key, "16-17"), laws=laws, **changes)
    return with_rule(BASELINE, "16-17", rule)


def rules(world: World, pack: Pack, key: str = "content.feed") -> dict[str, str]:
    """Return which rule each reason names."""
    return {because.code.value: because.rule for because in resolve_control(world, pack, AT, key).reasons}


def test_a_default_that_a_law_set_names_the_law() -> None:
    pack = cited_by({("default", ""): "XX-1"}, default="following")
    assert rules(TESS, pack) == {"default": "XX-1"}
    assert rules(TESS, BASELINE) == {"default": BASELINE.key}
    assert resolve(TESS, pack, AT).values["content.feed"].dump()["reasons"] == [
        {"code": "default", "rule": "XX-1", "by": "pack"}
    ]


def test_the_loosest_value_that_a_law_set_names_the_law_and_a_word_of_somebody_does_not() -> None:
    pack = cited_by({("loosest", ""): "XX-1"}, loosest="non_profiled")
    assert rules(TESS, pack) == {"loosest": "XX-1"}
    said = Setting("paula", True, "content.feed", "following")
    assert rules(replace(TESS, settings=(said,)), pack) == {"parent_setting": BASELINE.key}


def test_who_is_missing_by_a_law_names_the_law() -> None:
    pack = cited_by({("needs_parent", ""): "XX-1"}, may_loosen=MayLoosen.PARENT)
    chosen = replace(TESS, choices=(Chosen("content.feed", "personalised", None, "16-17"),))
    assert rules(chosen, pack) == {"default": BASELINE.key, "needs_parent": "XX-1"}


def test_each_part_names_its_own_rule() -> None:
    key = "time.daily_minutes"
    default = {**BASELINE.rule(key, "16-17").default, "sun": 30}
    pack = cited_by({("default", "sun"): "XX-1"}, key, default=default)
    reasons = resolve_control(TESS, pack, AT, key).reasons
    assert {(because.rule, because.parts) for because in reasons} == {
        (BASELINE.key, ("mon", "tue", "wed", "thu", "fri", "sat")),
        ("XX-1", ("sun",)),
    }


@pytest.mark.parametrize("code", ["default", "loosest"])
def test_who_grew_up_here_keeps_a_default_with_the_law_that_set_it(code: str) -> None:
    pack = cited_by({(code, ""): "XX-1"}, default="following")
    assert rules(ADULT, pack) == {"default_kept": "XX-1" if code == "default" else BASELINE.key}
    assert rules(replace(ADULT, grew_up_here=False), pack) == {"loosest": BASELINE.key}


def test_what_the_system_says_names_the_pack() -> None:
    laws = {(code.value, ""): "XX-1" for code in Reason if code in {Reason.DEFAULT, Reason.LOOSEST}}
    pack = BASELINE
    for band in BANDS:
        pack = with_rule(pack, band, replace(pack.rule("content.feed", band), laws=laws))
    found = rules(replace(TESS, birth=None), pack)
    assert found == {"default": "XX-1", "age_unknown": BASELINE.key}
