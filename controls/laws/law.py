"""Laws: dated, cited instruments of a jurisdiction, and everything that is recorded of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from controls.laws.demands import Change, Demand, Status

WORLD: Final = "001"


class Enforce(StrEnum):
    """Whether a law binds while it is in force: by itself, where the operator opts in, or not at all."""

    YES = "yes"
    OPT_IN = "opt_in"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Platform:
    """What the operator says of the platform; unless told, it is as large and as risky as can be."""

    users: int = 8_000_000_000
    feed_share: int = 100
    services: frozenset[str] = frozenset({"social"})
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which platforms a law is about: of so many users, with so much time on the feed (per cent), of these services."""

    least_users: int = 0
    least_feed_share: int = 0
    services: frozenset[str] = frozenset()
    spares_small: bool = False

    def takes_in(self, platform: Platform) -> bool:
        """Tell whether a platform is one of them."""
        return (
            platform.users >= self.least_users
            and platform.feed_share >= self.least_feed_share
            and not (self.services and self.services.isdisjoint(platform.services))
            and not (self.spares_small and platform.is_small)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """One instrument as it was recorded on a day. Duties are data alone: nothing here enforces them."""

    key: str
    place: str
    title: str
    citations: tuple[str, ...]
    recorded_on: date
    history: tuple[Change, ...]
    enforce: Enforce
    confidence: str
    source: str
    note: str = ""
    effective_on: date | None = None
    last_day: date | None = None
    scope: Scope = Scope()
    demands: tuple[Demand, ...] = ()
    duties: tuple[str, ...] = ()
    # Data alone: supervision ends at 18 everywhere.
    majority: int = 18


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision where laws ask for what cannot both be done: which law yields, who said so, when and why."""

    subject: str
    laws: frozenset[str]
    yields: str
    by: str
    decided_on: date
    why: str


@dataclass(frozen=True, slots=True)
class Posture:
    """What the operator adds to the laws in force: statuses, single laws, and decisions between laws."""

    statuses: frozenset[Status] = frozenset()
    opt_in: frozenset[str] = frozenset()
    platform: Platform = Platform()
    rulings: tuple[Ruling, ...] = ()

    def told(self) -> str:
        """Write it out, the same for the same posture in every process."""
        platform = self.platform
        return repr((
            sorted(self.statuses), sorted(self.opt_in),
            (platform.users, platform.feed_share, sorted(platform.services), platform.is_small),
            sorted((each.subject, sorted(each.laws), each.yields, each.decided_on) for each in self.rulings),
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Laws:
    """Everything that is recorded of the world.

    A law may be recorded again: the newest record that is known at a moment counts. ``consent_controls`` are those
    that a parent's consent to processing opens; ``consent_age_elsewhere`` is the age of consent in a place of which
    nothing is recorded. ``within`` names the states in which a territory with a code of its own lies, none where their
    laws do not reach; ``same`` names a territory by its other codes.
    """

    records: tuple[Law, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    consent_controls: tuple[str, ...] = ()
    consent_age_elsewhere: int = 16
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)

    def chain(self, place: str) -> tuple[str, ...]:
        """Return where a place lies, from the world to itself: unions, states, the country, its other codes, the place.

        A territory lies in the states that `within` names and in no other, whatever its code begins with.
        """
        known = self.same.get(place, place)
        country = known.partition("-")[0]
        states = self.within.get(country, ())
        around = sorted(name for name, members in self.regions.items() if not members.isdisjoint({country, *states}))
        codes = sorted(code for code, territory in self.same.items() if territory == country)
        return tuple(dict.fromkeys(each for each in (WORLD, *around, *states, *codes, country, known) if each))

    def known_by(self, day: date, chain: Iterable[str]) -> tuple[Law, ...]:
        """Return the laws of some places as they were recorded until a day, from the widest place to the narrowest."""
        ranks = {place: rank for rank, place in enumerate(chain)}
        newest: dict[str, Law] = {}
        for law in sorted(self.records, key=lambda each: each.recorded_on):
            if law.place in ranks and law.recorded_on <= day:
                newest[law.key] = law
        return tuple(sorted(newest.values(), key=lambda law: (ranks[law.place], law.key)))
