"""Binding: which laws and which of their demands bind in a place at a moment, by what was known at a moment.

There are two axes of time. What the law says changes with the first moment of a day where the teen lives; what is
recorded of it changes with the first moment of a day in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from controls.laws.demands import Change, ConsentAge, Demand, Status
from controls.laws.law import WORLD, Enforce, Law, Laws, Posture
from controls.policy.bands import EARLIEST, LATEST, first_moment_of, zone_of

D = TypeVar("D", bound=Demand)


class Effect(StrEnum):
    """Whether a law binds, or why it does not."""

    BINDS = "binds"
    NOT_EFFECTIVE = "not_effective"
    OUT_OF_SCOPE = "out_of_scope"
    NOT_IN_FORCE = "not_in_force"
    OPT_IN_ONLY = "opt_in_only"


class When(NamedTuple):
    """The moment asked about, what was known then, and the zone in which days begin; two where that is unclear."""

    at: datetime
    known_on: date
    zones: tuple[tzinfo, ...]

    @classmethod
    def of(cls, at: datetime, time_zone: str, known_at: datetime | None = None) -> When:
        """Return a moment in a zone; without another word what was known at that very moment."""
        return cls(at, (known_at or at).astimezone(UTC).date(), zones_of(time_zone))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a law stands at a moment: its status, whether it binds, and which of its demands do."""

    law: Law
    status: Status | None
    effect: Effect
    demands: tuple[Demand, ...]


class Cited(NamedTuple, Generic[D]):
    """A demand that binds, with the law that it is of."""

    law: Law
    demand: D


def zones_of(time_zone: str) -> tuple[tzinfo, ...]:
    """Return the zone of a name; where it cannot be read, a law binds if it does at either end of the world."""
    zone = zone_of(time_zone)
    return (EARLIEST, LATEST) if zone is None else (zone,)


def standings(laws: Laws, place: str, posture: Posture, when: When) -> tuple[Standing, ...]:
    """Return where every law of a place stands, from the widest place to the narrowest."""
    known = laws.known_by(when.known_on, laws.chain(place))
    return tuple(_standing(law, posture, when) for law in known)


def bound(laws: Laws, place: str, posture: Posture, when: When) -> tuple[Standing, ...]:
    """Return the laws that bind."""
    return tuple(each for each in standings(laws, place, posture, when) if each.effect is Effect.BINDS)


def demands_of(binding: Iterable[Standing], kind: type[D]) -> tuple[Cited[D], ...]:
    """Return the demands of one type that bind."""
    return tuple(Cited(each.law, demand) for each in binding for demand in each.demands if isinstance(demand, kind))


def consent_ages(laws: Laws, place: str, every: Sequence[Standing]) -> tuple[Cited[ConsentAge], ...]:
    """Return the age of consent of the narrowest place that has one; where nothing is recorded, that of elsewhere.

    A member state may lower the age of its union, so the ages of several places are not the strictest together.
    """
    found = demands_of(every, ConsentAge)
    ranks = {each: rank for rank, each in enumerate(laws.chain(place))}
    is_recorded = any(each.law.place not in {WORLD, *laws.regions} for each in every)
    narrowest = max((ranks[cited.law.place] for cited in found), default=-1)
    here = tuple(cited for cited in found if ranks[cited.law.place] == narrowest)
    if narrowest > 0 or is_recorded:
        age = max((cited.demand.below for cited in here), default=0)
        return tuple(cited for cited in here if cited.demand.below == age)
    return tuple(Cited(law, ConsentAge(below=laws.consent_age_elsewhere)) for law, _ in here[:1])


def moments(laws: Laws, place: str, zones: Sequence[tzinfo]) -> list[datetime]:
    """Return every moment at which something may begin or end to bind, in order."""
    chain = laws.chain(place)
    records = [law for law in laws.records if law.place in chain]
    days = {day for law in records for day in _days_of(law)}
    recorded = {day for law in records for day in _recordings_of(law)}
    local = {first_moment_of(day, zone) for day in days for zone in zones}
    return sorted(local | {first_moment_of(day, UTC) for day in recorded})


def status_at(history: Iterable[Change], when: When, zone: tzinfo) -> Status | None:
    """Return the status at a moment: of what was recorded last, what began last."""
    newest = change_at(history, when, zone)
    return None if newest is None else newest.status


def change_at(history: Iterable[Change], when: When, zone: tzinfo) -> Change | None:
    """Return the entry that gives the status at a moment.

    A day that was recorded before it came is a forecast, and counts once it has come until something else is recorded.
    """
    begun = [each for each in history if each.recorded_on <= when.known_on and _has_begun(each.since, when.at, zone)]
    return max(begun, key=lambda each: (each.recorded_on, each.since or date.min), default=None)


def _standing(law: Law, posture: Posture, when: When) -> Standing:
    """Return where a law stands; where the zone is unclear, where it stands most strictly."""
    each = [_standing_in(law, posture, when, zone) for zone in when.zones]
    strictest = next((one for one in each if one.effect is Effect.BINDS), each[0])
    demands = tuple(one for one in law.demands if any(one is other for zone in each for other in zone.demands))
    return Standing(law, strictest.status, strictest.effect, demands)


def _standing_in(law: Law, posture: Posture, when: When, zone: tzinfo) -> Standing:
    status = status_at(law.history, when, zone)
    effect = _effect(law, status, posture, when.at, zone)
    demands = []
    for demand in law.demands:
        own = _effect(law, status_at(demand.history, when, zone), posture, when.at, zone) if demand.history else effect
        if own is Effect.BINDS:
            demands.append(demand)
    return Standing(law, status, Effect.BINDS if demands else effect, tuple(demands))


def _effect(law: Law, status: Status | None, posture: Posture, at: datetime, zone: tzinfo) -> Effect:
    is_over = law.last_day is not None and _has_begun(law.last_day + timedelta(days=1), at, zone)
    if status is None or is_over or not _has_begun(law.effective_on, at, zone):
        return Effect.NOT_EFFECTIVE
    if not law.scope.takes_in(posture.platform):
        return Effect.OUT_OF_SCOPE
    if law.key in posture.opt_in or status in posture.statuses or status is Status.PRODUCT_POLICY:
        return Effect.BINDS
    if status is not Status.IN_FORCE or law.enforce is Enforce.NO:
        return Effect.NOT_IN_FORCE
    return Effect.BINDS if law.enforce is Enforce.YES else Effect.OPT_IN_ONLY


def _has_begun(day: date | None, at: datetime, zone: tzinfo) -> bool:
    return day is None or first_moment_of(day, zone) <= at


def _days_of(law: Law) -> list[date]:
    """Return the days on which a law or one of its demands may begin or end."""
    ends = [law.last_day + timedelta(days=1)] if law.last_day else []
    return [day for day in (law.effective_on, *ends, *(each.since for each in _changes_of(law))) if day]


def _recordings_of(law: Law) -> list[date]:
    return [law.recorded_on, *(each.recorded_on for each in _changes_of(law))]


def _changes_of(law: Law) -> list[Change]:
    return [*law.history, *(change for demand in law.demands for change in demand.history)]
