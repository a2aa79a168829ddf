"""The places that there are: the countries and subdivisions of ISO 3166, and which one somebody may have meant."""

from __future__ import annotations

from collections.abc import KeysView, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import pycountry

# Codes that ISO 3166 leaves to its users, as most of them use these; the second says that nobody knows the place.
USERS_OWN: Final = {"XK": "Kosovo", "ZZ": "Unknown"}
# What people and other standards say for a country that has another code.
HABITS: Final = {"UK": "GB", "EL": "GR"}


def every_place() -> KeysView[str]:
    """Return the code of every country and subdivision."""
    return _names().keys()


def place_name(place: str) -> str:
    """Return what a place is called in English; its code where it has no name."""
    return _names().get(place, place)


def complaint(said: str) -> str:
    """Return what is wrong with a code that is no place, and what may have been meant."""
    meant = place_meant(said)
    country = said.partition("-")[0]
    if meant is not None:
        return f"Expected a code of ISO 3166. Did you mean `{meant}`?"
    if country in every_place():
        return f"Expected a subdivision that ISO 3166-2 lists for `{country}`, or `{country}` alone."
    return "Expected a code of ISO 3166, such as `FR` or `US-CA`."


def place_meant(said: str) -> str | None:
    """Return the place that somebody may have meant: by other letters, a habit, three letters, or a country's name."""
    country, dash, part = said.strip().upper().replace("_", "-").partition("-")
    try:
        known = HABITS.get(country) or str(pycountry.countries.lookup(country).alpha_2)
    except LookupError:
        return None
    found = f"{known}{dash}{part}"
    return found if found in every_place() else None


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    countries = {country.alpha_2: country.name for country in pycountry.countries}
    return MappingProxyType({**countries, **{part.code: part.name for part in pycountry.subdivisions}, **USERS_OWN})
