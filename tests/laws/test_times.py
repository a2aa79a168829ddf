"""Laws begin and end with a day where the teen lives, ages with a birthday; what is recorded later changes no past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.laws import binding
from controls.laws.binding import When, bound, moments, standings, status_at, zones_of
from controls.laws.demands import ConsentAge, MinimumAge, Pairing, Permission, Status
from controls.laws.joining import timeline
from controls.laws.law import Posture
from controls.packs import recorded, released
from controls.policy.bands import EARLIEST, LATEST, first_moment_of
from controls.policy.facts import Birth, World
from controls.policy.packs import Pack
from controls.policy.resolve import resolve
from tests.laws.cast import (
    AT,
    BASELINE,
    ENJOINED,
    IN_FORCE_ONLY,
    RECORDED,
    SECOND,
    a_law,
    admitted,
    bars,
    changed,
    laws,
    pack_at,
    usage,
)

DAY = timedelta(days=1)
# Far apart, of half hours, without a midnight on some days, and one that skipped a whole day.
ZONES = (
    "Pacific/Kiritimati", "Pacific/Apia", "Asia/Kolkata", "Asia/Beirut", "Africa/Cairo", "Europe/Paris",
    "America/Sao_Paulo", "America/Havana", "America/Los_Angeles", "Etc/GMT+12",
)  # fmt: skip
BEGAN = date(2027, 1, 1)
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(lambda each: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=each))


def first_second(day: date, zone: str) -> datetime:
    """Return the first second of a day by walking to it."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(ZoneInfo(zone)).date() < day:
        at += timedelta(minutes=15)
    return at


def is_bound(law: Any, at: datetime, zone: str, posture: Posture = IN_FORCE_ONLY) -> bool:
    """Tell whether a law binds, by what is known at the moment or later."""
    return bool(bound(laws(law), "XX", posture, When.of(at, zone, max(at, AT))))


@pytest.mark.parametrize("zone", ZONES)
def test_a_law_begins_with_the_first_second_of_its_day_where_the_teen_lives(zone: str) -> None:
    began = first_second(BEGAN, zone)
    law = a_law(effective_on=BEGAN)
    assert [is_bound(law, at, zone) for at in (began - SECOND, began, began + SECOND)] == [False, True, True]


@pytest.mark.parametrize("zone", ZONES)
def test_a_law_ends_with_the_last_second_of_its_last_day(zone: str) -> None:
    ended = first_second(BEGAN, zone)
    law = a_law(last_day=BEGAN - DAY)
    assert [is_bound(law, at, zone) for at in (ended - SECOND, ended, ended + SECOND)] == [True, False, False]


@pytest.mark.parametrize("zone", ZONES)
def test_a_status_changes_with_the_first_second_of_its_day(zone: str) -> None:
    stopped = first_second(BEGAN, zone)
    law = a_law(history=(changed(Status.IN_FORCE), changed(Status.ENJOINED, BEGAN)))
    for posture, after in ((IN_FORCE_ONLY, False), (Posture(ENJOINED), True)):
        assert [is_bound(law, at, zone, posture) for at in (stopped - SECOND, stopped)] == [True, after]


@pytest.mark.parametrize("zone", ZONES)
def test_the_pack_changes_in_that_very_second(zone: str) -> None:
    began = first_second(BEGAN, zone)
    law = a_law("XX-1", "XX", usage("content.feed", default="following"), effective_on=BEGAN)
    former, later = timeline(laws(law), "XX", zone, IN_FORCE_ONLY, [BASELINE])
    assert (former.until, later.effective_at, later.until) == (began, began, None)
    assert [pack.rule("content.feed", "13-15").default for pack in (former, later)] == ["non_profiled", "following"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("demand", "code"),
    [
        (MinimumAge(below=16), "below_minimum_age"),
        (Permission(below=16), "permission_needed"),
        (Pairing(below=16), "pairing_needed"),
    ],
)
def test_a_demand_ends_with_the_first_second_of_the_birthday(zone: str, demand: Any, code: str) -> None:
    known = laws(a_law("XX-1", "XX", demand))
    for born, day in ((date(2012, 2, 29), date(2028, 2, 29)), (date(2011, 3, 1), date(2027, 3, 1))):
        birthday = first_second(day, zone)
        world = World(Birth(born), "XX", zone)
        found = [admitted(world, at, known=known) for at in (birthday - SECOND, birthday, birthday + SECOND)]
        assert [bars(each) for each in found] == [[(code, ("XX-1",))], [], []]
        assert found[0].needs[0].ends_at == found[0].next_at == birthday


def test_who_was_born_on_29_february_is_older_on_1_march() -> None:
    world = World(Birth(date(2012, 2, 29)), "XX", "Europe/Paris")
    known = laws(a_law("XX-1", "XX", Permission(below=15)))
    birthday = datetime(2027, 2, 28, 23, tzinfo=UTC)
    assert [len(admitted(world, at, known=known).bars) for at in (birthday - SECOND, birthday)] == [1, 0]


def test_in_an_unreadable_zone_a_law_begins_where_it_is_first_and_ends_where_it_is_last() -> None:
    assert zones_of("Mars/Olympus") == (EARLIEST, LATEST)
    law = a_law(effective_on=BEGAN, last_day=BEGAN)
    begins, ends = datetime(2026, 12, 31, 10, tzinfo=UTC), datetime(2027, 1, 2, 12, tzinfo=UTC)
    moments_of = [begins - SECOND, begins, ends - SECOND, ends]
    assert [is_bound(law, at, "Mars/Olympus") for at in moments_of] == [False, True, True, False]
    assert {begins, ends} <= set(moments(laws(law), "XX", zones_of("Mars/Olympus")))


def test_virginias_hour_bound_for_two_months() -> None:
    zone = "America/New_York"
    began, stopped = datetime(2026, 1, 1, 5, tzinfo=UTC), datetime(2026, 2, 27, 5, tzinfo=UTC)
    for at, is_in_force in ((began - SECOND, False), (began, True), (stopped - SECOND, True), (stopped, False)):
        found = bound(recorded(), "US-VA", IN_FORCE_ONLY, When.of(at, zone, AT))
        assert ("US-VA-SB854" in {each.law.key for each in found}) == is_in_force


def test_californias_feed_is_in_force_where_its_notifications_are_enjoined() -> None:
    when = When.of(AT, "America/Los_Angeles", AT)
    (law,) = (each for each in standings(recorded(), "US-CA", IN_FORCE_ONLY, when) if each.law.key == "US-CA-SB976")
    assert law.status is Status.PARTIALLY_ENJOINED
    assert [demand.control.key for demand in law.demands if hasattr(demand, "control")] == [
        "content.feed",
        "time.bedtime",
    ]


def test_a_day_is_no_earlier_for_californians_than_for_their_clocks() -> None:
    began = datetime(2027, 1, 1, 8, tzinfo=UTC)
    for at, loosest in ((began - SECOND, 2**53), (began, 180)):
        pack = pack_in("US-CA", "America/Los_Angeles", at)
        assert pack.rule("time.break_reminder_minutes", "13-15").loosest == loosest
    assert pack_in("US-CA", "America/Los_Angeles", began - SECOND).until == began


def test_a_resolution_and_its_version_step_over_the_first_second_of_a_law() -> None:
    began = datetime(2027, 1, 1, 8, tzinfo=UTC)
    world = World(Birth(date(2012, 6, 1)), "US-CA", "America/Los_Angeles")
    before, after = (resolve(world, pack_in(world.place, world.time_zone, at), at) for at in (began - SECOND, began))
    assert before.valid_until == began
    assert after.as_of == int(began.timestamp()) > before.as_of
    reachable = [each.values["time.break_reminder_minutes"].reachable for each in (before, after)]
    assert reachable == [2**53, 180]


# What was known


def test_what_is_recorded_later_was_not_known_before() -> None:
    later = date(2027, 5, 1)
    law = a_law(history=(changed(Status.IN_FORCE), changed(Status.ENJOINED, BEGAN, later)))
    at = datetime(2027, 3, 1, tzinfo=UTC)
    known = [datetime(2027, 5, 1, tzinfo=UTC) - SECOND, datetime(2027, 5, 1, tzinfo=UTC)]
    assert [bool(bound(laws(law), "XX", IN_FORCE_ONLY, When.of(at, "UTC", each))) for each in known] == [True, False]
    # And before the day since when it was stopped nothing has changed, whatever is known.
    early = datetime(2026, 12, 1, tzinfo=UTC)
    assert bound(laws(law), "XX", IN_FORCE_ONLY, When.of(early, "UTC", known[1]))


def test_what_is_recorded_later_replaces_what_was_expected() -> None:
    # Expected to begin in January; in December a court stopped it.
    law = a_law(
        history=(
            changed(Status.ENACTED_PENDING),
            changed(Status.IN_FORCE, BEGAN),
            changed(Status.ENJOINED, date(2026, 12, 20), date(2026, 12, 21)),
        )
    )
    at = datetime(2027, 2, 1, tzinfo=UTC)
    statuses = [
        status_at(law.history, When.of(at, "UTC", datetime(2026, month, day, tzinfo=UTC)), UTC)
        for month, day in ((12, 20), (12, 21))
    ]
    assert statuses == [Status.IN_FORCE, Status.ENJOINED]


def test_a_law_that_is_recorded_again_is_the_newest_that_was_known() -> None:
    records = ((13, RECORDED), (15, BEGAN))
    first, again = (a_law("XX-1", "XX", ConsentAge(below=age), recorded_on=day) for age, day in records)
    found = [
        [each.demands[0].below for each in bound(laws(again, first), "XX", IN_FORCE_ONLY, When.of(at, "UTC"))]
        for at in (datetime(2026, 6, 29, tzinfo=UTC), AT, datetime(2027, 1, 1, tzinfo=UTC))
    ]
    assert found == [[], [13], [15]]


@given(MOMENTS, st.integers(0, 900))
def test_a_later_record_changes_nothing_of_what_was_known_before(at: datetime, days: int) -> None:
    day = RECORDED + timedelta(days=days)
    law = a_law("XX-1", "XX", usage("content.feed", default="following"))
    more = replace(law, history=(*law.history, changed(Status.SUPERSEDED, None, day)))
    known = datetime(day.year, day.month, day.day, tzinfo=UTC) - SECOND
    before, after = (bound(laws(each), "XX", IN_FORCE_ONLY, When.of(at, "UTC", known)) for each in (law, more))
    assert [each.demands for each in before] == [each.demands for each in after]


@given(st.sampled_from(ZONES), MOMENTS)
def test_the_timeline_is_what_binds_at_each_moment(zone: str, at: datetime) -> None:
    feed = a_law("XX-1", "XX", usage("content.feed", default="following"), effective_on=BEGAN)
    play = a_law("XX-2", "XX", usage("content.autoplay", may_loosen="nobody"), last_day=date(2027, 8, 1))
    world = laws(feed, play)
    pack = pack_at(timeline(world, "XX", zone, IN_FORCE_ONLY, [BASELINE]), at)
    found = {each.law.key for each in bound(world, "XX", IN_FORCE_ONLY, When.of(at, zone))}
    assert (pack.rule("content.feed", "13-15").default == "following") == ("XX-1" in found)
    assert (pack.rule("content.autoplay", "13-15").may_loosen.value == "nobody") == ("XX-2" in found)


def test_a_baseline_that_takes_over_and_a_law_that_begins_are_boundaries_alike() -> None:
    second = replace(BASELINE, key="baseline/2027-07-01", effective_at=datetime(2027, 7, 1, tzinfo=UTC))
    first = replace(BASELINE, until=second.effective_at)
    law = a_law("XX-1", "XX", usage("content.feed", default="following"), effective_on=BEGAN)
    packs = timeline(laws(law), "XX", "UTC", IN_FORCE_ONLY, [first, second])
    assert [pack.key for pack in packs] == [first.key, first.key, second.key]
    assert [pack.until for pack in packs] == [datetime(2027, 1, 1, tzinfo=UTC), second.effective_at, None]
    assert timeline(laws(), "XX", "UTC", IN_FORCE_ONLY, [first, second]) == (first, second)


def test_everywhere_where_no_law_is_stricter_the_pack_is_the_baseline_itself() -> None:
    for place in ("FR", "GB", "BR", "AU", "DE", "nowhere", ""):
        assert pack_in(place, "Europe/Paris", datetime(2027, 1, 1, tzinfo=UTC)) is released()[-1]


def pack_in(place: str, time_zone: str, at: datetime) -> Pack:
    """Return the pack of a place at a moment, where the operator adds nothing."""
    return pack_at(timeline(recorded(), place, time_zone, IN_FORCE_ONLY, released()), at)


# Planted


def a_second_late(day: date | None, at: datetime, zone: Any) -> bool:
    return day is None or first_moment_of(day, zone) < at


def in_utc(day: date | None, at: datetime, zone: Any) -> bool:
    return day is None or first_moment_of(day, UTC) <= at


PLANTED: list[tuple[str, Callable[..., Any], Callable[[], None]]] = [
    (
        "_has_begun",
        a_second_late,
        lambda: test_a_law_begins_with_the_first_second_of_its_day_where_the_teen_lives("Europe/Paris"),
    ),
    ("_has_begun", in_utc, lambda: test_a_law_ends_with_the_last_second_of_its_last_day("Pacific/Apia")),
    (
        "status_at",
        lambda history, when, zone: max(history, key=lambda each: each.since or date.min).status,
        test_what_is_recorded_later_was_not_known_before,
    ),
]


@pytest.mark.parametrize(("attribute", "bug", "test"), PLANTED)
def test_a_planted_bug_turns_a_time_red(
    attribute: str, bug: Callable[..., Any], test: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    test()
    monkeypatch.setattr(binding, attribute, bug)
    with pytest.raises(AssertionError):
        test()
