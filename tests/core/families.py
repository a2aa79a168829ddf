"""Reads docs/families.toml: the short words of a family become facts and expected values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from controls.packs import baseline_at, pack_for
from controls.policy.catalogue import CATALOGUE
from controls.policy.endings import Removal
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.resolve import Resolution, resolve
from controls.policy.stages import stage_at
from controls.policy.values import WEEKDAYS, Composite

FILE = Path(__file__).parents[2] / "docs" / "families.toml"
AT = datetime(2027, 6, 15, 12, tzinfo=UTC)

Family = dict[str, Any]


def families() -> list[Family]:
    """Return every family of the file."""
    with FILE.open("rb") as file:
        found: list[Family] = tomllib.load(file)["family"]
    return found


def world_of(family: Family, moment: Family | None = None) -> World:
    """Return the facts of a family; a choice without a band was made in the band of the family's moment."""
    at = at_of(family)
    bare = World(_birth(family, at), "FR", family.get("zone", "Europe/Paris"), family.get("grew_up_here", True))
    band = stage_at(bare, baseline_at(at), at).band.name
    choices = [*family.get("choices", ()), *(moment or {}).get("choices", ())]
    return World(
        bare.birth,
        bare.place,
        bare.time_zone,
        bare.grew_up_here,
        tuple(
            Setting(said["parent"], said.get("verified", True), said["control"], _said(said), said.get("until"))
            for said in family.get("settings", ())
        ),
        tuple(Chosen(said["control"], _said(said), said.get("until"), said.get("band", band)) for said in choices),
    )


def at_of(family: Family) -> datetime:
    """Return the moment of a family."""
    at: datetime = family.get("at", AT)
    return at


def resolved(world: World, at: datetime) -> Resolution:
    """Resolve with the pack of the moment."""
    return resolve(world, pack_for(world.place, world.time_zone, at), at)


def wanted(key: str, short: Any, default: Any) -> Any:
    """Return the value that a family expects; parts that it does not name are the default."""
    kind = CATALOGUE[key].kind
    value = kind.load(json_of(key, short))
    return kind.of({**default, **value}) if isinstance(kind, Composite) else value


def json_of(key: str, short: Any) -> Any:
    """Write out the short words of the file as JSON."""
    name = CATALOGUE[key].kind.name
    if name == "minutes":
        return {"limited": False} if short == "none" else {"limited": True, "minutes": short}
    if name == "minutes_by_weekday":
        days = short if isinstance(short, dict) else dict.fromkeys(WEEKDAYS, short)
        return {day: json_of("content.short_video_minutes", each) for day, each in days.items()}
    if name == "windows":
        return {"windows": [_window(text) for text in short]}
    return short


def what_remains(choices: Iterable[Chosen], removals: Iterable[Removal]) -> Iterator[Chosen]:
    """Go through the choices that an ending leaves, each without the parts that go."""
    parts = {id(each.chosen): each.parts for each in removals}
    for chosen in choices:
        if id(chosen) not in parts:
            yield chosen
        elif parts[id(chosen)] and isinstance(chosen.value, dict):
            rest = {part: value for part, value in chosen.value.items() if part not in parts[id(chosen)]}
            yield replace(chosen, value=rest)


def _said(said: Family) -> Any:
    return said["raw"] if "raw" in said else json_of(said["control"], said["value"])


def _birth(family: Family, at: datetime) -> Birth | None:
    if "born" in family:
        return Birth(family["born"])
    if "age_range" in family:
        return Birth.from_age(family["age_range"]["from"], family["age_range"]["stated_on"])
    return Birth(date(at.year - 1 - family["age"], 12, 15)) if "age" in family else None


def _window(text: str) -> dict[str, Any]:
    first, last, since, until = re.fullmatch(r"(\w+)(?:-(\w+))? (\S+)-(\S+)", text).groups()  # type: ignore[union-attr]  # else it fails, and so it should
    if first == "daily":
        first, last = "mon", "sun"
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    days = [WEEKDAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]
    return {"days": days, "from": since, "until": until}
