"""Laws that never were, and people who could live under them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from controls.laws.admission import Admission, Tie, admission
from controls.laws.binding import Cited, When
from controls.laws.demands import Change, Demand, Status, Usage
from controls.laws.law import Enforce, Law, Laws, Posture
from controls.packs import recorded, released
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Birth, World
from controls.policy.packs import Pack

SECOND = timedelta(seconds=1)
# When everything that is known of the world was recorded.
RECORDED = date(2026, 6, 30)
AT = datetime(2026, 6, 30, 12, tzinfo=UTC)
BASELINE = released()[0]
IN_FORCE_ONLY = Posture()
ENJOINED = frozenset({Status.ENJOINED, Status.PARTIALLY_ENJOINED})
ZONES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "DK": "Europe/Copenhagen", "FR": "Europe/Paris",
    "GB": "Europe/London", "IN": "Asia/Kolkata", "LI": "Europe/Vaduz", "MY": "Asia/Kuala_Lumpur",
    "US-CA": "America/Los_Angeles", "US-FL": "America/New_York", "US-NE": "America/Chicago",
    "US-NY": "America/New_York", "US-VA": "America/New_York",
}  # fmt: skip


def a_law(key: str = "XX-1", place: str = "XX", *demands: Demand, **fields: Any) -> Law:
    """Return a law that is in force and always was."""
    plain: dict[str, Any] = {
        "title": "A law", "citations": (f"{key} s. 1",), "recorded_on": RECORDED, "enforce": Enforce.YES,
        "history": (changed(Status.IN_FORCE),), "confidence": "high", "source": "a test", "demands": demands,
    }  # fmt: skip
    return Law(**{"key": key, "place": place, **plain, **fields})


def changed(status: Status, since: date | None = None, recorded_on: date = RECORDED) -> Change:
    """Return one entry of a history."""
    return Change(status, since, recorded_on)


def laws(*records: Law, **fields: Any) -> Laws:
    """Return a world of these laws alone."""
    return Laws(records, **fields)


def usage(key: str, *, below: int = 18, from_age: int = 0, **values: Any) -> Usage:
    """Return a demand of a control; values as JSON."""
    kind = CATALOGUE[key].kind
    loaded = {name: raw if name == "may_loosen" else kind.load(raw) for name, raw in values.items()}
    return Usage(control=CATALOGUE[key], below=below, from_age=from_age, **loaded)


def cited(*demands: Usage) -> list[Cited[Usage]]:
    """Return demands, each of a law of its own."""
    return [Cited(a_law(f"XX-{number}"), demand) for number, demand in enumerate(demands, 1)]


def a_teen(age: int | None, place: str, at: datetime = AT, zone: str = "") -> World:
    """Return a teen who has been of an age for some months."""
    birth = None if age is None else Birth(date(at.year - age, 1, 15))
    return World(birth, place, zone or ZONES.get(place, "UTC"))


def now(place: str, at: datetime = AT) -> When:
    """Return a moment in a place, by what is known once everything is recorded."""
    return When.of(at, ZONES.get(place, "UTC"), max(at, AT))


def admitted(
    world: World, at: datetime = AT, *, tie: Tie = Tie.NONE, posture: Posture = IN_FORCE_ONLY, known: Laws | None = None
) -> Admission:
    """Return what the recorded laws say of a person."""
    return admission(known or recorded(), world, tie, posture, BASELINE.bands, at)


def bars(found: Admission) -> list[tuple[str, tuple[str, ...]]]:
    """Return why the account may not be used."""
    return [(bar.code, bar.laws) for bar in found.bars]


def pack_at(packs: Sequence[Pack], at: datetime) -> Pack:
    """Return the pack of a moment by looking at each."""
    return next(pack for pack in packs if pack.until is None or at < pack.until)
