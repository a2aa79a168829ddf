"""A birthday is enacted: what changes by age alone is recorded and told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Account
from controls.boundaries import enter_bands
from controls.enrolment import enrol, profile_of
from controls.snapshots import present_account
from ledger.actor import SYSTEM
from tests.builders import (
    AT,
    DAY,
    SECOND,
    a_parent,
    a_profile,
    applies,
    assert_told,
    chooses,
    kinds,
    minutes,
    newest,
    paired,
    sets,
)

BIRTHDAY = datetime(2026, 12, 4, tzinfo=UTC)


def almost(age: int) -> Account:
    """Return a teen who will be this old on the birthday."""
    profile = a_profile()._replace(birth_date=date(BIRTHDAY.year - age, BIRTHDAY.month, BIRTHDAY.day))
    return enrol("platform-tess", profile, actor=SYSTEM, at=AT).account


def test_a_birthday_begins_a_band_at_midnight_and_not_before() -> None:
    tess = almost(16)
    assert tess.band_due_at == BIRTHDAY
    assert enter_bands(at=BIRTHDAY - SECOND) == 0
    assert enter_bands(at=BIRTHDAY) == 1
    assert present_account(tess, at=BIRTHDAY).resolution.band == "16-17"


def test_the_band_is_the_new_one_at_the_birthday_even_when_nobody_sweeps() -> None:
    tess = almost(16)
    before, after = (present_account(tess, at=at) for at in (BIRTHDAY - SECOND, BIRTHDAY))
    assert (before.resolution.band, after.resolution.band) == ("13-15", "16-17")
    assert after.version > before.version


def test_the_birthday_is_recorded_with_what_moved_and_owed() -> None:
    tess = almost(16)
    enter_bands(at=BIRTHDAY)
    assert_told(tess, "account.age_band_changed", "system", actor_id="")
    told = newest(tess).told.body
    assert (told["from"], told["to"]) == ("13-15", "16-17")
    moved = {each["key"]: each["to"] for each in told["moved"]}
    assert moved["contact.adults"] == "friends_only"
    assert "dm.who_can_send" not in moved


def test_enacting_twice_is_once_and_the_next_birthday_is_due() -> None:
    tess = almost(16)
    assert (enter_bands(at=BIRTHDAY), enter_bands(at=BIRTHDAY)) == (1, 0)
    tess.refresh_from_db()
    assert tess.band_due_at == BIRTHDAY.replace(year=2028)
    assert kinds(tess).count("account.age_band_changed") == 1


def test_a_parents_setting_stands_over_the_birthday() -> None:
    tess = almost(16)
    sets(paired(tess, a_parent()), {"time.daily_minutes": minutes(120)})
    enter_bands(at=BIRTHDAY)
    assert applies(tess, "time.daily_minutes", at=BIRTHDAY) == minutes(120)


def test_an_old_choice_switches_nothing_on() -> None:
    tess = almost(16)
    pairing = paired(tess, a_parent())
    sets(pairing, {"account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    sets(pairing, {"account.visibility": None})
    enter_bands(at=BIRTHDAY)
    assert applies(tess, "account.visibility", at=BIRTHDAY) == "private"


def test_at_eighteen_no_parents_setting_counts_and_what_grew_up_here_stays() -> None:
    tess = almost(18)
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    enter_bands(at=BIRTHDAY)
    assert applies(tess, "comment.who", at=BIRTHDAY) == "friends"
    tess.refresh_from_db()
    assert tess.band_due_at is None


@pytest.mark.parametrize("told", [{"handle": "T"}, {"time_zone": "Asia/Tokyo"}, {"language": "fr"}])
def test_a_birthday_is_enacted_also_when_the_platform_tells_something_before(told: dict[str, Any]) -> None:
    tess, later = almost(18), BIRTHDAY + SECOND
    pairing = paired(tess, a_parent())
    held = profile_of(Account.objects.get(pk=tess.pk))
    enrol("platform-tess", held._replace(**told), actor=SYSTEM, at=later)
    assert enter_bands(at=later) == 1
    pairing.refresh_from_db()
    assert (pairing.state, kinds(tess).count("account.age_band_changed")) == ("ended", 1)


@pytest.mark.parametrize("days", [1, 400])
def test_a_correction_takes_a_birthday_that_was_none_away(days: int) -> None:
    tess = almost(18)
    paired(tess, a_parent())
    held = profile_of(Account.objects.get(pk=tess.pk))
    assert held.birth_date is not None
    younger = held._replace(birth_date=held.birth_date + days * DAY)
    enrol("platform-tess", younger, actor=SYSTEM, at=BIRTHDAY)
    assert enter_bands(at=BIRTHDAY) == 0
    assert tess.pairings.active().exists()


def test_who_has_no_birthday_is_never_due() -> None:
    enrol("platform-tess", a_profile(None), actor=SYSTEM, at=AT)
    assert enter_bands(at=AT.replace(year=2050)) == 0
