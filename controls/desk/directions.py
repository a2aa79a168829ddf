"""Which way one thing goes that a policy says: rules, who may loosen, what an account needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from controls.laws.joining import meet
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.values import Composite, Direction, Kind, direction

# All but these loosen; what cannot be compared may.
HARMLESS: Final = frozenset({Direction.SAME, Direction.STRICTER})


class Said(NamedTuple):
    """One thing that is said of a person: what it is about, the value as JSON, and how two such values compare."""

    subject: str
    aspect: str
    value: Any
    told: Any
    compare: Callable[[Any, Any], Direction]


def loosens(way: str) -> bool:
    """Tell whether a change of this direction may let anybody do more than before."""
    return way not in HARMLESS


def by_kind(kind: Kind[Any]) -> Callable[[Any, Any], Direction]:
    """Compare values of a kind."""
    return lambda old, new: direction(kind, old, new)


def by_loosener(old: MayLoosen, new: MayLoosen) -> Direction:
    """Compare who may loosen."""
    both = meet(old, new)
    return of(is_stricter=both is new, is_looser=both is old)


def of(*, is_stricter: bool, is_looser: bool) -> Direction:
    """Return the direction of a change of which is told how the two compare."""
    if is_stricter:
        return Direction.SAME if is_looser else Direction.STRICTER
    return Direction.LOOSER if is_looser else Direction.SIDEWAYS


def by_number(old: int, new: int) -> Direction:
    """Compare numbers of which more protect more."""
    return of(is_stricter=new >= old, is_looser=new <= old)


def by_set(old: frozenset[str], new: frozenset[str]) -> Direction:
    """Compare what bars an account: more bars are stricter."""
    return of(is_stricter=new >= old, is_looser=new <= old)


def by_equality(old: object, new: object) -> Direction:
    """Compare what has no order: another value is another way."""
    return Direction.SAME if old == new else Direction.SIDEWAYS


def rule_says(rule: Rule) -> Iterator[Said]:
    """Go through what a rule says."""
    key, kind = rule.control.key, rule.control.kind
    compare = by_kind(kind)
    yield Said(key, "default", rule.default, kind.dump(rule.default), compare)
    yield Said(key, "loosest", rule.loosest, kind.dump(rule.loosest), compare)
    yield Said(key, "may_loosen", rule.may_loosen, rule.may_loosen.value, by_loosener)
    for capping, cap in rule.cap.items():
        yield Said(key, f"cap at {capping}", cap, kind.dump(cap), compare)
    if rule.never_below is not None and isinstance(kind, Composite):
        # Whoever raises it shows more, whoever lowers it lets more help be hidden.
        yield Said(key, "never_below", rule.never_below, kind.dump(rule.never_below), by_equality)


def pack_says(pack: Pack, band_name: str) -> Iterator[Said]:
    """Go through what a pack says of a band beside its rules."""
    band = next(band for band in pack.bands if band.name == band_name)
    yield Said("band", "adult", int(not band.adult), band.adult, by_number)
    level = pack.adult_assurance
    yield Said("band", "adult_assurance", level.rank, level.value, by_number)
    hours = pack.leaving_hours.get(band_name, 0)
    yield Said("pairing", "leaving_hours", hours, hours, by_number)
    yield Said("dm.who_can_send", "dm_min_age", pack.dm_min_age, pack.dm_min_age, by_number)
    keeps = (pack.keeps if band.adult else "", pack.care_topics)
    yield Said("band", "keeps", keeps, [keeps[0], *keeps[1]], by_equality)


def essence(rule: Rule) -> tuple[Any, ...]:
    """Return what of a rule values rest on; which laws made it so is for the reasons."""
    return rule.default, rule.loosest, rule.may_loosen, rule.cap, rule.never_below
