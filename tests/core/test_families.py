"""The families of docs/families.toml are resolved as they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from controls.packs import pack_for
from controls.policy.endings import choices_to_remove
from controls.policy.reasons import Reason
from controls.policy.resolve import Enforced
from tests.core.families import Family, at_of, families, resolved, wanted, what_remains, world_of

FAMILIES = families()


def test_there_are_at_least_forty_families_and_each_says_why() -> None:
    assert len(FAMILIES) >= 40
    assert len({family["name"] for family in FAMILIES}) == len(FAMILIES)
    assert all(family["why"].endswith(".") for family in FAMILIES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family["name"])
def test_a_family_gets_what_it_expects(family: Family) -> None:
    for moment in (family, *family.get("moments", ())):
        at = moment.get("at", at_of(family))
        _check(resolved(world_of(family, moment if moment is not family else None), at).values, moment)
    if "ending" in family:
        _check_ending(family)


def test_every_reason_stands_in_some_family() -> None:
    seen = {
        because.code
        for family in FAMILIES
        for moment in (family, *family.get("moments", ()))
        for enforced in resolved(world_of(family), moment.get("at", at_of(family))).values.values()
        for because in enforced.reasons
    }
    assert seen == set(Reason)


def _check(values: Mapping[str, Enforced], moment: Family, expect: str = "expect") -> None:
    for key, short in moment[expect].items():
        default = values[key].default
        assert values[key].value == wanted(key, short, default), key
    for key, codes in moment.get("reasons", {}).items():
        assert list(dict.fromkeys(because.code for because in values[key].reasons)) == codes, key


def _check_ending(family: Family) -> None:
    before, at = world_of(family), at_of(family)
    removals = choices_to_remove(before, pack_for(before.place, before.time_zone, at), at)
    names = [f"{each.control}/{part}" if part else each.control for each in removals for part in each.parts or ("",)]
    assert names == family["removed"]
    after = replace(
        before,
        settings=tuple(said for said in before.settings if said.parent != family["ending"]),
        choices=tuple(what_remains(before.choices, removals)),
    )
    _check(resolved(after, at).values, family, "after")
