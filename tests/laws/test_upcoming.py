"""Nothing is said to change, and nothing changes, a second early or late: at each age, by each law, in each zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import pytest

from controls import packs
from controls.gather import Gathered
from controls.laws.demands import Permission
from controls.packs import admitted_at, turns_of
from controls.policy.bands import later_by_years, zone_of
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.snapshots import present_of
from controls.upcoming import HORIZON, MOST, Upcoming, at_moment, changes_between, upcoming
from ledger.actions import Stamp
from tests.counts import either
from tests.laws.cast import BASELINE, SECOND, a_law, laws, usage

DAY = timedelta(days=1)
EVERY_ZONE = sorted(name for name in available_timezones() if zone_of(name) is not None)
ZONES = either(
    full=tuple(EVERY_ZONE),
    reduced=("Pacific/Kiritimati", "Pacific/Apia", "Asia/Kolkata", "Africa/Cairo", "Europe/Paris", "America/Havana"),
)
EVERY_DATE = [date(2016, 1, 1) + n * DAY for n in range(366)]
DATES = either(
    full=[*EVERY_DATE[::7], date(2016, 2, 29)], reduced=[date(2016, 2, 29), date(2016, 4, 27), date(2016, 11, 4)]
)
AGES = (13, 14, 15, 16, 18)
# Laws that never were, which make each of the ages one at which something ends.
NAMED = laws(*(a_law(f"XX-{age}", "XX", Permission(below=age)) for age in AGES))
BEGINS = date(2027, 3, 28)


def a_family(born: date | None, zone: str, place: str = "XX", **said: tuple[Setting | Chosen, ...]) -> Gathered:
    """Return the facts of an account."""
    birth = None if born is None else Birth(born)
    return Gathered(UUID(int=1), Stamp(1, 1), World(birth, place, zone, True, **said), {})  # type: ignore[arg-type]  # by name


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let only laws be recorded that never were."""
    monkeypatch.setattr(packs, "recorded", lambda: NAMED)
    packs.forget()
    yield
    packs.forget()


def first_second(day: date, zone: str) -> datetime:
    """Return the first second of a day by walking to it, a quarter of an hour at a time."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=15)
    while at.astimezone(ZoneInfo(zone)).date() < day:
        at += timedelta(minutes=15)
    return at


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("zone", ZONES)
def test_each_birthday_changes_something_in_its_first_second_and_not_before(zone: str) -> None:
    for born in DATES:
        for age in AGES:
            birthday = first_second(later_by_years(born, age) or born, zone)
            family = a_family(born, zone)
            (change,) = changes_between(family, birthday - DAY, birthday + DAY)
            assert (change.at, change.causes[0].age) == (birthday, age)
            assert list(changes_between(family, birthday - DAY, birthday - SECOND)) == []
            assert list(changes_between(family, birthday, birthday + DAY)) == []
            assert_turns(family, birthday, age)


def assert_turns(family: Gathered, birthday: datetime, age: int) -> None:
    """Check that what applies and what the laws say is that of the age in this second and not in the one before."""
    moments = (birthday - SECOND, birthday, birthday + SECOND)
    needs = [
        f"XX-{age}" in {need.law for need in admitted_at(family.world, family.tie_at(at), at).needs} for at in moments
    ]
    assert needs == [True, False, False]
    bands = [present_of(family, at=at).resolution.band for at in moments]
    assert bands[1] == bands[2]
    assert (bands[0] != bands[1]) == (age in (16, 18))


@pytest.mark.parametrize("zone", ZONES)
def test_a_law_changes_something_in_the_first_second_of_its_day_and_not_before(zone: str) -> None:
    begins = first_second(BEGINS, zone)
    strict = a_law("XX-1", "XX", usage("content.feed", default="following"), effective_on=BEGINS)
    asks = a_law("XX-2", "XX", Permission(below=16), effective_on=BEGINS)
    later = a_law("XX-3", "XX", Permission(below=16), effective_on=BEGINS + 400 * DAY)
    with patch.object(packs, "recorded", lambda: laws(strict, asks, later)):
        packs.forget()
        family = a_family(date(2013, 1, 2), zone)
        (change,) = changes_between(family, begins - 30 * DAY, begins + 30 * DAY)
        early = list(changes_between(family, begins - 30 * DAY, begins - SECOND))
    packs.forget()
    assert (change.at, early) == (begins, [])
    assert [cause.key for cause in change.causes] == ["XX-1", "XX-2"]
    assert [(moved.key, moved.dump()["direction"]) for moved in change.moved] == [("content.feed", "stricter")]
    assert [need.dump() for need in change.needs] == [{"asked": "permission_needed", "law": "XX-2", "change": "begins"}]


@pytest.mark.usefixtures("world")
def test_an_unreadable_zone_is_the_latest_for_a_birthday() -> None:
    birthday = datetime(2028, 3, 1, 12, tzinfo=UTC)
    (change,) = changes_between(a_family(date(2012, 3, 1), "Mars/Olympus"), birthday - 2 * DAY, birthday + DAY)
    assert change.at == birthday


def test_the_end_of_a_word_counts_only_where_something_moves() -> None:
    at, until = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 1, 20, 8, 30, 15, 999, tzinfo=UTC)
    word = Setting("paula", True, "comment.who", "nobody", until)
    born = date(2012, 6, 1)
    (change,) = upcoming(a_family(born, "Europe/London", "GB", settings=(word,)), at)
    assert (change.at, [each.dump() for each in change.causes]) == (until.replace(microsecond=0), [{"kind": "end"}])
    assert not change.is_announced
    standing = Setting("pierre", True, "comment.who", "nobody")
    assert upcoming(a_family(born, "Europe/London", "GB", settings=(word, standing)), at) == []


def test_a_year_and_a_month_are_looked_at_and_ten_changes_told() -> None:
    at = datetime(2027, 1, 1, tzinfo=UTC)
    words = tuple(
        Setting("paula", True, key, BASELINE.rule(key, "13-15").control.kind.dump(strictest(key)), at + n * DAY)
        for n, key in enumerate(changeable(), 1)
    )
    found = upcoming(a_family(date(2013, 6, 1), "Europe/London", "GB", settings=words), at)
    assert (len(words) > MOST, len(found)) == (True, MOST)
    birthday = a_family(at.date().replace(year=2011) + HORIZON, "UTC", "GB")
    assert len(upcoming(birthday, at)) <= 1


def changeable() -> list[str]:
    """Return choices whose default is not the strictest value."""
    rules = BASELINE.rules["13-15"]
    return [key for key, rule in rules.items() if rule.control.kind.name == "choice" and rule.default != strictest(key)]


def strictest(key: str) -> object:
    """Return the strictest value of a control."""
    return BASELINE.rule(key, "13-15").control.kind.strictest


def test_a_moment_ahead_is_answered_as_it_then_is() -> None:
    family = a_family(date(2011, 3, 3), "Europe/London", "GB")
    birthday = datetime(2027, 3, 3, tzinfo=UTC)
    assert [at_moment(family, at).resolution.band for at in (birthday - SECOND, birthday)] == ["13-15", "16-17"]


def test_each_change_starts_from_what_the_one_before_has_left() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    found: list[Upcoming] = list(changes_between(a_family(date(2011, 3, 3), "Asia/Kolkata", "IN"), at, at + 900 * DAY))
    assert [change.at for change in found] == sorted(change.at for change in found)
    assert len(found) > 2
    for change in found:
        before = present_of(change.before.gathered, at=change.at - SECOND).resolution
        assert {key: each.value for key, each in before.values.items()} == {
            key: each.value for key, each in change.before.resolution.values.items()
        }


def test_there_are_few_moments_to_look_at_in_any_place() -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    places = {law.place for law in packs.recorded().records}
    counts = [len(turns_of(World(Birth(date(2012, 6, 4)), place, "UTC"), at, at + HORIZON)) for place in places]
    assert 0 < max(counts) < 12
