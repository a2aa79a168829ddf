"""Joining: the baseline and what the laws demand of its controls. Joining only tightens, in whatever order.

The strictest default and the strictest loosest value count, and whoever may loosen may do so by every law. Ages that
are not those of a band bind the whole band that they touch; adults are touched by none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from controls.laws.binding import Cited, Standing, When, consent_ages, demands_of, moments, standings, zones_of
from controls.laws.conflicts import ruled, shown
from controls.laws.demands import AgeAssurance, ConsentAge, MustNotExpose, MustOffer, Usage
from controls.laws.law import Laws, Posture
from controls.policy.bands import Band
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Assurance
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.values import Composite, Kind

T = TypeVar("T")
# What the joined rules are where they are not those of the baseline, by band and control.
Tightened = Mapping[tuple[str, str], Rule]
# Who need each other to loosen is fewer than either alone.
_ORDER: Final[Mapping[MayLoosen, frozenset[MayLoosen]]] = {
    MayLoosen.NOBODY: frozenset({MayLoosen.NOBODY}),
    MayLoosen.BOTH: frozenset({MayLoosen.NOBODY, MayLoosen.BOTH}),
    MayLoosen.PARENT: frozenset({MayLoosen.NOBODY, MayLoosen.BOTH, MayLoosen.PARENT}),
    MayLoosen.TEEN: frozenset({MayLoosen.NOBODY, MayLoosen.BOTH, MayLoosen.TEEN}),
    MayLoosen.EITHER: frozenset(MayLoosen),
}
# The reasons that say that somebody's word is missing.
_MISSING: Final = ("needs_parent", "needs_teen", "unverified")


def meet(a: MayLoosen, b: MayLoosen) -> MayLoosen:
    """Return who may loosen where both must allow it."""
    return max(_ORDER[a] & _ORDER[b], key=lambda each: len(_ORDER[each]))


def timeline(laws: Laws, place: str, time_zone: str, posture: Posture, baselines: Sequence[Pack]) -> tuple[Pack, ...]:
    """Return the packs of a place one after the other; each knows when the next takes over.

    At each moment it counts what was known then. Where no law makes anything stricter it is the baseline itself.
    Raises PolicyConflict where laws that bind at any moment cannot both be obeyed.
    """
    takeovers = [pack.effective_at for pack in baselines[1:]]
    cuts = sorted({*moments(laws, place, zones_of(time_zone)), *takeovers})
    # What holds before the first moment is asked for a moment before it.
    starts: list[datetime | None] = [None, *cuts]
    stretches: list[_Stretch] = []
    for start in starts:
        base = next((pack for pack in reversed(baselines[1:]) if start and pack.effective_at <= start), baselines[0])
        stretch = _Stretch(start, base, {}, base.adult_assurance)
        if start:
            stretch = _joined_at(stretch, laws, place, posture, When.of(start, time_zone))
        if not stretches or stretches[-1][1:] != stretch[1:]:
            stretches.append(stretch)
    ends = [after.start for _, after in pairwise(stretches)]
    return tuple(_pack(each, end) for each, end in zip(stretches, [*ends, None], strict=True))


def adult_assurance(base: Pack, every: Sequence[Standing]) -> Assurance:
    """Return how well an age must be known to be an adult's: as the strictest of the baseline and the laws has it."""
    levels = [base.adult_assurance, *(cited.demand.level for cited in demands_of(every, AgeAssurance))]
    return max(levels, key=lambda level: level.rank)


def tightened(base: Pack, laws: Laws, place: str, posture: Posture, when: When) -> Tightened:
    """Return the rules that the laws of a place make stricter at a moment.

    Raises PolicyConflict.
    """
    every = standings(laws, place, posture, when)
    shown(demands_of(every, MustOffer), demands_of(every, MustNotExpose), posture)
    usages = [*demands_of(every, Usage), *_consents(laws, consent_ages(laws, place, every))]
    return joined(base, usages, posture)


def joined(base: Pack, usages: Iterable[Cited[Usage]], posture: Posture) -> Tightened:
    """Return the rules that are stricter with these demands than without.

    Raises PolicyConflict where a demand hides what the baseline never hides.
    """
    made: dict[tuple[str, str], Rule] = {}
    by_control: dict[str, list[Cited[Usage]]] = {}
    for cited in usages:
        by_control.setdefault(cited.demand.control.key, []).append(cited)
    for key, about in by_control.items():
        for band in base.bands:
            touching = [cited for cited in about if _touches(cited.demand, band)]
            rule = base.rule(key, band.name)
            stricter = _joined(rule, [each for each in touching if _is_heard(each, rule, base, posture)])
            if stricter != rule:
                made[band.name, key] = stricter
    return made


class _Stretch(NamedTuple):
    """A time in which nothing changes."""

    start: datetime | None
    base: Pack
    made: Tightened
    adults: Assurance


def _joined_at(stretch: _Stretch, laws: Laws, place: str, posture: Posture, when: When) -> _Stretch:
    """Return a stretch with what the laws of a place demand at its start."""
    made = tightened(stretch.base, laws, place, posture, when)
    return stretch._replace(made=made, adults=adult_assurance(stretch.base, standings(laws, place, posture, when)))


def _pack(stretch: _Stretch, until: datetime | None) -> Pack:
    """Return the pack of a stretch of time."""
    base = stretch.base
    start = stretch.start or base.effective_at
    is_base = not stretch.made and stretch.adults is base.adult_assurance
    if is_base and (start, until) == (base.effective_at, base.until):
        return base
    rules = {
        name: MappingProxyType({key: stretch.made.get((name, key), rule) for key, rule in ruled_by.items()})
        for name, ruled_by in base.rules.items()
    }
    return replace(base, effective_at=start, until=until, rules=MappingProxyType(rules), adult_assurance=stretch.adults)


def _consents(laws: Laws, ages: Iterable[Cited[ConsentAge]]) -> Iterable[Cited[Usage]]:
    """Go through the controls that processing by consent rests on: below the age a parent has to open them."""
    for law, demand in ages:
        for key in laws.consent_controls:
            usage = Usage(
                below=demand.below, from_age=demand.from_age, control=CATALOGUE[key], may_loosen=MayLoosen.PARENT
            )
            yield Cited(law, usage)


def _touches(demand: Usage, band: Band) -> bool:
    """Tell whether a demand is about somebody of a band; adults are their own."""
    ends = band.until_age is None or demand.from_age < band.until_age
    return not band.adult and ends and band.from_age < demand.below


def _is_heard(cited: Cited[Usage], rule: Rule, base: Pack, posture: Posture) -> bool:
    """Tell whether a demand counts: one that hides what is never hidden does not, by the operator's decision.

    Raises PolicyConflict where there is no such decision.
    """
    law, demand = cited
    kind = rule.control.kind
    floors: Mapping[str, Any] = rule.never_below or {}
    if not isinstance(kind, Composite):
        return True
    values = [value for value in (demand.default, demand.loosest) if value is not None]
    hides = any(
        value.get(part, least) != least and kind.part.at_least_as_strict(value[part], least)
        for value in values
        for part, least in floors.items()
    )
    # The baseline is never edited, so it cannot be the one that yields.
    return not hides or ruled(posture, rule.control.key, (law.key, base.key)).yields != law.key


def _joined(rule: Rule, demanded: Sequence[Cited[Usage]]) -> Rule:
    """Return a rule with what is demanded of it; the same rule where that is nothing more."""
    kind = rule.control.kind
    loosest = [(law.key, each.loosest) for law, each in demanded if each.loosest is not None]
    # A default is never looser than the loosest.
    default = [(law.key, each.default) for law, each in demanded if each.default is not None] + loosest
    may_loosen = [(law.key, each.may_loosen) for law, each in demanded if each.may_loosen is not None]
    who = reduce(meet, (each for _, each in may_loosen), rule.may_loosen)
    stricter = replace(
        rule,
        default=kind.strictest_of([rule.default, *(value for _, value in default)]),
        loosest=kind.strictest_of([rule.loosest, *(value for _, value in loosest)]),
        may_loosen=who,
    )
    if stricter == rule:
        return rule
    parts = kind.parts if isinstance(kind, Composite) else ("",)
    laws = {
        **_cited(kind, "default", rule.default, stricter.default, default),
        **_cited(kind, "loosest", rule.loosest, stricter.loosest, loosest),
    }
    by = _makers(meet, rule.may_loosen, who, may_loosen)
    laws |= {(code, part): by for code in _MISSING for part in parts if by}
    return replace(stricter, laws=MappingProxyType(laws))


def _cited(
    kind: Kind[Any], code: str, base: Any, value: Any, demanded: Sequence[tuple[str, Any]]
) -> Mapping[tuple[str, str], str]:
    """Return which laws made a value what it is, part by part, by what cites them."""
    if not isinstance(kind, Composite):
        by = _makers(kind.stricter_of, base, value, demanded)
        return {(code, ""): by} if by else {}
    found = {}
    for part in kind.parts:
        if part in value:
            about = [(law, each[part]) for law, each in demanded if part in each]
            by = _makers(kind.part.stricter_of, base.get(part, kind.part.loosest), value[part], about)
            found.update({(code, part): by} if by else {})
    return found


def _makers(joined_of: Callable[[T, T], T], base: T, value: T, demanded: Sequence[tuple[str, T]]) -> str:
    """Return the laws that made a value of the baseline's: those that do so alone, or else all that add to it."""
    if value == base:
        return ""
    alone = {law for law, each in demanded if joined_of(base, each) == value}
    adding = {law for law, each in demanded if joined_of(base, each) != base}
    return "+".join(sorted(alone or adding))
