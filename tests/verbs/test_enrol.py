"""The platform makes an account known, or tells that something about it is another."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account
from controls.enrolment import Profile, enrol
from controls.laws.admission import Tie
from controls.models import Request
from controls.packs import admission_for, release_at
from controls.snapshots import present_account, settings_of, snapshot_of
from family_pairing.problems import Problem
from ledger.actor import SYSTEM
from ledger.models import Teen
from tests.builders import (
    AT,
    DAY,
    SECOND,
    a_parent,
    a_profile,
    a_teen,
    applies,
    asks,
    assert_told,
    born,
    chooses,
    kinds,
    minutes,
    newest,
    paired,
    refused,
    seq,
    sets,
)


def test_an_account_is_registered_with_its_band() -> None:
    enrolled = enrol("platform-tess", a_profile(14), actor=SYSTEM, at=AT)
    assert (enrolled.is_new, enrolled.band, enrolled.account.external_id) == (True, "13-15", "platform-tess")
    assert enrolled.account.grew_up_here
    assert applies(enrolled.account, "dm.who_can_send") == "nobody"


def test_the_registration_is_recorded_and_owed() -> None:
    tess = a_teen()
    assert_told(tess, "account.registered", "system")
    assert newest(tess).told.body == {"band": "13-15"}


def test_registering_twice_is_once() -> None:
    tess = a_teen()
    again = enrol("platform-tess", a_profile(14), actor=SYSTEM, at=AT)
    assert (again.account.pk, again.is_new, again.band) == (tess.pk, False, "13-15")
    assert (seq(tess), kinds(tess), Teen.objects.count()) == (1, ["account.registered"], 1)


@pytest.mark.parametrize(("age", "band"), [(13, "13-15"), (15, "13-15"), (16, "16-17"), (17, "16-17"), (18, "18+")])
def test_the_age_decides_the_band(age: int, band: str) -> None:
    assert enrol("platform-tess", a_profile(age), actor=SYSTEM, at=AT).band == band


def test_nobody_below_thirteen_is_enrolled() -> None:
    with refused("age_too_low"):
        a_teen(12)
    assert not Account.objects.exists()


def test_the_thirteenth_birthday_begins_at_midnight_in_the_place() -> None:
    profile = a_profile(14)._replace(birth_date=date(2013, 12, 2))
    with refused("age_too_low"):
        enrol("platform-tess", profile, actor=SYSTEM, at=AT.replace(hour=23, minute=59))
    assert enrol("platform-tess", profile, actor=SYSTEM, at=AT.replace(day=2, hour=0)).is_new


def test_an_unknown_age_is_the_youngest_band() -> None:
    enrolled = enrol("platform-tess", a_profile(None), actor=SYSTEM, at=AT)
    assert (enrolled.band, enrolled.account.band_due_at) == ("13-15", None)


def test_of_a_range_of_ages_the_younger_end_counts() -> None:
    profile = a_profile(None)._replace(age_from=15, age_until=17, age_stated_on=AT.date())
    assert enrol("platform-tess", profile, actor=SYSTEM, at=AT).band == "13-15"


def test_a_range_that_is_told_every_month_never_stops_the_years() -> None:
    profile = a_profile(None)._replace(age_from=13, age_until=15)
    for month in range(1, 37):
        at = AT.replace(year=2026 + month // 12, month=month % 12 + 1)
        band = enrol("platform-tess", profile._replace(age_stated_on=at.date()), actor=SYSTEM, at=at).band
        assert band == "13-15"
    tess = Account.objects.get()
    assert (kinds(tess), tess.age_stated_on) == (["account.registered"], date(2026, 2, 1))
    older, at = profile._replace(age_from=16, age_until=17), datetime(2029, 2, 1, tzinfo=UTC)
    assert enrol("platform-tess", older._replace(age_stated_on=at.date()), actor=SYSTEM, at=at).band == "16-17"


def test_a_younger_range_counts_from_the_day_on_which_it_is_stated() -> None:
    profile, later = a_profile(None)._replace(age_from=16, age_until=17, age_stated_on=AT.date()), AT + 400 * DAY
    enrol("platform-tess", profile, actor=SYSTEM, at=AT)
    younger = profile._replace(age_from=14, age_until=15, age_stated_on=later.date())
    enrol("platform-tess", younger, actor=SYSTEM, at=later)
    assert Account.objects.get().age_stated_on == later.date()


def test_who_comes_at_eighteen_has_not_grown_up_here() -> None:
    assert not a_teen(18).grew_up_here
    assert a_teen(17, name="tara").grew_up_here


def turning(age: int, birthday: datetime = AT + 30 * DAY) -> Profile:
    """Return what the platform says of somebody who will be this old in a month."""
    return a_profile()._replace(birth_date=birthday.date().replace(year=birthday.year - age))


@pytest.mark.parametrize("younger", [turning(15), turning(18), a_profile(None)])
def test_who_is_no_adult_after_all_grows_up_here(younger: Profile) -> None:
    tess = a_teen(19)
    assert applies(tess, "account.visibility") == "public"
    enrol("platform-tess", younger, actor=SYSTEM, at=AT)
    tess.refresh_from_db()
    assert tess.grew_up_here
    if younger.birth_date is not None:
        adult_at = datetime(younger.birth_date.year + 18, 12, 31, 1, tzinfo=UTC)
        assert present_account(tess, at=adult_at).is_adult
        assert applies(tess, "account.visibility", at=adult_at) == "private"
    assert newest(tess).told.body["former"]["grew_up_here"] is False


@pytest.mark.parametrize(("age", "to"), [(19, 15), (19, 17), (19, 18), (17, 15)])
def test_what_was_chosen_at_an_age_that_was_wrong_switches_nothing_on_later(age: int, to: int) -> None:
    tess = a_teen(age)
    for key, value in (("time.daily_minutes", minutes(700)), ("comment.write", "off")):
        chooses(tess, key, value)
    enrol("platform-tess", turning(to), actor=SYSTEM, at=AT)
    assert newest(tess).told.body["removed"] == [{"control": "time.daily_minutes", "value": None}]
    for year in range(2026, 2031):
        at = datetime(year, 12, 31, 1, tzinfo=UTC)
        assert applies(tess, "comment.write", at=at) == "off"
        assert applies(tess, "time.daily_minutes", at=at) != minutes(700)


def test_a_change_of_details_is_written_recorded_and_owed() -> None:
    tess = a_teen()
    enrol("platform-tess", a_profile(14, "FR"), actor=SYSTEM, at=AT)
    tess.refresh_from_db()
    assert (tess.place, tess.time_zone) == ("FR", "Europe/Paris")
    assert_told(tess, "account.changed", "system")
    assert newest(tess).told.body == {
        "fields": ["place", "time_zone"],
        "former": {"place": "GB", "time_zone": "Europe/London"},
    }


def test_a_younger_age_changes_the_band_and_is_recorded() -> None:
    tess = a_teen(16)
    assert enrol("platform-tess", a_profile(14), actor=SYSTEM, at=AT).band == "13-15"
    assert_told(tess, "account.age_band_changed", "system")
    assert newest(tess).told.body == {
        "from": "16-17",
        "to": "13-15",
        "removed": [],
        "former": {"birth_date": born(16).isoformat()},
    }


def test_a_request_of_another_band_ends_with_the_correction_and_can_be_made_again() -> None:
    tess = a_teen(16)
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    asks(tess, "comment.who", "followers")
    enrol("platform-tess", a_profile(14), actor=SYSTEM, at=AT)
    assert_told(tess, "request.expired", "system")
    again = asks(tess, "comment.who", "followers")
    assert list(Request.objects.values_list("state", "band")) == [("expired", "16-17"), ("open", "13-15")]
    enrol("platform-tess", a_profile(14, name="tessa"), actor=SYSTEM, at=AT)
    assert_told(tess, "account.changed", "system")
    assert Request.objects.open().get() == again


@pytest.mark.parametrize(
    "older",
    [
        a_profile(16),
        a_profile(14)._replace(birth_date=born(14) - DAY),
        a_profile(None)._replace(age_from=17, age_until=18, age_stated_on=AT.date()),
    ],
)
def test_an_age_is_never_raised_without_evidence(older: Profile) -> None:
    a_teen(14)
    with refused("invalid_value"):
        enrol("platform-tess", older, actor=SYSTEM, at=AT)


def test_an_age_that_becomes_unknown_is_protective() -> None:
    tess = a_teen(17)
    assert enrol("platform-tess", a_profile(None), actor=SYSTEM, at=AT).band == "13-15"
    tess.refresh_from_db()
    assert tess.birth_date is None


def test_an_age_below_the_lowest_is_refused_for_a_known_account_as_well() -> None:
    a_teen(14)
    with refused("age_too_low"):
        enrol("platform-tess", a_profile(11), actor=SYSTEM, at=AT)


def test_the_refusal_names_the_field_that_says_the_age() -> None:
    with pytest.raises(Problem) as caught:
        a_teen(12)
    assert [fault.pointer for fault in caught.value.faults] == ["/birth_date"]


AUSTRALIA = Profile("Tess", "AU", "Australia/Sydney", "en", "AUD")
FLORIDA = Profile("Tess", "US-FL", "America/New_York", "en", "USD")


@pytest.mark.parametrize(("profile", "least", "law"), [(AUSTRALIA, 16, "AU-SMMA16"), (FLORIDA, 14, "US-FL-HB3")])
def test_nobody_is_enrolled_below_the_minimum_age_of_a_law(profile: Profile, least: int, law: str) -> None:
    with pytest.raises(Problem) as caught:
        enrol("platform-tess", profile._replace(birth_date=born(least - 1)), actor=SYSTEM, at=AT)
    problem = caught.value
    assert (problem.code, problem.status, problem.extra) == ("age_too_low", 422, {"laws": [law]})
    assert f"Nobody below {least}" in problem.detail
    assert law in problem.detail
    assert [(fault.pointer, fault.code) for fault in problem.faults] == [("/birth_date", "age_too_low")]
    assert not Account.objects.exists()
    assert enrol("platform-tess", profile._replace(birth_date=born(least)), actor=SYSTEM, at=AT).is_new


def test_an_unknown_age_is_no_way_around_a_minimum_age() -> None:
    with refused("age_too_low"):
        enrol("platform-tess", AUSTRALIA, actor=SYSTEM, at=AT)
    assert enrol("platform-tess", a_profile(None), actor=SYSTEM, at=AT).band == "13-15"


def test_a_minimum_age_is_reached_with_the_local_birthday() -> None:
    birthday = datetime(2026, 12, 1, 13, tzinfo=UTC)
    profile = AUSTRALIA._replace(birth_date=date(2010, 12, 2))
    with refused("age_too_low"):
        enrol("platform-tess", profile, actor=SYSTEM, at=birthday - SECOND)
    assert enrol("platform-tess", profile, actor=SYSTEM, at=birthday).band == "16-17"


def test_who_moves_to_a_place_with_a_minimum_age_keeps_the_account_and_is_barred() -> None:
    tess = a_teen(14)
    moved = enrol("platform-tess", AUSTRALIA._replace(birth_date=tess.birth_date), actor=SYSTEM, at=AT)
    assert (moved.is_new, moved.account.place, moved.band) == (False, "AU", "13-15")
    (bar,) = admission_for(present_account(tess, at=AT).gathered.world, Tie.VERIFIED, AT).bars
    assert bar == ("below_minimum_age", ("AU-SMMA16",))


def test_a_law_of_the_place_makes_a_setting_stricter_and_the_answer_names_it() -> None:
    british, californian = a_teen(16, name="tess"), a_teen(16, "US-CA", name="theo")
    assert applies(british, "time.bedtime")["windows"] == []
    assert applies(californian, "time.bedtime")["windows"][0]["until"] == "06:00"
    present = present_account(californian, at=AT)
    assert [each.rule for each in present.resolution.values["time.bedtime"].reasons] == ["US-CA-SB976"]
    assert snapshot_of(present).pack == release_at(AT)
    assert settings_of(present)["pack"] == "baseline/2026-11-01"
