"""The families of docs/decision-algorithm.md are resolved as the page says."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from controls.packs import pack_for
from controls.policy.catalogue import CATALOGUE
from controls.policy.endings import choices_to_remove
from controls.policy.packs import MayLoosen
from controls.policy.reasons import Reason
from controls.policy.resolve import Enforced
from family_pairing.documents import rendered
from tests.core.families import Family, at_of, resolved, wanted, what_remains, world_of
from tests.docs.markdown import blocks
from tests.servers import ROOT

PAGE = ROOT / "docs" / "decision-algorithm.md"
FAMILIES: list[Family] = [tomllib.loads(block.text) for block in blocks(PAGE, "toml")]
MEMBERS = {
    *("name", "age", "born", "at", "zone", "settings", "choices", "start", "allowed", "expect", "reasons", "moments"),
    *("ending", "removed", "after"),
}


def test_the_families_have_names_and_nothing_that_is_not_looked_at() -> None:
    assert len({family["name"] for family in FAMILIES}) == len(FAMILIES) >= 18
    assert {member for family in FAMILIES for member in family} <= MEMBERS


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family["name"])
def test_a_family_gets_what_the_page_says(family: Family) -> None:
    world, at = world_of(family), at_of(family)
    check(resolved(world, at).values, family)
    for moment in family.get("moments", ()):
        check(resolved(world, moment["at"]).values, moment)


@pytest.mark.parametrize("family", [each for each in FAMILIES if "ending" in each], ids=lambda family: family["name"])
def test_an_ending_leaves_what_the_page_says(family: Family) -> None:
    before, at = world_of(family), at_of(family)
    removals = choices_to_remove(before, pack_for(before.place, before.time_zone, at), at)
    assert [each.control for each in removals] == family["removed"]
    settings = tuple(said for said in before.settings if said.parent != family["ending"])
    after = replace(before, settings=settings, choices=tuple(what_remains(before.choices, removals)))
    check(resolved(after, at).values, {"expect": family["after"]})


def check(values: Mapping[str, Enforced], says: Family) -> None:
    """Compare what is enforced with what the page says of it."""
    for member, of in (("expect", "value"), ("start", "start"), ("allowed", "allowed")):
        for key, short in says.get(member, {}).items():
            assert getattr(values[key], of) == meant(values[key], key, short), (member, key)
    for key, codes in says.get("reasons", {}).items():
        assert list(dict.fromkeys(because.code for because in values[key].reasons)) == codes, key


def meant(enforced: Enforced, key: str, short: Any) -> Any:
    """Return the value that the page means; parts that it does not name are the default."""
    return wanted(key, short, enforced.default)


def test_a_family_that_is_told_wrong_would_be_seen() -> None:
    wrong = {**FAMILIES[0], "expect": {"comment.who": "everyone"}}
    with pytest.raises(AssertionError):
        test_a_family_gets_what_the_page_says(wrong)


def test_the_table_of_the_rule_is_the_rule() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for who in MayLoosen:
        assert f"| `{who}` | {told_start(who)} | {told_allowed(who)} |" in text


def told_start(who: MayLoosen) -> str:
    """Return the start in the words of the page, as the rule has it."""
    start, _ = who.bounds("default", "loosest", "spoken", None)
    assert who.bounds("default", "loosest", "spoken", "choice")[0] == "choice"
    return (
        "the own choice, else what is spoken, else the default"
        if start == "spoken"
        else ("the own choice, else the default")
    )


def told_allowed(who: MayLoosen) -> str:
    """Return the bound in the words of the page, as the rule has it."""
    _, allowed = who.bounds("default", "loosest", "spoken", "choice")
    words = {"default": "the default", "loosest": "the loosest", "spoken": "what is spoken, else the default"}
    return words[allowed]


def test_every_reason_and_every_control_that_the_page_names_is_there() -> None:
    assert {key for family in FAMILIES for key in family["expect"]} <= set(CATALOGUE)
    written = dict(rendered())[PAGE]
    assert all(f"| `{reason}` |" in written for reason in Reason)
