"""What changes next without anybody acting: when, why, what moves, and what the laws then say of the account.

Nothing of it is stored: each moment ahead is resolved as the present is, with what is said now.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final, NamedTuple

from controls.differences import Difference, differences
from controls.gather import Gathered
from controls.labels.upcoming import titled
from controls.laws.admission import Admission, Need
from controls.laws.demands import AgeAssurance, Demand
from controls.packs import (
    admitted_at,
    baseline_at,
    birthday_in,
    pack_for,
    standings_at,
    turns_of,
)
from controls.past import Past
from controls.policy.resolve import resolve
from controls.snapshots import Present, present_of
from ledger.moments import iso

HORIZON: Final = timedelta(days=400)
MOST: Final = 10
A_MOMENT: Final = timedelta(seconds=1)


class Why(StrEnum):
    """What makes a change."""

    BIRTHDAY = "birthday"
    LAW = "law"
    PACK = "pack"
    END = "end"


class Cause(NamedTuple):
    """One cause: a birthday with the age, a law or a pack with its key, or the end of what was said until then."""

    why: Why
    age: int | None = None
    key: str = ""

    def dump(self) -> dict[str, Any]:
        """Return what an answer and an event say of it."""
        told: dict[str, Any] = {"kind": self.why.value}
        if self.age is not None:
            told["age"] = self.age
        return {**told, "key": self.key} if self.key else told


class Turned(NamedTuple):
    """A demand of a law on the account itself that begins or ends."""

    need: Need
    begins: bool

    def dump(self) -> dict[str, Any]:
        """Return what an answer and an event say of it."""
        change = "begins" if self.begins else "ends"
        return {"asked": self.need.asked.value, "law": self.need.law, "change": change}


@dataclass(frozen=True)
class Upcoming:
    """What one moment changes: values, what the laws say of the account, or the age band and so what may be chosen."""

    at: datetime
    causes: tuple[Cause, ...]
    before: Present
    after: Present
    moved: tuple[Difference, ...]
    needs: tuple[Turned, ...]

    @property
    def is_announced(self) -> bool:
        """Tell whether both sides are told of it days before: of what somebody said until then they know."""
        return any(cause.why is not Why.END for cause in self.causes)

    @property
    def is_passage(self) -> bool:
        """Tell whether another age band begins."""
        return self.before.resolution.band != self.after.resolution.band

    def told(self) -> dict[str, Any]:
        """Return the change without any value, as an event keeps it."""
        bands = {"from": self.before.resolution.band, "to": self.after.resolution.band, "adult": self.after.is_adult}
        return {
            "at": iso(self.at),
            "causes": [cause.dump() for cause in self.causes],
            "age_band": bands if self.is_passage else None,
            "keys": [each.key for each in self.moved],
            "needs": [each.dump() for each in self.needs],
        }

    def dump(self) -> dict[str, Any]:
        """Return the shape of `/upcoming`."""
        return {**titled(self.told()), "changes": [each.dump() for each in self.moved]}


def upcoming(gathered: Gathered, at: datetime) -> list[Upcoming]:
    """Return the next changes of the year ahead, the first one first.

    Raises PolicyConflict.
    """
    return list(islice(changes_between(gathered, at, at + HORIZON), MOST))


def changes_between(gathered: Gathered, after: datetime, until: datetime) -> Iterator[Upcoming]:
    """Go through what time changes behind one moment and until another, as it is with what is said now.

    Raises PolicyConflict.
    """
    turns = {*turns_of(gathered.world, after, until), *(end for end in ends_of(gathered) if after < end <= until)}
    moments = sorted(turns)
    if not moments:
        return
    before, stood = stand(gathered, moments[0] - A_MOMENT)
    for moment in moments:
        present, stands = stand(gathered, moment)
        moved, needs = differences(before.resolution, present.resolution), turned(stood, stands)
        cited = cited_in(moved, needs)
        if before.resolution.band != present.resolution.band:
            cited |= assuring(gathered, moment)
        change = Upcoming(moment, causes_of(gathered, moment, cited), before, present, moved, needs)
        if moved or needs or change.is_passage:
            yield change
        before, stood = present, stands


def stand(gathered: Gathered, at: datetime) -> tuple[Present, Admission]:
    """Return what applies at a moment, and what the laws say of the account."""
    return present_of(gathered, at=at), admitted_at(gathered.world, gathered.tie_at(at), at)


def ends_of(gathered: Gathered) -> set[datetime]:
    """Return when what was said until a moment ends."""
    ends = [*(each.until for each in gathered.world.settings), *(each.until for each in gathered.world.choices)]
    return {end.replace(microsecond=0) for end in ends if end is not None}


def turned(before: Admission, after: Admission) -> tuple[Turned, ...]:
    """Return the demands on the account that are there at one moment and not at the other."""
    old, new = ({(need.asked, need.law): need for need in each.needs} for each in (before, after))
    begun = [Turned(need, begins=True) for key, need in new.items() if key not in old]
    return (*begun, *(Turned(need, begins=False) for key, need in old.items() if key not in new))


def causes_of(gathered: Gathered, at: datetime, cited: AbstractSet[str]) -> tuple[Cause, ...]:
    """Return why something changes at a moment, by the laws that what moves cites."""
    age = birthday_in(gathered.world, at)
    causes = [] if age is None else [Cause(Why.BIRTHDAY, age=age)]
    causes += [Cause(Why.LAW, key=key) for key in laws_of(gathered, at, cited)]
    if baseline_at(at) is not baseline_at(at - A_MOMENT):
        causes.append(Cause(Why.PACK, key=baseline_at(at).key))
    return (*causes, Cause(Why.END)) if at in ends_of(gathered) else tuple(causes)


def laws_of(gathered: Gathered, at: datetime, cited: AbstractSet[str]) -> list[str]:
    """Return the laws that begin or end to bind at a moment: those that what moves cites, if it cites any of them."""
    old, new = demands_around(gathered, at)
    changed = sorted(key for key in old.keys() | new.keys() if old.get(key, ()) != new.get(key, ()))
    return [key for key in changed if key in cited] or changed


def assuring(gathered: Gathered, at: datetime) -> set[str]:
    """Return the laws that ask for an age to be known better, at a moment or just before it."""
    asking = [each.items() for each in demands_around(gathered, at)]
    return {
        key for each in asking for key, demands in each if any(isinstance(demand, AgeAssurance) for demand in demands)
    }


def demands_around(gathered: Gathered, at: datetime) -> list[dict[str, tuple[Demand, ...]]]:
    """Return what each law demands just before a moment, and at it."""
    place, zone = gathered.world.place, gathered.world.time_zone
    return [
        {key: each.demands for key, each in standings_at(place, zone, when).items()} for when in (at - A_MOMENT, at)
    ]


def cited_in(moved: tuple[Difference, ...], needs: tuple[Turned, ...]) -> set[str]:
    """Return the rules that the reasons before and after rest on."""
    reasons = (because for each in moved for because in (*each.before.reasons, *each.after.reasons))
    return {rule for because in reasons for rule in because.rule.split("+")} | {each.need.law for each in needs}


def at_moment(gathered: Gathered, at: datetime) -> Past:
    """Return what applies at a moment ahead with what is said now, in the shape of a past one."""
    world = gathered.world
    pack = pack_for(world.place, world.time_zone, at)
    return Past(at, pack, resolve(world, pack, at))
