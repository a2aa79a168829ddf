"""Hours without access that a law demands: they close the app, and a verified parent alone opens it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from controls.decisions.actions import ACTIONS
from controls.decisions.briefs import brief_of
from controls.decisions.decide import Case, decide
from controls.laws.joining import timeline
from controls.laws.law import Posture
from controls.packs import recorded
from controls.policy.facts import Birth, Setting, World
from controls.policy.resolve import resolve
from tests.laws.cast import BASELINE, IN_FORCE_ONLY, pack_at

NIGHTS = {"US-CA": "America/Los_Angeles", "CN": "Asia/Shanghai"}
OPTED = Posture(opt_in=frozenset({"CN-MINORMODE"}))


def at_night(place: str, at: datetime, posture: Posture, *said: Setting) -> tuple[str, list[str]]:
    """Return whether a teen of 16 may use the app at a moment, and why."""
    world = World(Birth(date(2010, 6, 1)), place, NIGHTS[place], settings=said)
    pack = pack_at(timeline(recorded(), place, world.time_zone, posture, [BASELINE]), at)
    used = {"used_minutes": 0}
    case = Case(ACTIONS["app.use"], brief_of(resolve(world, pack, at), adult=False), None, None, used, at, "tess", "")
    decision = decide(case, unenrolled_allowed=True)
    return decision.outcome.value, [why.code.value for why in decision.reasons]


@pytest.mark.parametrize(
    ("place", "posture", "moment", "closed"),
    [
        ("US-CA", IN_FORCE_ONLY, "2026-12-05T01:00:00-08:00", True),
        ("US-CA", IN_FORCE_ONLY, "2026-12-05T05:59:59-08:00", True),
        ("US-CA", IN_FORCE_ONLY, "2026-12-05T06:00:00-08:00", False),
        ("US-CA", IN_FORCE_ONLY, "2026-12-04T23:59:59-08:00", False),
        ("CN", OPTED, "2026-12-05T22:00:00+08:00", True),
        ("CN", OPTED, "2026-12-05T21:59:59+08:00", False),
    ],
)
def test_the_hours_of_a_law_close_the_app(place: str, posture: Posture, moment: str, closed: bool) -> None:
    outcome, why = at_night(place, datetime.fromisoformat(moment), posture)
    assert (outcome == "deny", "bedtime" in why) == (closed, closed)


@pytest.mark.parametrize(("verified", "outcome"), [(True, "allow"), (False, "deny")])
@pytest.mark.parametrize("place", NIGHTS)
def test_a_verified_parent_alone_opens_the_hours_of_a_law(place: str, verified: bool, outcome: str) -> None:
    at = datetime(2026, 12, 5, 1, tzinfo=ZoneInfo(NIGHTS[place]))
    never = Setting("paula", verified, "time.bedtime", {"windows": []})
    assert at_night(place, at, OPTED, never)[0] == outcome


def test_where_china_was_not_opted_for_the_night_closes_nothing_of_itself() -> None:
    at = datetime.fromisoformat("2026-12-05T22:45:00+08:00")
    assert at_night("CN", at, IN_FORCE_ONLY)[0] == "allow"
