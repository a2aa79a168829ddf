"""Stages: the rules that hold for a person at a moment, by band and by what is known of the age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType

from controls.policy.bands import LATEST, Band, band_at, birthday_at, zone_of
from controls.policy.facts import World
from controls.policy.packs import MayLoosen, Pack, Rule


class Standing(Enum):
    """What is known of the person's age, and how much of the youth is kept."""

    KNOWN = auto()
    KEPT = auto()
    UNKNOWN = auto()
    TOO_LOW = auto()


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """The rules of one band as they hold for one person."""

    pack: Pack
    band: Band
    standing: Standing
    rules: Mapping[str, Rule]


def stage_at(world: World, pack: Pack, at: datetime) -> Stage:
    """Return the stage of a person; an unknown age is the youngest band, and nobody loosens.

    Who is said to be an adult where that has to be known better is in the oldest band of minors.
    """
    if world.birth is None:
        return stage_of(pack, pack.bands[0].name, Standing.UNKNOWN)
    band = said_band(world, pack, at)
    if band is None:
        return stage_of(pack, pack.bands[0].name, Standing.TOO_LOW)
    if band.adult and world.birth.assurance.rank < pack.adult_assurance.rank:
        band = next((each for each in reversed(pack.bands) if not each.adult), band)
    kept = band.adult and world.grew_up_here and bool(pack.keeps)
    return stage_of(pack, band.name, Standing.KEPT if kept else Standing.KNOWN)


def said_band(world: World, pack: Pack, at: datetime) -> Band | None:
    """Return the band of the age that is said, however well it is known; none where it is unknown or too low."""
    zone = zone_of(world.time_zone) or LATEST
    return None if world.birth is None else band_at(pack.bands, world.birth.on, zone, at)


def enrolled_band(world: World, pack: Pack, at: datetime) -> Band | None:
    """Return the band in which a person may be enrolled, none where the age is below the youngest."""
    stage = stage_at(world, pack, at)
    return None if stage.standing is Standing.TOO_LOW else stage.band


def birthdays(world: World, pack: Pack) -> list[datetime]:
    """Return the moments at which the person passes into a band."""
    zone = zone_of(world.time_zone) or LATEST
    found = (birthday_at(world.birth.on, band.from_age, zone) for band in pack.bands if world.birth)
    return [birthday for birthday in found if birthday is not None]


@lru_cache(maxsize=256)
def stage_of(pack: Pack, band_name: str, standing: Standing) -> Stage:
    """Return the rules of a band for a standing; worked out once for each pack."""
    band = next(band for band in pack.bands if band.name == band_name)
    rules = pack.rules[band_name]
    if standing is Standing.KEPT:
        rules = {key: _kept(rule, pack.rule(key, pack.keeps)) for key, rule in rules.items()}
    elif standing is not Standing.KNOWN:
        rules = {key: replace(rule, may_loosen=MayLoosen.NOBODY) for key, rule in rules.items()}
    return Stage(pack, band, standing, MappingProxyType(dict(rules)))


def _kept(rule: Rule, younger: Rule) -> Rule:
    """Return an adult's rule with the default of the band before."""
    laws = {("default_kept", part): law for (code, part), law in younger.laws.items() if code == "default"}
    return replace(rule, default=rule.control.kind.stricter_of(younger.default, rule.loosest), laws=laws)
