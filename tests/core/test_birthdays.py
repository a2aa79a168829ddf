"""Nothing happens before a birthday has begun where the teen lives.

Here: every date of a leap year in the zones whose clocks jump over midnight or over a day, and a few dates in every
zone. With PROVE_EXAMPLES=20000: every date in every zone, 366 x about 600 x 3 ages, in some minutes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from controls.packs import pack_for
from controls.policy.bands import EARLIEST, LATEST, birthday_at, first_moment_of, later_by_years, zone_of
from controls.policy.facts import Birth, Chosen, World
from controls.policy.resolve import resolve
from controls.policy.stages import birthdays
from tests.core.proving import PROVING

AGES = (13, 16, 18)
SECOND = timedelta(seconds=1)
EVERY_DAY = [date(2012, 1, 1) + timedelta(days=day) for day in range(366)]
SOME_DAYS = EVERY_DAY if PROVING else EVERY_DAY[59::122]
ZONES = sorted(name for name in available_timezones() if zone_of(name) is not None)
# Midnights that were jumped over: by summer time, and by a change of the date line.
ODD_ZONES = ("Africa/Cairo", "America/Asuncion", "America/Havana", "America/Sao_Paulo", "Asia/Beirut", "Asia/Tehran")
SKIPPED_DAYS = {
    "Pacific/Apia": date(2011, 12, 30),
    "Pacific/Fakaofo": date(2011, 12, 30),
    "Pacific/Kwajalein": date(1993, 8, 21),
}


def test_the_machine_knows_the_worlds_zones() -> None:
    assert len(ZONES) > 400


@pytest.mark.parametrize("name", ZONES)
def test_a_birthday_begins_with_the_local_day_and_never_early(name: str) -> None:
    for born in SOME_DAYS:
        _check(born, name)


@pytest.mark.parametrize("name", ODD_ZONES)
def test_a_midnight_that_the_clocks_jump_over_is_no_earlier(name: str) -> None:
    for born in EVERY_DAY:
        _check(born, name)
        # The same days a generation ago, when more countries changed their clocks at midnight.
        _check(born.replace(year=1988), name)


@pytest.mark.parametrize(("name", "day"), SKIPPED_DAYS.items())
def test_a_birthday_on_a_day_that_never_was_begins_with_the_next(name: str, day: date) -> None:
    birthday = birthday_at(day.replace(year=day.year - 13), 13, ZoneInfo(name))
    assert birthday is not None
    assert birthday.astimezone(ZoneInfo(name)).date() == day + timedelta(days=1)
    assert (birthday - SECOND).astimezone(ZoneInfo(name)).date() < day


def test_a_day_may_begin_later_than_midnight_and_earlier_than_midnight_would_have_come() -> None:
    # In 1919 Toronto's clocks went from 23:30 to 00:30.
    birthday = birthday_at(date(1901, 3, 31), 18, ZoneInfo("America/Toronto"))
    assert birthday == datetime(1919, 3, 31, 4, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("born", "age", "expected"),
    [
        (date(2012, 2, 29), 13, date(2025, 3, 1)),
        (date(2012, 2, 29), 16, date(2028, 2, 29)),
        (date(2012, 2, 29), 18, date(2030, 3, 1)),
        (date(2084, 2, 29), 16, date(2100, 3, 1)),
        (date(2012, 12, 31), 18, date(2030, 12, 31)),
        (date(2, 1, 1), -1, date(1, 1, 1)),
    ],
)
def test_who_is_born_on_29_february_is_older_on_1_march(born: date, age: int, expected: date) -> None:
    assert later_by_years(born, age) == expected


def test_an_age_beyond_the_calendar_is_never_reached() -> None:
    assert birthday_at(date(9990, 1, 1), 18, UTC) is None
    # The last year has moments that no other zone can name.
    assert later_by_years(date(9998, 1, 1), 1) is None
    assert later_by_years(date(1, 1, 1), -1) is None
    resolve(World(Birth(date.max), "FR", "UTC"), pack_for("FR", "UTC", _at(2027)), _at(2027))
    resolve(World(Birth(date.min), "FR", "Pacific/Kiritimati"), pack_for("FR", "UTC", _at(2027)), _at(2027))


@pytest.mark.parametrize(
    "name", ["", "localtime", "Mars/Olympus", "../etc/passwd", "Europe/", "Europe", "A" * 300, "\0"]
)
def test_an_unknown_zone_is_the_latest(name: str) -> None:
    assert zone_of(name) is None
    born = date(2011, 3, 1)
    assert max(birthday_at(born, 16, ZoneInfo(zone)) for zone in ZONES) == birthday_at(born, 16, LATEST)  # type: ignore[type-var]  # no year is beyond the calendar


def test_a_day_begins_nowhere_before_it_begins_in_the_earliest_zone() -> None:
    day = date(2027, 3, 1)
    assert min(first_moment_of(day, ZoneInfo(zone)) for zone in ZONES) == first_moment_of(day, EARLIEST)


def test_in_an_unreadable_zone_a_birthday_comes_when_it_has_come_everywhere() -> None:
    world = World(Birth(date(2011, 3, 1)), "FR", "Mars/Olympus")
    birthday = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert birthdays(world, pack_for("FR", "Mars/Olympus", birthday))[1] == birthday
    bands = [resolve(world, pack_for("FR", "Mars/Olympus", birthday), at).band for at in (birthday - SECOND, birthday)]
    assert bands == ["13-15", "16-17"]


@pytest.mark.parametrize("age", AGES)
def test_no_device_and_no_second_relaxes_early(age: int) -> None:
    born = date(2012, 2, 29)
    birthday = birthday_at(born, age, ZoneInfo("Pacific/Apia"))
    assert birthday is not None
    words = tuple(Chosen("dm.who_can_send", "everyone", None, band) for band in ("13-15", "16-17", "18+"))
    world = World(Birth(born), "WS", "Pacific/Apia", True, (), words)
    before, after = (resolve(world, pack_for("WS", "Pacific/Apia", at), at) for at in (birthday - SECOND, birthday))
    assert before.band != after.band or age == 13
    assert before.valid_until == birthday
    assert after.as_of == int(birthday.timestamp())
    reach = {13: "nobody", 16: "nobody", 18: "friends"}[age]
    assert before.values["dm.who_can_send"].value == reach


def _check(born: date, name: str) -> None:
    zone = ZoneInfo(name)
    for age in AGES:
        birthday, day = birthday_at(born, age, zone), later_by_years(born, age)
        assert birthday is not None
        assert day is not None
        assert (birthday - SECOND).astimezone(zone).date() < day <= birthday.astimezone(zone).date()


def _at(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=UTC)
