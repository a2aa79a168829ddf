"""The reasons of a value are the words that it rests on, and what would have to change: no more and no less."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.packs import MayLoosen, Rule
from controls.policy.resolve import Enforced, resolve_control
from tests.core.worlds import AT, BASELINE, with_rule

TESS = World(Birth(date(2012, 12, 15)), "FR", "Europe/Paris")
BAND, YOUNGER = "13-15", "9-12"
NOBODY, PARENT, BOTH, EITHER, TEEN = MayLoosen


def enforced(key: str, may_loosen: MayLoosen, default: Any, loosest: Any, said: list[tuple[str, Any]]) -> Enforced:
    """Return what applies: paula and pierre are verified, mallory is not; what the `child` chose is of another band."""
    kind = CATALOGUE[key].kind
    rule = Rule(CATALOGUE[key], kind.load(default), kind.load(loosest), may_loosen)
    bands = {"tess": BAND, "child": YOUNGER}
    settings = [Setting(who, who != "mallory", key, value) for who, value in said if who not in bands]
    choices = [Chosen(key, value, None, bands[who]) for who, value in said if who in bands]
    world = replace(TESS, settings=tuple(settings), choices=tuple(choices))
    return resolve_control(world, with_rule(BASELINE, BAND, rule), AT, key)


def reasons(found: Enforced) -> list[str]:
    """Return the codes of the reasons, with the parent where it is one's."""
    return [f"{because.code} {because.parent}".strip() for because in found.reasons]


@pytest.mark.parametrize(
    ("may_loosen", "said", "value", "expected"),
    [
        # Whose word counts, and whose is only noted.
        (TEEN, [("mallory", "everyone")], "friends", ["default"]),
        (PARENT, [("mallory", "everyone")], "friends", ["default", "unverified mallory"]),
        (PARENT, [("mallory", "nobody")], "nobody", ["parent_setting mallory"]),
        (EITHER, [("mallory", "everyone"), ("tess", "followers")], "followers", ["teen_choice", "unverified mallory"]),
        (
            EITHER,
            [("mallory", "everyone"), ("paula", "everyone")],
            "everyone",
            ["loosest", "parent_setting mallory", "parent_setting paula"],
        ),
        (
            EITHER,
            [("mallory", "everyone"), ("tess", "everyone")],
            "everyone",
            ["loosest", "parent_setting mallory", "teen_choice"],
        ),
        (NOBODY, [("paula", "everyone")], "friends", ["default"]),
        # Both are asked, and the one who has not spoken is named.
        (BOTH, [("mallory", "friends")], "friends", ["default", "parent_setting mallory"]),
        (BOTH, [("paula", "nobody")], "nobody", ["parent_setting paula"]),
        (BOTH, [("paula", "everyone")], "friends", ["default", "needs_teen"]),
        (BOTH, [("paula", "everyone"), ("tess", "friends")], "friends", ["teen_choice", "needs_teen"]),
        (BOTH, [("paula", "everyone"), ("tess", "nobody")], "nobody", ["teen_choice", "needs_teen"]),
        (BOTH, [("paula", "everyone"), ("tess", "followers")], "followers", ["teen_choice"]),
        (BOTH, [("paula", "followers"), ("tess", "everyone")], "followers", ["parent_setting paula", "needs_parent"]),
        (BOTH, [("tess", "everyone")], "friends", ["default", "needs_parent"]),
        (PARENT, [("tess", "followers")], "friends", ["default", "needs_parent"]),
        (PARENT, [("paula", "followers"), ("tess", "followers")], "followers", ["parent_setting paula", "teen_choice"]),
        # What was held in another band binds, and never loosens.
        (EITHER, [("paula", "everyone"), ("child", "followers")], "followers", ["teen_choice"]),
        (TEEN, [("child", "everyone")], "friends", ["default", "other_band"]),
        (TEEN, [("child", "nobody")], "nobody", ["teen_choice"]),
    ],
)
def test_a_value_rests_on_whose_word_it_is(
    may_loosen: MayLoosen, said: list[tuple[str, Any]], value: str, expected: list[str]
) -> None:
    found = enforced("comment.who", may_loosen, "friends", "everyone", said)
    assert (found.value, reasons(found)) == (value, expected)


def test_two_sums_that_cannot_be_compared_are_both_the_reason() -> None:
    none = {"limited": False}
    said = [
        (who, {"limited": True, "minor_units": "500", "currency": currency})
        for who, currency in (("paula", "EUR"), ("pierre", "BRL"))
    ]
    found = enforced("purchase.monthly_cap", EITHER, none, none, said)
    assert found.value == found.kind.strictest
    assert reasons(found) == ["parent_setting paula", "parent_setting pierre"]


def test_hours_of_another_band_are_joined_and_need_no_note() -> None:
    def hours(day: str) -> dict[str, Any]:
        return {"windows": [{"days": [day], "from": "20:00", "until": "22:00"}]}

    found = enforced("time.bedtime", EITHER, hours("mon"), {"windows": []}, [("child", hours("tue"))])
    assert found.kind.dump(found.value)["windows"][0]["days"] == ["mon", "tue"]  # type: ignore[index, call-overload]
    assert reasons(found) == ["default", "teen_choice"]


def test_what_cannot_be_read_is_told_also_where_the_value_rests_on_another_word() -> None:
    found = enforced("comment.write", EITHER, "on", "on", [("paula", "perhaps"), ("tess", "off")])
    assert (found.value, reasons(found)) == ("off", ["teen_choice", "unreadable paula"])


PAULA, TESS_TOO = ("paula", "followers"), ("tess", "everyone")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([PAULA, TESS_TOO], [("parent_setting", "parent"), ("needs_parent", "system")]),
        ([PAULA], [("default", "pack"), ("needs_teen", "system")]),
        (
            [TESS_TOO, ("child", "everyone")],
            [("default", "pack"), ("needs_parent", "system"), ("other_band", "system")],
        ),
        ([("tess", "nobody")], [("teen_choice", "teen")]),
    ],
)
def test_a_reason_is_written_with_its_code_its_pack_and_whose_word_it_is(
    said: list[tuple[str, Any]], expected: list[tuple[str, str]]
) -> None:
    written = enforced("comment.who", BOTH, "friends", "everyone", said).dump()["reasons"]
    assert written == [{"code": code, "by": by, "rule": BASELINE.key} for code, by in expected]
