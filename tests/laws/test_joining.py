"""Joining only tightens, in whatever order, and each joined value says whose it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from controls.laws import joining
from controls.laws.binding import Cited
from controls.laws.conflicts import PolicyConflict
from controls.laws.demands import Usage
from controls.laws.joining import joined, meet
from controls.laws.law import Posture, Ruling
from controls.policy.catalogue import CATALOGUE
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.resolve import resolve_control
from controls.policy.values import Composite, Number
from tests.core.laws import STRICTER
from tests.core.worlds import AT, SUBJECTS, values, with_rule, worlds
from tests.laws.cast import BASELINE, RECORDED, cited, usage

# Each is of a total or a partial order, or of parts; none has parts that are never hidden.
KEYS = [key for keys in SUBJECTS.values() for key in keys if key != "content.labels"] + ["content.feed", "comment.who"]
MINORS = [band for band in BASELINE.bands if not band.adult]


def with_laws(demands: list[Cited[Usage]]) -> Pack:
    """Return the baseline with what the laws make of it."""
    made = joined(BASELINE, demands, Posture())
    rules = {
        name: MappingProxyType({key: made.get((name, key), rule) for key, rule in ruled.items()})
        for name, ruled in BASELINE.rules.items()
    }
    return replace(BASELINE, rules=MappingProxyType(rules))


@st.composite
def usages(draw: st.DrawFn, keys: list[str] = KEYS) -> Usage:
    """Return any demand of a control."""
    key = draw(st.sampled_from(keys))
    kind = CATALOGUE[key].kind
    from_age = draw(st.sampled_from([0, 0, 13, 14, 15, 16, 17]))
    below = draw(st.integers(from_age + 1, 21))
    default, loosest = (draw(st.none() | values(kind)) for _ in range(2))
    may_loosen = draw(st.none() | st.sampled_from(MayLoosen))
    return Usage(
        control=CATALOGUE[key], below=below, from_age=from_age, default=default, loosest=loosest, may_loosen=may_loosen
    )  # one demand


DEMANDS = st.lists(usages(), max_size=4).map(lambda each: cited(*each))


def at_least_as_strict(rule: Rule, other: Rule) -> bool:
    """Tell whether a rule is as strict as another in all that it says."""
    kind = rule.control.kind
    return (
        kind.at_least_as_strict(rule.default, other.default)
        and kind.at_least_as_strict(rule.loosest, other.loosest)
        and rule.may_loosen in STRICTER[other.may_loosen]
    )


LAWS: dict[str, Callable[..., None]] = {}


def law(check: Callable[..., None]) -> Callable[..., None]:
    """List a law of joining."""
    LAWS[check.__name__] = check
    return check


@law
def joining_only_tightens(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    for rule, base in _pairs(with_laws(demands), BASELINE):
        assert at_least_as_strict(rule, base)
        assert rule.control.kind.at_least_as_strict(rule.default, rule.loosest)
        assert (rule.cap, rule.never_below) == (base.cap, base.never_below)


@law
def order_never_matters(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    assert with_laws(data.draw(st.permutations(demands))).rules == with_laws(demands).rules


@law
def twice_is_once(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    assert with_laws([*demands, *demands]).rules == with_laws(demands).rules


@law
def another_law_never_loosens(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    more = with_laws([*demands, *cited(data.draw(usages()))])
    for rule, former in _pairs(more, with_laws(demands)):
        assert at_least_as_strict(rule, former)


@law
def every_demand_is_met(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    pack = with_laws(demands)
    for _, demand in demands:
        kind = demand.control.kind
        for band in MINORS:
            rule = pack.rule(demand.control.key, band.name)
            if demand.from_age < (band.until_age or 99) and band.from_age < demand.below:
                assert demand.default is None or kind.at_least_as_strict(rule.default, demand.default)
                assert demand.loosest is None or kind.at_least_as_strict(rule.loosest, demand.loosest)
                assert demand.may_loosen is None or rule.may_loosen in STRICTER[demand.may_loosen]


@law
def adults_are_touched_by_none(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    assert with_laws(demands).rules["18+"] == BASELINE.rules["18+"]


@law
def what_is_stricter_cites_a_law_and_nothing_else_does(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    known = {each.law.key for each in demands}
    for rule, base in _pairs(with_laws(demands), BASELINE):
        kind = rule.control.kind
        for code, value, former in (("default", rule.default, base.default), ("loosest", rule.loosest, base.loosest)):
            parts = kind.parts if isinstance(kind, Composite) else ("",)
            for part in parts:
                now, then = (value.get(part), former.get(part)) if part else (value, former)
                assert (now != then) == ((code, part) in rule.laws)
        assert (rule.may_loosen != base.may_loosen) == any(code == "needs_parent" for code, _ in rule.laws)
        assert {key for keys in rule.laws.values() for key in keys.split("+")} <= known


@law
def nothing_that_anybody_says_is_looser_under_more_laws(demands: list[Cited[Usage]], data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS))
    world = data.draw(worlds((key,)))
    now, before = (resolve_control(world, pack, AT, key) for pack in (with_laws(demands), BASELINE))
    assert now.kind.at_least_as_strict(now.value, before.value)


def _pairs(pack: Pack, other: Pack) -> list[tuple[Rule, Rule]]:
    return [(rule, other.rules[band][key]) for band, rules in pack.rules.items() for key, rule in rules.items()]


@pytest.mark.parametrize("name", LAWS)
def test_a_law_of_joining_holds(name: str) -> None:
    given(DEMANDS, st.data())(LAWS[name])()


def larger(_: Number, a: int, b: int) -> int:
    return max(a, b)


def wider(a: MayLoosen, b: MayLoosen) -> MayLoosen:
    return max(a, b, key=lambda each: len(STRICTER[each]))


def alone(demand: Usage, band: Any) -> bool:
    """Bind only the bands that lie wholly within the ages."""
    return demand.from_age <= band.from_age and (band.until_age or 99) <= demand.below


def everybody(demand: Usage, band: Any) -> bool:
    return True


def the_first(made: Any, base: Any, value: Any, demanded: Any) -> str:
    return demanded[0][0] if demanded else ""


def nobody(made: Any, base: Any, value: Any, demanded: Any) -> str:
    return ""


PLANTED: list[tuple[str, str, Callable[..., Any]]] = [
    ("joining_only_tightens", "meet", wider),
    ("another_law_never_loosens", "meet", wider),
    ("order_never_matters", "meet", lambda a, b: b),
    ("every_demand_is_met", "_touches", alone),
    ("adults_are_touched_by_none", "_touches", everybody),
    ("what_is_stricter_cites_a_law_and_nothing_else_does", "_makers", nobody),
    ("what_is_stricter_cites_a_law_and_nothing_else_does", "_makers", the_first),
    ("order_never_matters", "_makers", the_first),
]


@pytest.mark.parametrize(("name", "attribute", "bug"), PLANTED)
def test_a_planted_bug_turns_a_law_of_joining_red(
    name: str, attribute: str, bug: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, attribute, bug)
    search = settings(max_examples=1000, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        search(given(DEMANDS, st.data())(LAWS[name]))()


def test_a_looser_order_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Number, "stricter_of", larger)
    search = settings(max_examples=1000, phases=[Phase.generate], derandomize=True, report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        search(given(DEMANDS, st.data())(LAWS["joining_only_tightens"]))()


@pytest.mark.parametrize("a", MayLoosen)
@pytest.mark.parametrize("b", MayLoosen)
def test_who_may_loosen_by_both_is_the_widest_that_each_allows(a: MayLoosen, b: MayLoosen) -> None:
    both = meet(a, b)
    assert both is meet(b, a)
    assert both in STRICTER[a]
    assert both in STRICTER[b]
    assert all(each in STRICTER[both] for each in MayLoosen if each in STRICTER[a] and each in STRICTER[b])


def test_a_parent_by_one_law_and_the_teen_by_another_need_each_other() -> None:
    assert meet(MayLoosen.PARENT, MayLoosen.TEEN) is MayLoosen.BOTH
    demands = cited(usage("content.feed", may_loosen="parent"), usage("content.feed", may_loosen="teen"))
    assert with_laws(demands).rule("content.feed", "16-17").may_loosen is MayLoosen.BOTH


@pytest.mark.parametrize(
    ("below", "from_age", "touched"),
    [
        (14, 0, ["13-15"]),
        (16, 0, ["13-15"]),
        (17, 0, ["13-15", "16-17"]),
        (18, 17, ["16-17"]),
        (21, 18, []),
        (13, 0, []),
    ],
)
def test_ages_bind_the_whole_band_that_they_touch(below: int, from_age: int, touched: list[str]) -> None:
    pack = with_laws(cited(usage("content.feed", below=below, from_age=from_age, loosest="following")))
    bands = [band for band in BASELINE.rules if pack.rule("content.feed", band).loosest == "following"]
    assert bands == touched


def test_two_laws_that_say_the_same_are_both_cited_and_a_milder_one_is_not() -> None:
    feeds = [usage("content.feed", default=value) for value in ("following", "following", "non_profiled")]
    assert with_laws(cited(*feeds)).rule("content.feed", "16-17").laws["default", ""] == "XX-1+XX-2"


def test_each_part_is_cited_by_itself() -> None:
    limit = {"limited": True, "minutes": 30}
    days = [usage("time.daily_minutes", default={day: limit}) for day in ("sat", "sun")]
    laws = with_laws(cited(*days)).rule("time.daily_minutes", "13-15").laws
    assert dict(laws) == {("default", "sat"): "XX-1", ("default", "sun"): "XX-2"}


def test_a_law_that_asks_for_no_more_than_the_baseline_changes_nothing() -> None:
    assert joined(BASELINE, cited(usage("account.visibility", default="private")), Posture()) == {}


def test_what_is_never_hidden_can_be_hidden_by_no_law_and_the_operator_says_so() -> None:
    hidden = cited(usage("content.labels", default={"self_harm_suicide": 0, "violence": 0}))
    with pytest.raises(PolicyConflict, match=r"`XX-1` and `baseline/2026-11-01` .* `content.labels`") as caught:
        joined(BASELINE, hidden, Posture())
    assert caught.value.laws == ("XX-1", "baseline/2026-11-01")
    between = frozenset({"XX-1", BASELINE.key})
    ruling = Ruling("content.labels", between, "XX-1", "counsel", RECORDED, "help stays visible")
    assert joined(BASELINE, hidden, Posture(rulings=(ruling,))) == {}
    visible = cited(usage("content.labels", default={"self_harm_suicide": 1, "violence": 0}))
    assert ("13-15", "content.labels") in joined(BASELINE, visible, Posture())


def test_a_stricter_rule_of_a_planted_pack_is_left_alone() -> None:
    rule = replace(BASELINE.rule("content.feed", "16-17"), may_loosen=MayLoosen.NOBODY)
    strict = with_rule(BASELINE, "16-17", rule)
    demand = cited(usage("content.feed", below=18, from_age=16, may_loosen="parent"))
    assert joined(strict, demand, Posture()) == {}
