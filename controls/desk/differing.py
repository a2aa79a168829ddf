"""What two policies say differently: for every place, age and control, from now on, and which laws begin or cease.

Both are asked about the same moments; so what time alone changes is no difference. What is looser between two moments
to come is found now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any, Final, NamedTuple

from controls.desk.directions import by_set, essence, loosens, pack_says, rule_says
from controls.desk.policies import ELSEWHERE, Policy
from controls.laws.admission import Admission, Tie, admitted
from controls.laws.binding import Effect, Standing, When, consent_ages, moments, standings, zones_of
from controls.laws.demands import Usage
from controls.packs.explaining import in_words
from controls.policy.bands import Band, later_by_years
from controls.policy.facts import Birth, World
from controls.policy.packs import Pack
from controls.policy.stages import Standing as AgeStanding
from controls.policy.stages import stage_of
from controls.policy.values import Direction

ZONE: Final = "UTC"
UNKNOWN: Final = "unknown"


class Moved(NamedTuple):
    """One thing that the two say differently of people of an age in a place, from one moment until another."""

    place: str
    ages: str
    subject: str
    aspect: str
    before: Any
    after: Any
    way: str
    since: datetime
    until: datetime | None

    @property
    def loosens(self) -> bool:
        return loosens(self.way)


class LawMoved(NamedTuple):
    """A law of which other demands bind, in words."""

    place: str
    law: str
    begins: tuple[str, ...]
    ceases: tuple[str, ...]
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Diff:
    """Everything that two policies say differently from a moment on."""

    old: str
    new: str
    at: datetime
    places: int
    rules: tuple[Moved, ...]
    laws: tuple[LawMoved, ...]
    admissions: tuple[Moved, ...]

    @property
    def loosening(self) -> tuple[Moved, ...]:
        """What may let anybody do more than before."""
        return tuple(each for each in (*self.rules, *self.admissions) if each.loosens)

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When anything begins to differ, the first of them now or later."""
        moved = {each.since for each in (*self.rules, *self.admissions)}
        return tuple(sorted(moved | {each.since for each in self.laws}))


def diff(old: Policy, new: Policy, at: datetime, tell: Callable[[int], object] = lambda _: None) -> Diff:
    """Return what the new policy says differently; `tell` is called with 1 for each place that was compared.

    Raises PolicyConflict where laws cannot both be obeyed.
    """
    rules: list[Moved] = []
    laws: list[LawMoved] = []
    admissions: list[Moved] = []
    places = places_of(old, new)
    for place in places:
        if not is_alike(old, new, place):
            pair = _Pair(old, new, place, at)
            rules += [Moved._make((place, *key, *value, *span)) for key, value, span in pair.spans(pair.rules_at)]
            admissions += [
                Moved._make((place, *key, *value, *span)) for key, value, span in pair.spans(pair.admissions_at)
            ]
            laws += [LawMoved._make((place, key, *value, *span)) for key, value, span in pair.spans(pair.laws_at)]
        tell(1)
    return Diff(old.name, new.name, at, len(places), tuple(rules), tuple(laws), tuple(admissions))


def places_of(*policies: Policy) -> list[str]:
    """Return every place that any of them names, each territory that moved, and one of which nothing is recorded."""
    named = {place for policy in policies for place in policy.laws.names}
    members = {place for policy in policies for region in policy.laws.regions.values() for place in region}
    territories = {place for policy in policies for place in policy.laws.within}
    # What differs in its states stands there already.
    moved = {place for place in territories if len({policy.laws.chain(place) for policy in policies}) > 1}
    return sorted({ELSEWHERE, *named, *members, *moved})


def is_alike(old: Policy, new: Policy, place: str) -> bool:
    """Tell whether both rest on the very same records in a place."""
    return _records(old, place) == _records(new, place)


def _records(policy: Policy, place: str) -> tuple[Any, ...]:
    chain = policy.laws.chain(place)
    laws = policy.laws
    records = [law for law in laws.records if law.place in chain]
    baselines = [(name, digest) for name, digest in policy.files.items() if "/" not in name]
    elsewhere = (laws.consent_controls, laws.consent_age_elsewhere)
    return chain, records, baselines, elsewhere, policy.posture.told()


Span = tuple[datetime, datetime | None]


class _Pair:
    """Two policies in one place."""

    def __init__(self, old: Policy, new: Policy, place: str, at: datetime) -> None:
        self.old, self.new, self.place = old, new, place
        later = {
            *(each for policy in (old, new) for each in moments(policy.laws, place, zones_of(ZONE))),
            *(pack.effective_at for policy in (old, new) for pack in policy.baselines),
        }
        self.cuts = [at, *sorted(each for each in later if each > at)]

    def spans(self, found_at: Callable[[datetime], Mapping[Any, Any]]) -> Iterator[tuple[Any, Any, Span]]:
        """Go through what differs, with the time in which it does."""
        standing: dict[Any, tuple[Any, datetime]] = {}
        for cut in self.cuts:
            found = found_at(cut)
            for key, (value, since) in tuple(standing.items()):
                if found.get(key) != value:
                    yield key, value, (since, cut)
                    del standing[key]
            for key, value in found.items():
                standing.setdefault(key, (value, cut))
        yield from ((key, value, (since, None)) for key, (value, since) in standing.items())

    def rules_at(self, at: datetime) -> dict[tuple[str, str, str], tuple[Any, Any, str]]:
        """Return what the rules say differently, by ages, subject and aspect."""
        old, new = (policy.pack_for(self.place, ZONE, at) for policy in (self.old, self.new))
        found: dict[tuple[str, str, str], tuple[Any, Any, str]] = {}
        if old is new:
            return found
        for ages, age in stretches_of([old, new]):
            before, after = _said(old, new, age), _said(new, old, age)
            for key, said in before.items():
                then = after.get(key)
                # A value of a control that caps is there in both: it is the catalogue's.
                if then is not None and then.value != said.value:
                    way = said.compare(said.value, then.value)
                    found[ages, *key] = (said.told, then.told, str(way))
                elif then is None:
                    found[ages, *key] = (said.told, None, str(Direction.SIDEWAYS))
            missing = after.keys() - before.keys()
            found.update({(ages, *key): (None, after[key].told, str(Direction.SIDEWAYS)) for key in missing})
        return found

    def laws_at(self, at: datetime) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Return the laws of this very place of which other demands bind."""
        old, new = (self._bound(policy, at) for policy in (self.old, self.new))
        found = {}
        for law in sorted(old.keys() | new.keys()):
            before, after = old.get(law, frozenset()), new.get(law, frozenset())
            if before != after:
                found[law] = tuple(sorted(after - before)), tuple(sorted(before - after))
        return found

    def admissions_at(self, at: datetime) -> dict[tuple[str, str, str], tuple[Any, Any, str]]:
        """Return what accounts need and what parents see, where that differs, by ages, subject and tie."""
        found: dict[tuple[str, str, str], tuple[Any, Any, str]] = {}
        bands = [policy.baseline_at(at).bands for policy in (self.old, self.new)]
        if self._asks(self.old, at) == self._asks(self.new, at) and bands[0] == bands[1]:
            return found
        for ages, age in self._ages(bands):
            for tie in Tie:
                before, after = (self._admission(policy, age, tie, at) for policy in (self.old, self.new))
                found.update({(ages, *key): value for key, value in admission_moves(before, after, tie).items()})
        return found

    def _standings(self, policy: Policy, at: datetime) -> tuple[Standing, ...]:
        return standings(policy.laws, self.place, policy.posture, When.of(at, ZONE))

    def _bound(self, policy: Policy, at: datetime) -> dict[str, frozenset[str]]:
        """Return the demands and the duties that bind, in words, of the laws of this very place."""
        binding = [each for each in self._standings(policy, at) if each.effect is Effect.BINDS]
        return {
            each.law.key: frozenset(
                [*map(in_words, each.demands), *(f"duty {duty}" for duty in each.law.duties), each.law.title]
            )
            for each in binding
            if each.law.place == self.place
        }

    def _asks(self, policy: Policy, at: datetime) -> tuple[Any, ...]:
        """Return what laws ask of the account itself."""
        every = self._standings(policy, at)
        asked = [(each.law.key, demand) for each in every for demand in each.demands if not isinstance(demand, Usage)]
        rulings = [(each.subject, each.laws, each.yields) for each in policy.posture.rulings]
        return asked, [(law.key, age) for law, age in consent_ages(policy.laws, self.place, every)], rulings

    def _ages(self, bands: Iterable[tuple[Band, ...]]) -> Iterator[tuple[str, int | None]]:
        """Go through the stretches of ages within which the same is asked."""
        chains = [(policy.laws, policy.laws.chain(self.place)) for policy in (self.old, self.new)]
        demands = [each for laws, chain in chains for law in laws.records if law.place in chain for each in law.demands]
        ends = {age for demand in demands for age in (demand.from_age, demand.below)}
        ends |= {laws.consent_age_elsewhere for laws, _ in chains}
        ends |= {band.from_age for each in bands for band in each}
        yield from named_stretches({0, *ends})
        yield UNKNOWN, None

    def _admission(self, policy: Policy, age: int | None, tie: Tie, at: datetime) -> Admission:
        world = World(person_of(age, at, zones_of(ZONE)[0]), self.place, ZONE)
        return admitted(policy.laws, world, tie, policy.posture, policy.baseline_at(at).bands, at)


def admission_moves(before: Admission, after: Admission, tie: Tie) -> dict[tuple[str, str], tuple[Any, Any, str]]:
    """Return what differs between two admissions: what the account lacks, what parents must and may not see."""
    found: dict[tuple[str, str], tuple[Any, Any, str]] = {}
    old, new = missing(before), missing(after)
    if old != new:
        found["account", f"tie {tie}"] = (sorted(old), sorted(new), str(by_set(old, new)))
    for name, was, now in (("offered", before.offered, after.offered), ("hidden", before.hidden, after.hidden)):
        if was != now:
            # Seeing more protects some and harms others, so it is never stricter alone.
            found["insight", name] = (sorted(was), sorted(now), str(Direction.SIDEWAYS))
    return found


def missing(found: Admission) -> frozenset[str]:
    """Return what still stands between a person and the account or its data."""
    return frozenset(need.asked.value for need in found.needs if not need.is_met)


def person_of(age: int | None, at: datetime, zone: tzinfo) -> Birth | None:
    """Return somebody who is of an age since this very day."""
    if age is None:
        return None
    born = later_by_years(at.astimezone(zone).date(), -age)
    return None if born is None else Birth(born)


def stretches_of(both: list[Pack]) -> Iterator[tuple[str, int | None]]:
    """Go through the stretches of ages within which each pack has one band, then people of an unknown age."""
    bands = [pack.bands for pack in both]
    yield from named_stretches({band.from_age for each in bands for band in each})
    if bands[0] != bands[1]:
        yield UNKNOWN, None


def named_stretches(ends: Iterable[int]) -> Iterator[tuple[str, int | None]]:
    """Go through stretches with their names, such as `13-15`; the last has no end."""
    for first, after in pairwise([*sorted(set(ends)), None]):
        assert first is not None
        last = first if after is None else after - 1
        yield (f"{first}+" if after is None else f"{first}-{last}" if last > first else f"{first}"), first


def _said(pack: Pack, other: Pack, age: int | None) -> dict[tuple[str, str], Any]:
    """Return what a pack says of an age, without the rules that are the other's as well."""
    found = [band for band in pack.bands if age is not None and band.from_age <= age]
    band = found[-1] if found else pack.bands[0]
    standing = AgeStanding.KNOWN if found else AgeStanding.UNKNOWN
    rules = stage_of(pack, band.name, standing).rules
    there = other.rules.get(band.name, {})
    own = [rule for key, rule in rules.items() if standing is AgeStanding.UNKNOWN or not _is_same(rule, there.get(key))]
    # Of bands of other ages a rule of the same name may be about others.
    if other.bands != pack.bands:
        own = list(rules.values())
    said = [*pack_says(pack, band.name), *(each for rule in own for each in rule_says(rule))]
    return {(each.subject, each.aspect): each for each in said}


def _is_same(rule: Any, other: Any) -> bool:
    return rule is other or (other is not None and essence(rule) == essence(other))
