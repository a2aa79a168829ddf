"""Admission: whether a person may have an account here now, and what a parent must do for it. No setting overrides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from controls.laws.binding import Cited, Effect, Standing, When, consent_ages, demands_of, moments, standings, zones_of
from controls.laws.conflicts import shown
from controls.laws.demands import (
    AgeAssurance,
    ConsentAge,
    Demand,
    Insight,
    MinimumAge,
    MustNotExpose,
    MustOffer,
    Pairing,
    Permission,
)
from controls.laws.law import Laws, Posture
from controls.policy.bands import LATEST, Band, birthday_at, zone_of
from controls.policy.facts import World


class Tie(StrEnum):
    """How a teen is paired: with nobody, with a parent whose tie nobody has seen, with a verified one."""

    NONE = "none"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


class Asked(StrEnum):
    """What stands between a person and the account; the last is about data alone."""

    MINIMUM_AGE = "below_minimum_age"
    PERMISSION = "permission_needed"
    PAIRING = "pairing_needed"
    CONSENT = "consent_needed"


class Bar(NamedTuple):
    """Why an account may not be used, and by which laws."""

    code: str
    laws: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """One demand of one law for a person: until which age, until when where that is known, and whether it is met."""

    asked: Asked
    law: str
    citations: tuple[str, ...]
    until_age: int
    ends_at: datetime | None
    is_met: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """What stands for a person at a moment, and until when; of an insight whether a law demands or forbids it."""

    needs: tuple[Need, ...]
    duties: tuple[str, ...]
    offered: frozenset[Insight]
    hidden: frozenset[Insight]
    next_at: datetime | None = None

    @property
    def refused(self) -> tuple[Need, ...]:
        """Return what nobody can override."""
        return tuple(need for need in self.needs if need.asked is Asked.MINIMUM_AGE)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Return why the account may not be used; consent to processing bars no account."""
        missing = [need for need in self.needs if not need.is_met and need.asked is not Asked.CONSENT]
        codes = dict.fromkeys(need.asked for need in missing)
        return tuple(Bar(code.value, tuple(need.law for need in missing if need.asked is code)) for code in codes)


def admission(
    laws: Laws,
    world: World,
    tie: Tie,
    posture: Posture,
    bands: Sequence[Band],
    at: datetime,
    *,
    known_at: datetime | None = None,
) -> Admission:
    """Return what stands for a person at a moment, by what was known at that moment or at another.

    Of an unknown age the youngest band's counts. Raises PolicyConflict where laws cannot both be obeyed.
    """

    def stands(moment: datetime) -> Admission:
        return admitted(laws, world, tie, posture, bands, moment, known_at=known_at)

    now = stands(at)
    changes = (each for each in turns(laws, world, bands) if each > at and stands(each) != now)
    return replace(now, next_at=next(changes, None))


def admitted(
    laws: Laws,
    world: World,
    tie: Tie,
    posture: Posture,
    bands: Sequence[Band],
    at: datetime,
    *,
    known_at: datetime | None = None,
) -> Admission:
    """Return what stands for a person at a moment, without looking until when.

    Raises PolicyConflict.
    """
    return _stands(laws, world, tie, posture, _Person(world, bands, at), When.of(at, world.time_zone, known_at))


def turns(laws: Laws, world: World, bands: Sequence[Band]) -> list[datetime]:
    """Return every moment at which time alone may change something for a person, in order: by a law or a birthday."""
    return sorted({*moments(laws, world.place, zones_of(world.time_zone)), *_birthdays(laws, world, bands)})


def _stands(laws: Laws, world: World, tie: Tie, posture: Posture, person: _Person, when: When) -> Admission:
    every = standings(laws, world.place, posture, when)
    needs = [
        Need(asked, law.key, law.citations, *person.end_of(demand), tie in ties)
        for asked, kind, ties in _ASKED
        for law, demand in _asked(laws, world.place, every, kind)
        if person.concerns(demand)
    ]
    see = shown(demands_of(every, MustOffer), demands_of(every, MustNotExpose), posture)
    return Admission(
        tuple(needs),
        () if person.is_adult and is_sure(world, every) else _duties(every),
        frozenset(each.demand.insight for each in see.offered if person.concerns(each.demand)),
        frozenset(each.demand.insight for each in see.hidden if person.concerns(each.demand)),
    )


def is_sure(world: World, every: Iterable[Standing]) -> bool:
    """Tell whether an age is known as well as the laws want it, to be an adult's."""
    return world.birth is not None and all(
        world.birth.assurance.rank >= cited.demand.level.rank for cited in demands_of(every, AgeAssurance)
    )


def ages_named(laws: Laws, place: str, bands: Sequence[Band]) -> set[int]:
    """Return the ages that a law of a place or a band names: only at these a birthday may change something."""
    chain = laws.chain(place)
    demands = [demand for law in laws.records if law.place in chain for demand in law.demands]
    ages = {age for demand in demands for age in (demand.from_age, demand.below)}
    return ages | {laws.consent_age_elsewhere, *(band.from_age for band in bands)}


class _Person(NamedTuple):
    """A person at a moment; an unknown age is that at which the youngest band begins."""

    world: World
    bands: Sequence[Band]
    at: datetime

    @property
    def is_adult(self) -> bool:
        """Tell whether no parent's word counts any more."""
        return self._is_at_least(_adulthood(self.bands))

    def concerns(self, demand: Demand) -> bool:
        """Tell whether a demand is about somebody of this age."""
        return self._is_at_least(demand.from_age) and not self._is_at_least(self._end(demand))

    def end_of(self, demand: Demand) -> tuple[int, datetime | None]:
        """Return the age at which a demand ends for this person, and the moment where the birth is known."""
        return self._end(demand), _birthday(self.world, self._end(demand))

    def _end(self, demand: Demand) -> int:
        # Supervision ends with adulthood, whatever a law says; a minimum age does not.
        return demand.below if isinstance(demand, MinimumAge) else min(demand.below, _adulthood(self.bands))

    def _is_at_least(self, age: int) -> bool:
        if self.world.birth is None:
            return age <= self.bands[0].from_age
        birthday = _birthday(self.world, age)
        return age == 0 or (birthday is not None and birthday <= self.at)


def _asked(laws: Laws, place: str, every: Sequence[Standing], kind: type[Demand]) -> tuple[Cited[Demand], ...]:
    if kind is ConsentAge:
        return tuple(Cited(law, demand) for law, demand in consent_ages(laws, place, every))
    return demands_of(every, kind)


def _duties(every: Iterable[Standing]) -> tuple[str, ...]:
    return tuple(sorted({duty for each in every if _binds(each) for duty in each.law.duties}))


def _binds(standing: Standing) -> bool:
    return standing.effect is Effect.BINDS


def _adulthood(bands: Sequence[Band]) -> int:
    """Return the age from which a person decides alone; where no band is for adults, one that nobody reaches."""
    return next((band.from_age for band in bands if band.adult), NEVER)


def _birthday(world: World, age: int) -> datetime | None:
    if world.birth is None:
        return None
    return birthday_at(world.birth.on, age, zone_of(world.time_zone) or LATEST)


def _birthdays(laws: Laws, world: World, bands: Sequence[Band]) -> set[datetime]:
    """Return the moments at which the person reaches an age that a law or a band names."""
    found = (_birthday(world, age) for age in ages_named(laws, world.place, bands))
    return {moment for moment in found if moment is not None}


NEVER: Final = 10_000
_ASKED: Final[tuple[tuple[Asked, type[Demand], frozenset[Tie]], ...]] = (
    (Asked.MINIMUM_AGE, MinimumAge, frozenset()),
    (Asked.PERMISSION, Permission, frozenset({Tie.VERIFIED})),
    (Asked.PAIRING, Pairing, frozenset({Tie.UNVERIFIED, Tie.VERIFIED})),
    (Asked.CONSENT, ConsentAge, frozenset({Tie.VERIFIED})),
)
