"""What changes next, as a parent's page shows it: in the words that the teen reads, with the values on both sides."""

from __future__ import annotations

from typing import NamedTuple

from controls.labels.upcoming import words_of
from controls.upcoming import Upcoming, upcoming
from controls.web.context import Shift, View, shifts_of


class Ahead(NamedTuple):
    """One change ahead in words."""

    headline: str
    sentences: list[str]
    shifts: list[Shift]


def changes_ahead(view: View) -> list[Ahead]:
    """Return what changes next without anybody acting, as parents may see it."""
    gathered = view.present.gathered
    return [ahead_of(change, gathered.world.time_zone) for change in upcoming(gathered, view.present.at)]


def ahead_of(change: Upcoming, zone: str) -> Ahead:
    """Return one change in words."""
    words = words_of(change.told(), zone)
    return Ahead(words["headline"], words["sentences"], shifts_of(change.moved))
