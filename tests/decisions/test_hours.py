"""Hours: what a moment lies in and when that changes, by local clocks, also where these are moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import tzset
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controls.decisions.hours import covers, next_change, next_weekday, seconds_of, weekday
from controls.policy.catalogue import CATALOGUE
from controls.policy.windows import WEEK, Week

PARIS, LORD_HOWE, APIA = "Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia"


def week(zone: str, since: str, until: str, *days: str) -> Week:
    """Return windows in a zone; every day without a name."""
    named = list(days) or ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    value: Week = CATALOGUE["time.away"].kind.load({"windows": [{"days": named, "from": since, "until": until}]})
    return Week(value.spans, zone)


def at(text: str) -> int:
    """Return a moment as seconds."""
    return seconds_of(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("hours", "moment", "inside", "change"),
    [
        (week(PARIS, "22:00", "07:00"), "2027-06-15T21:59:59+02:00", False, "2027-06-15T22:00:00+02:00"),
        (week(PARIS, "22:00", "07:00"), "2027-06-15T22:00:00+02:00", True, "2027-06-16T07:00:00+02:00"),
        (week(PARIS, "22:00", "07:00"), "2027-06-16T06:59:59+02:00", True, "2027-06-16T07:00:00+02:00"),
        # Midnight of UTC is an edge like any other.
        (week(PARIS, "02:00", "04:00"), "2027-06-15T23:00:00+02:00", False, "2027-06-16T02:00:00+02:00"),
        (week(PARIS, "02:00", "04:00"), "2027-06-16T02:00:00+02:00", True, "2027-06-16T04:00:00+02:00"),
        # Clocks are put forward: the hour does not come, nor the window in it.
        (week(PARIS, "02:15", "02:45"), "2027-03-28T01:59:59+01:00", False, "2027-03-29T02:15:00+02:00"),
        (week(PARIS, "01:00", "02:30"), "2027-03-28T01:59:59+01:00", True, "2027-03-28T03:00:00+02:00"),
        (week(PARIS, "02:30", "03:30"), "2027-03-28T01:59:59+01:00", False, "2027-03-28T03:00:00+02:00"),
        # Clocks are put back: the hour comes twice, and so does the window in it.
        (week(PARIS, "02:15", "02:45"), "2027-10-31T02:45:00+02:00", False, "2027-10-31T02:15:00+01:00"),
        (week(PARIS, "02:30", "03:30"), "2027-10-31T02:30:00+02:00", True, "2027-10-31T02:00:00+01:00"),
        (week(LORD_HOWE, "01:30", "01:45"), "2027-04-04T01:45:00+11:00", False, "2027-04-04T01:30:00+10:30"),
        # The only window of the week does not come: who looks ahead asks again eight days later.
        (week(PARIS, "02:15", "02:45", "sun"), "2027-03-21T02:45:00+01:00", False, "2027-03-29T00:00:00+00:00"),
        # A day was left out.
        (week(APIA, "10:00", "11:00", "fri"), "2011-12-29T12:00:00-10:00", False, "2012-01-06T10:00:00+14:00"),
        (week(PARIS, "00:00", "24:00"), "2027-06-15T22:00:00+02:00", True, None),
        (Week((), PARIS), "2027-06-15T22:00:00+02:00", False, None),
        # Where the zone is none, hours are in UTC.
        (week("Nowhere/AtAll", "22:00", "23:00"), "2027-06-15T22:00:00+00:00", True, "2027-06-15T23:00:00+00:00"),
    ],
)
def test_windows_follow_local_clocks(hours: Week, moment: str, inside: bool, change: str | None) -> None:
    assert covers(hours, at(moment)) is inside
    assert next_change(hours, at(moment)) == (at(change) if change else None)


@given(
    st.sampled_from([PARIS, LORD_HOWE, APIA, "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Tehran"]),
    st.lists(st.integers(0, WEEK), min_size=2, max_size=8, unique=True).map(sorted),
    st.integers(1_300_000_000, 1_340_000_000) | st.integers(1_800_000_000, 1_840_000_000),
)
def test_what_is_inside_is_what_the_clocks_show_until_the_next_change(zone: str, edges: list[int], now: int) -> None:
    hours = Week(tuple(zip(edges[::2], edges[1::2], strict=False)), zone)
    change = next_change(hours, now)
    moments = [now, now + 1, now + 3600] if change is None else [now, change - 1]
    assert {covers(hours, moment) for moment in moments} == {shown(hours, now)}
    if change is not None and change % 86_400:
        assert covers(hours, change) is shown(hours, change) is not shown(hours, now)


def shown(hours: Week, second: int) -> bool:
    """Tell whether local clocks show a minute inside."""
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).astimezone(ZoneInfo(hours.time_zone))
    return hours.covers(local.weekday() * 1440 + local.hour * 60 + local.minute)


def test_a_day_ends_where_the_teen_lives() -> None:
    assert weekday(PARIS, at("2027-06-15T21:59:59+00:00")) == "tue"
    assert weekday(PARIS, at("2027-06-15T22:00:00+00:00")) == "wed"
    assert next_weekday(PARIS, at("2027-06-15T21:59:59+00:00")) == at("2027-06-15T22:00:00+00:00")
    assert next_weekday(PARIS, at("2027-06-20T22:00:00+00:00")) == at("2027-06-21T22:00:00+00:00")
    assert next_weekday("Africa/Cairo", at("2027-04-29T21:00:00+00:00")) == at("2027-04-29T22:00:00+00:00")


def moves(zone: str) -> list[int]:
    """Return the seconds of 2027 at which the clocks of a zone are moved."""
    looks = range(seconds_of(datetime(2027, 1, 1, tzinfo=UTC)), seconds_of(datetime(2028, 1, 1, tzinfo=UTC)), 1800)
    return [second for second in looks if ahead(zone, second - 1) != ahead(zone, second)]


def ahead(zone: str, second: int) -> timedelta | None:
    """Return how far the clocks of a zone are ahead of UTC."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).utcoffset()


@pytest.mark.parametrize("zone", [PARIS, "America/New_York", "America/St_Johns", "Africa/Cairo", "Pacific/Chatham"])
def test_what_begins_when_clocks_are_put_forward_begins_at_that_very_second(zone: str) -> None:
    forward = [
        second
        for second in moves(zone)
        if (ahead(zone, second) or timedelta()) > (ahead(zone, second - 1) or timedelta())
    ]
    assert forward
    for second in forward:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).astimezone(ZoneInfo(zone))
        minute = local.weekday() * 1440 + local.hour * 60 + local.minute
        # It began within the hour that is left out.
        hours = Week(((minute - 30, minute + 30),), zone)
        assert (covers(hours, second - 1), next_change(hours, second - 60)) == (False, second)


def test_where_the_zone_is_none_the_clocks_of_this_machine_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    tzset()
    try:
        assert covers(week("Nowhere/AtAll", "22:00", "23:00"), at("2027-06-15T22:30:00+00:00"))
        assert weekday("Nowhere/AtAll", at("2027-06-15T22:30:00+00:00")) == "tue"
    finally:
        monkeypatch.undo()
        tzset()


def test_a_moment_is_cut_to_its_second_and_needs_a_zone() -> None:
    assert seconds_of(datetime(1970, 1, 1, 0, 0, 1, 999_999, tzinfo=UTC)) == 1
    with pytest.raises(TypeError):
        seconds_of(datetime(2027, 6, 15))  # noqa: DTZ001 it is what must not be handed in
