"""Choosing: which lines somebody in a place is shown, in which order, and when the directory of the world as well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from safety.helplines.line import WORLD, Audience, Line, Lines


class Help(NamedTuple):
    """What somebody is shown: lines of the place, directories of the world, numbers for an emergency.

    ``elsewhere`` is empty only where every line of the place was tried within a year.
    """

    lines: tuple[Line, ...]
    elsewhere: tuple[Line, ...]
    emergency: tuple[str, ...]


def help_in(every: Lines, place: str, languages: Sequence[str], audience: Audience, at: datetime) -> Help:
    """Return what somebody in a place is shown.

    ``place`` is an ISO 3166 country or subdivision, or nothing where it is unknown. A line of the subdivision comes
    before those of the country. Among those of one place, a line that answers in a language of the person comes first,
    then one that is for such people, then one where somebody answers now; whoever recorded it first breaks ties.
    """
    country = place.partition("-")[0]
    places = list(dict.fromkeys(each for each in (place, country) if each and each != WORLD))

    def rank(line: Line) -> tuple[int, bool, bool, bool]:
        is_closed = line.is_open(at) is False
        return places.index(line.place), _speaks_none(line, languages), audience not in line.audience, is_closed

    lines = tuple(sorted(every.shown_in(places), key=rank))
    is_enough = bool(lines) and all(line.is_fresh(at) for line in lines)
    return Help(lines, () if is_enough else every.shown_in([WORLD]), every.emergency_in(country))


def _speaks_none(line: Line, languages: Sequence[str]) -> bool:
    """Tell whether a line answers in no language of a person; regional forms are the language."""
    return {each.partition("-")[0].lower() for each in languages}.isdisjoint(line.languages)
