"""The places of which lines are recorded, by their names in a language."""

from __future__ import annotations

import gettext
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import pycountry

from controls.packs.atlas import every_place, place_name
from safety.helplines.line import WORLD
from safety.helplines.reading import recorded

# How many languages of a browser are looked at for a region.
MOST_LANGUAGES: Final = 5


class PlaceChoice(NamedTuple):
    """A place and what it is called."""

    code: str
    name: str


@lru_cache(maxsize=32)
def place_choices(language: str) -> tuple[PlaceChoice, ...]:
    """Return the places of which lines are recorded, in the order of their names in a language."""
    codes = {line.place for line in recorded().lines} - {WORLD}
    return tuple(sorted((PlaceChoice(code, name_in(code, language)) for code in codes), key=lambda each: each.name))


def name_in(place: str, language: str) -> str:
    """Return what a place is called in a language, a subdivision with its country; English where there is no other."""
    country, _, part = place.partition("-")
    whole = _translated(place_name(country), "iso3166-1", language)
    return f"{whole}, {_translated(place_name(place), 'iso3166-2', language)}" if part else whole


def chosen_place(said: str, accepted: str) -> str:
    """Return the place that was chosen, else the region of the languages that a browser asks for, else none."""
    if said:
        return said if said in every_place() else ""
    return next((region for region in _regions(accepted) if region in every_place()), "")


def _regions(accepted: str) -> Sequence[str]:
    tags = [each.partition(";")[0].strip() for each in accepted.split(",")[:MOST_LANGUAGES]]
    return [tag.rpartition("-")[2].upper() for tag in tags if "-" in tag]


def _translated(name: str, domain: str, language: str) -> str:
    return _names(domain, language.partition("-")[0]).gettext(name)


@lru_cache(maxsize=64)
def _names(domain: str, language: str) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)
