"""The released policy packs and the recorded laws: read once, and joined for each place and zone."""

from __future__ import annotations

import hashlib
import tomllib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings

from controls.laws.admission import Admission, Tie, admission, admitted, ages_named, turns
from controls.laws.binding import Standing, When, standings
from controls.laws.joining import timeline
from controls.laws.law import Laws
from controls.packs.operator import posture
from controls.packs.places import read_places
from controls.packs.reading import read_pack
from controls.policy.bands import LATEST, Band, birthday_at, zone_of
from controls.policy.facts import World
from controls.policy.packs import Pack

FOLDER = Path(__file__).parent
PLACES = "places"


def pack_for(place: str, time_zone: str, at: datetime) -> Pack:
    """Return the pack that applies in a place at a moment, for somebody whose days begin in a zone.

    Where no law makes the baseline stricter it is the baseline itself; before the first one took effect, the first.
    Raises PolicyConflict where laws that bind there cannot both be obeyed.
    """
    packs = packs_of(place, time_zone)
    # Each but the last knows when the next takes over.
    return packs[bisect_right([pack.until for pack in packs if pack.until is not None], at)]


def baseline_at(at: datetime) -> Pack:
    """Return the baseline at a moment; before the first one took effect, the first."""
    packs = released()
    return next((pack for pack in reversed(packs) if pack.effective_at <= at), packs[0])


def release_at(at: datetime) -> str:
    """Name everything that what applies rests on beside the facts: the baseline, every file, the operator's posture."""
    kept = "" if settings.FRIENDS_KEPT_BY == "us" else "+platform"
    return f"{baseline_at(at).key}+{fingerprint()}{kept}"


def admission_for(world: World, tie: Tie, at: datetime) -> Admission:
    """Return what the laws say of a person's account at a moment.

    Raises PolicyConflict.
    """
    return admission(recorded(), world, tie, posture(), baseline_at(at).bands, at)


def admitted_at(world: World, tie: Tie, at: datetime) -> Admission:
    """Return the same without looking until when it stands.

    Raises PolicyConflict.
    """
    return admitted(recorded(), world, tie, posture(), baseline_at(at).bands, at)


def turns_of(world: World, after: datetime, until: datetime) -> list[datetime]:
    """Return the moments between two at which time alone may change something for a person, in order.

    They come from laws, birthdays and packs; nothing need change at any of them.
    """
    found = {*turns(recorded(), world, _every_band()), *(pack.effective_at for pack in released()[1:])}
    return sorted(each for each in found if after < each <= until)


def birthday_in(world: World, at: datetime) -> int | None:
    """Return the age that a person reaches at a moment, where a law or a band names it."""
    zone = zone_of(world.time_zone) or LATEST
    ages = ages_named(recorded(), world.place, _every_band()) if world.birth is not None else ()
    return next((age for age in ages if world.birth and birthday_at(world.birth.on, age, zone) == at), None)


def standings_at(place: str, time_zone: str, at: datetime) -> dict[str, Standing]:
    """Return where every law of a place stands at a moment, by the key of the law."""
    when = When.of(at, time_zone)
    return {each.law.key: each for each in standings(recorded(), place, posture(), when)}


def law_title(key: str) -> str:
    """Return what a law is called; its key where this release does not know it."""
    return next((law.title for law in recorded().records if law.key == key), key)


def law_keys() -> list[str]:
    """Return the key of every law of which something is recorded."""
    return sorted({law.key for law in recorded().records})


@lru_cache(maxsize=4096)
def packs_of(place: str, time_zone: str) -> tuple[Pack, ...]:
    """Return the packs of a place one after the other."""
    return timeline(recorded(), place, time_zone, posture(), released())


@lru_cache(maxsize=1)
def released() -> tuple[Pack, ...]:
    """Return every released baseline, the earliest first; each knows when the next one takes over."""
    return in_order(_read(path) for path in FOLDER.glob("*.toml"))


def in_order(baselines: Iterable[Pack]) -> tuple[Pack, ...]:
    """Return baselines, the earliest first; each knows when the next one takes over."""
    packs = sorted(baselines, key=lambda pack: pack.effective_at)
    ends = [later.effective_at for _, later in pairwise(packs)]
    return tuple(replace(pack, until=end) for pack, end in zip(packs, [*ends, None], strict=True))


@lru_cache(maxsize=1)
def recorded() -> Laws:
    """Return everything that is recorded of the laws of the world."""
    return read_places(FOLDER / PLACES)


def forget() -> None:
    """Read everything anew when it is asked for next; for those who change the posture under a running process."""
    for read in (packs_of, fingerprint, posture):
        read.cache_clear()


@lru_cache(maxsize=1)
def _every_band() -> tuple[Band, ...]:
    return tuple({band for pack in released() for band in pack.bands})


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a short name of all files and of the posture."""
    files = sorted([*FOLDER.glob("*.toml"), *(FOLDER / PLACES).glob("*.toml")])
    told = hashlib.sha256()
    for path in files:
        told.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    told.update(posture().told().encode())
    return told.hexdigest()[:16]


def _read(path: Path) -> Pack:
    with path.open("rb") as file:
        return read_pack(tomllib.load(file))
