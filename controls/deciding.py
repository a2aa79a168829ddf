"""What decisions need beside accounts that are enrolled: the briefs of others, and where each rule stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final

from controls.decisions.briefs import Brief, brief_of
from controls.packs import pack_for, recorded
from controls.policy.facts import Birth, World
from controls.policy.packs import Pack
from controls.policy.resolve import resolve

ANYWHERE: Final = ""
ZONE: Final = "UTC"


def brief_of_band(band: str, *, at: datetime) -> Brief | None:
    """Return what decisions read of an account that is not enrolled and of which an age band is told.

    It is what applies where nobody speaks, in a place of which nothing is known; None where there is no such band.
    """
    return _brief_of_band(band, pack_for(ANYWHERE, ZONE, at), at.date())


def brief_of_age(age: int, *, at: datetime) -> Brief | None:
    """Return the same of an account of which an age in years is told; None below the youngest band."""
    bands = [band.name for band in pack_for(ANYWHERE, ZONE, at).bands if band.from_age <= age]
    return brief_of_band(bands[-1], at=at) if bands else None


def youngest(*, at: datetime) -> int:
    """Return the lowest age of which a brief can be told."""
    return pack_for(ANYWHERE, ZONE, at).bands[0].from_age


def brief_of_nobody(*, at: datetime) -> Brief:
    """Return what decisions read of somebody who acts and of whom nothing is known: the youngest band."""
    return _brief_of_nobody(pack_for(ANYWHERE, ZONE, at), at.date())


@lru_cache(maxsize=4)
def _brief_of_nobody(pack: Pack, today: date) -> Brief:
    world = World(None, ANYWHERE, ZONE, grew_up_here=False)
    return brief_of(resolve(world, pack, noon(today)), adult=False, known=False, supervised=False)


@lru_cache(maxsize=64)
def _brief_of_band(name: str, pack: Pack, today: date) -> Brief | None:
    band = next((each for each in pack.bands if each.name == name), None)
    if band is None:
        return None
    world = World(Birth.from_age(band.from_age, today), ANYWHERE, ZONE, grew_up_here=False)
    return brief_of(resolve(world, pack, noon(today)), adult=band.adult, supervised=False)


def noon(day: date) -> datetime:
    """Return the middle of a day, where no boundary of it is near."""
    return datetime.combine(day, time(12), UTC)


def citations(rule: str) -> Sequence[dict[str, str]]:
    """Return where a rule stands: each passage of a law, or the pack by its own name."""
    return _citations(rule)


@lru_cache(maxsize=1024)
def _citations(rule: str) -> tuple[dict[str, str], ...]:
    law = next((each for each in recorded().records if each.key == rule), None)
    if law is None:
        return ({"rule": rule, "text": "product policy"},)
    return tuple({"rule": rule, "title": law.title, "text": text, "source": law.source} for text in law.citations)
