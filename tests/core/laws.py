"""The laws of the rule. Each takes a case and draws what else it needs; each must hold whatever is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from controls.policy.catalogue import CATALOGUE
from controls.policy.endings import choices_to_remove
from controls.policy.facts import Assurance, Birth, Chosen, Setting
from controls.policy.packs import MayLoosen, Rule
from controls.policy.reasons import Reason
from controls.policy.resolve import resolve
from controls.policy.stages import Standing, stage_at
from controls.policy.values import Composite
from tests.core.families import what_remains
from tests.core.worlds import NONSENSE, Case, raws, ruled_by, settings_of, whole_values, with_rule, worlds

Law = Callable[[Case, st.DataObject], None]
LAWS: dict[str, Law] = {}


def law(check: Law) -> Law:
    """List a law."""
    LAWS[check.__name__] = check
    return check


@law
def nothing_is_looser_than_the_loosest(case: Case, data: st.DataObject) -> None:
    enforced = case.enforced()
    assert case.kind.at_least_as_strict(enforced.value, enforced.loosest)


@law
def an_unverified_parent_only_tightens(case: Case, data: st.DataObject) -> None:
    word = data.draw(settings_of(case.key, "mallory"))
    assert not word.verified
    assert case.kind.at_least_as_strict(case.plus(word).enforced().value, case.enforced().value)


@law
def beside_a_verified_parents_setting_another_only_tightens(case: Case, data: st.DataObject) -> None:
    word = case.kind.dump(data.draw(whole_values(case.kind)))
    case = case.plus(Setting("quentin", True, case.key, word))
    more = replace(data.draw(settings_of(case.key, "paul")), verified=True)
    assert case.kind.at_least_as_strict(case.plus(more).enforced().value, case.enforced().value)


@law
def where_a_parent_is_needed_nothing_is_looser_than_the_default_until_a_verified_one_spoke(
    case: Case, data: st.DataObject
) -> None:
    case = case.but(settings=tuple(replace(said, verified=False) for said in case.world.settings))
    needed = data.draw(st.sampled_from([MayLoosen.NOBODY, MayLoosen.PARENT, MayLoosen.BOTH]))
    enforced = replace(case, pack=ruled_by(case.pack, case.key, needed)).enforced()
    assume(enforced.may_loosen is not MayLoosen.TEEN)
    assert case.kind.at_least_as_strict(enforced.value, enforced.default)


@law
def under_both_nothing_is_looser_without_the_teens_choice(case: Case, data: st.DataObject) -> None:
    case = replace(case, pack=ruled_by(case.pack, case.key, MayLoosen.BOTH))
    enforced = case.but(choices=()).enforced()
    assume(enforced.may_loosen is not MayLoosen.TEEN)
    assert case.kind.at_least_as_strict(enforced.value, enforced.default)


@law
def the_teens_choice_always_tightens(case: Case, data: st.DataObject) -> None:
    value = case.kind.load(data.draw(raws(case.kind)))
    band = stage_at(case.world, case.pack, case.at).band.name
    chosen = Chosen(case.key, case.kind.dump(value), None, band)
    assert case.kind.at_least_as_strict(case.but(choices=(chosen,)).enforced().value, value)


@law
def each_part_is_resolved_by_itself(case: Case, data: st.DataObject) -> None:
    kind = case.kind
    assert isinstance(kind, Composite)
    # Everything is a word about all the parts.
    assume({"all": True} not in [said.value for said in case.world.settings])
    assume({"all": True} not in [said.value for said in case.world.choices])
    part = data.draw(st.sampled_from(list(kind.loosest)))
    alone = case.but(
        settings=tuple(replace(said, value=_only(part, said.value)) for said in case.world.settings),
        choices=tuple(replace(said, value=_only(part, said.value)) for said in case.world.choices),
    )
    others = alone.enforced().value
    assert others[part] == case.enforced().value[part]
    quiet = case.but(settings=(), choices=()).enforced().value
    assert all(others[name] == quiet[name] for name in quiet if name != part)


@law
def order_does_not_matter(case: Case, data: st.DataObject) -> None:
    settings = tuple(data.draw(st.permutations(case.world.settings)))
    choices = tuple(data.draw(st.permutations(case.world.choices)))
    assert case.but(settings=settings, choices=choices).enforced() == case.enforced()


@law
def it_never_raises_and_always_gives_a_reason(case: Case, data: st.DataObject) -> None:
    world = data.draw(worlds(tuple(CATALOGUE), nonsense=True))
    resolution = resolve(world, case.pack, case.at)
    assert list(resolution.values) == list(CATALOGUE)
    assert all(enforced.reasons for enforced in resolution.values.values())
    dumped = [enforced.dump() for enforced in resolution.values.values()]
    assert json.loads(json.dumps(dumped)) == dumped


@law
def an_unreadable_word_is_the_strictest_of_that_voice(case: Case, data: st.DataObject) -> None:
    raw = data.draw(
        st.sampled_from(["?", 1.5, [], {"?": 1}]) | NONSENSE.filter(lambda each: not isinstance(each, dict))
    )
    assume(raw not in getattr(case.kind, "values", ()))
    unreadable = Setting("mallory", False, case.key, raw)
    strictest = replace(unreadable, value=case.kind.dump(case.kind.strictest))
    enforced = case.plus(unreadable).enforced()
    assert enforced.value == case.plus(strictest).enforced().value
    adult = stage_at(case.world, case.pack, case.at).band.adult
    assert adult or Reason.UNREADABLE in {because.code for because in enforced.reasons}


@law
def a_stricter_pack_is_never_looser(case: Case, data: st.DataObject) -> None:
    pack, kind = case.pack, case.kind
    for band in pack.bands:
        rule = pack.rule(case.key, band.name)
        loosest = kind.stricter_of(rule.loosest, data.draw(whole_values(kind)))
        default = kind.strictest_of([rule.default, loosest, data.draw(whole_values(kind))])
        may_loosen = data.draw(st.sampled_from(STRICTER[rule.may_loosen])) if not band.adult else rule.may_loosen
        pack = with_rule(pack, band.name, Rule(rule.control, default, loosest, may_loosen))
    assert kind.at_least_as_strict(replace(case, pack=pack).enforced().value, case.enforced().value)


@law
def no_choice_reaches_past_what_is_reachable(case: Case, data: st.DataObject) -> None:
    now = case.enforced()
    band = stage_at(case.world, case.pack, case.at).band.name
    chosen = Chosen(case.key, data.draw(raws(case.kind)), None, band)
    then = case.but(choices=(chosen,)).enforced().value
    assert case.kind.at_least_as_strict(then, case.but(choices=(chosen,)).enforced().reachable)
    if now.locked:
        assert case.kind.at_least_as_strict(then, now.value)


@law
def the_loosest_choice_gives_exactly_what_is_reachable(case: Case, data: st.DataObject) -> None:
    band = stage_at(case.world, case.pack, case.at).band.name
    chosen = Chosen(case.key, case.kind.dump(case.kind.loosest), None, band)
    assert case.but(choices=(chosen,)).enforced().value == case.enforced().reachable


@law
def what_has_ended_says_nothing(case: Case, data: st.DataObject) -> None:
    # Of a youth that is over it still matters what bound in its last second.
    assume(stage_at(case.world, case.pack, case.at).standing is not Standing.KEPT)
    ended = case.at - timedelta(seconds=data.draw(st.integers(0, 9)))
    word = replace(data.draw(settings_of(case.key, "paula")), until=ended)
    choice = Chosen(case.key, data.draw(raws(case.kind)), ended, "13-15")
    more = case.plus(word).but(choices=(*case.world.choices, choice))
    assert more.enforced() == case.enforced()


@law
def nothing_is_looser_after_an_ending_than_before_or_by_default(case: Case, data: st.DataObject) -> None:
    kind = case.kind
    band = stage_at(case.world, case.pack, case.at).band.name
    # A verified parent who remains is entitled to what that parent said, so here the only one leaves.
    remaining = tuple(replace(said, verified=False) for said in case.world.settings)
    leaving = Setting("quentin", data.draw(st.booleans()), case.key, data.draw(raws(kind)))
    chosen = Chosen(case.key, data.draw(raws(kind)), None, band)
    case = case.but(settings=(*remaining, leaving), choices=(*case.world.choices, chosen))
    case = replace(case, pack=ruled_by(case.pack, case.key, data.draw(st.sampled_from(MayLoosen))))
    before = case.enforced()
    removals = choices_to_remove(case.world, case.pack, case.at)
    after = case.but(settings=remaining, choices=tuple(what_remains(case.world.choices, removals))).enforced()
    if isinstance(kind, Composite):
        for part in kind.loosest:
            values = [each[part] for each in (after.value, before.value, after.default)]
            assert any(kind.part.at_least_as_strict(values[0], value) for value in values[1:])
    else:
        bounds = (before.value, after.default)
        assert any(kind.at_least_as_strict(after.value, bound) for bound in bounds)


@law
def who_is_not_known_to_be_an_adult_has_what_the_oldest_minors_have(case: Case, data: st.DataObject) -> None:
    levels = list(Assurance)
    need, level = (data.draw(st.sampled_from(levels)) for _ in range(2))
    wary = replace(case, pack=replace(case.pack, adult_assurance=need))
    adult, minor = Birth(date(1980, 1, 1)), Birth(date(2010, 6, 15))
    known = case.but(birth=adult if levels.index(level) >= levels.index(need) else minor)
    assert wary.but(birth=replace(adult, assurance=level)).enforced() == known.enforced()
    # How well it is known that somebody is a minor is never asked.
    assert wary.but(birth=replace(minor, assurance=level)).enforced() == case.but(birth=minor).enforced()


def _only(part: str, raw: object) -> object:
    assert isinstance(raw, dict)
    return {name: value for name, value in raw.items() if name == part}


STRICTER = {
    MayLoosen.NOBODY: [MayLoosen.NOBODY],
    MayLoosen.BOTH: [MayLoosen.NOBODY, MayLoosen.BOTH],
    MayLoosen.PARENT: [MayLoosen.NOBODY, MayLoosen.BOTH, MayLoosen.PARENT],
    MayLoosen.TEEN: [MayLoosen.NOBODY, MayLoosen.BOTH, MayLoosen.TEEN],
    MayLoosen.EITHER: list(MayLoosen),
}
