"""How well an age is known: where that must be more than what is said, who says to be an adult counts as a minor."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account, Pairing
from controls.announcements import look_ahead
from controls.boundaries import enter_bands
from controls.decisions.briefs import Brief
from controls.enrolment import enrol, profile_of
from controls.history import history_for_teen
from controls.past import past_for_teen
from controls.policy.facts import Assurance
from controls.snapshots import brief_of_present, present_account
from ledger.actor import SYSTEM
from tests.builders import DAY, HOUR, SECOND, a_parent, a_profile, applies, assert_told, chooses, kinds, paired

pytestmark = pytest.mark.django_db

# When the law of California begins to ask for it, by the clocks there.
BEGAN = datetime(2027, 1, 1, 8, tzinfo=UTC)
BEFORE, AFTER = BEGAN - 60 * DAY, BEGAN + 40 * DAY
PASSED = "account.age_band_changed"


def born_on(day: date, *, at: datetime = BEFORE, level: Assurance = Assurance.ASSERTED) -> Account:
    """Return somebody in California, of whom the age is known so well."""
    profile = a_profile(place="US-CA", at=at)._replace(birth_date=day, age_assurance=level)
    return enrol("platform-tess", profile, actor=SYSTEM, at=at).account


def known(account: Account, level: Assurance, *, at: datetime) -> Account:
    """Let the platform tell how well the age is known."""
    held = profile_of(Account.objects.get(pk=account.pk))
    return enrol("platform-tess", held._replace(age_assurance=level), actor=SYSTEM, at=at).account


def sweeps(*moments: datetime) -> None:
    """Let the sweeper do what time brings, twice at each moment."""
    for at in moments:
        for _ in range(2):
            enter_bands(at=at)
            look_ahead(at=at)


def band(account: Account, at: datetime) -> str:
    """Return the age band in which somebody is."""
    return present_account(account, at=at).resolution.band


def brief(account: Account, at: datetime) -> Brief:
    """Return what decisions read."""
    return brief_of_present(present_account(account, at=at))


def test_who_only_says_to_be_an_adult_is_told_before_and_then_a_minor_once() -> None:
    adult = born_on(date(2007, 6, 1))
    assert not adult.grew_up_here
    sweeps(BEFORE, BEGAN - 30 * DAY, BEGAN - 7 * DAY, BEGAN - SECOND)
    assert (band(adult, BEGAN - SECOND), kinds(adult).count(PASSED)) == ("18+", 0)
    announced = [item["change"] for item in history_for_teen(adult.pk).items if item["kind"] == "change.announced"]
    assert [change["days"] for change in announced] == [7, 30]
    assert "US-CA-SB976-AGE" in [cause["key"] for cause in announced[0]["causes"]]
    assert announced[0]["age_band"] == {"from": "18+", "to": "16-17", "adult": False}
    sweeps(BEGAN, BEGAN + HOUR, AFTER)
    assert (band(adult, BEGAN), kinds(adult).count(PASSED)) == ("16-17", 1)
    assert past_for_teen(adult, BEGAN - SECOND).resolution.band == "18+"


@pytest.mark.parametrize("day", [date(2006, 1, 1), date(2009, 1, 1)])
def test_a_birthday_on_the_very_day_hides_the_passage_from_nobody(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    # As if a law named the age that one of the two reaches, at which no band begins.
    monkeypatch.setattr("controls.upcoming.birthday_in", lambda _, at: 21 if at == BEGAN else None)
    somebody = born_on(day)
    sweeps(BEFORE, BEGAN - SECOND, BEGAN, AFTER)
    is_adult = day.year == 2006
    assert (band(somebody, BEGAN), kinds(somebody).count(PASSED)) == ("16-17", 1 if is_adult else 0)


def test_a_sweeper_that_comes_late_passes_nobody_twice() -> None:
    adult = born_on(date(2007, 6, 1))
    sweeps(BEFORE, AFTER, AFTER + DAY)
    assert kinds(adult).count(PASSED) == 1


def test_a_higher_level_makes_an_adult_of_an_adult_and_a_lower_one_a_minor_again() -> None:
    adult = born_on(date(2007, 6, 1), at=AFTER)
    assert (band(adult, AFTER), adult.grew_up_here) == ("16-17", False)
    known(adult, Assurance.BASIC, at=AFTER + HOUR)
    assert (band(adult, AFTER + HOUR), kinds(adult).count(PASSED)) == ("18+", 1)
    # Who registered as an adult has an adult's defaults.
    assert applies(adult, "content.feed", at=AFTER + HOUR) == "personalised"
    chooses(adult, "account.visibility", "public", at=AFTER + HOUR)
    known(adult, Assurance.ASSERTED, at=AFTER + 2 * HOUR)
    assert (band(adult, AFTER + 2 * HOUR), applies(adult, "content.feed", at=AFTER + 2 * HOUR)) == (
        "16-17",
        "non_profiled",
    )
    assert past_for_teen(adult, AFTER + HOUR + SECOND).resolution.band == "18+"
    assert_told(adult, PASSED, "system")


def test_the_same_level_told_again_changes_nothing() -> None:
    adult = born_on(date(2007, 6, 1), at=AFTER, level=Assurance.STANDARD)
    before = kinds(adult)
    known(adult, Assurance.STANDARD, at=AFTER + HOUR)
    assert kinds(adult) == before


def test_a_teen_who_comes_of_age_by_word_alone_stays_a_minor_and_paired_until_it_is_known() -> None:
    birthday = datetime(2027, 3, 3, 8, tzinfo=UTC)
    teen = born_on(date(2009, 3, 3), at=AFTER - 20 * DAY)
    pairing = paired(teen, a_parent(at=AFTER - 20 * DAY), at=AFTER - 20 * DAY)
    sweeps(AFTER, birthday, birthday + DAY)
    assert (band(teen, birthday), kinds(teen).count(PASSED)) == ("16-17", 0)
    assert Pairing.objects.active().filter(pk=pairing.pk).exists()
    known(teen, Assurance.ENHANCED, at=birthday + 2 * DAY)
    assert band(teen, birthday + 2 * DAY) == "18+"
    assert not Pairing.objects.active().filter(pk=pairing.pk).exists()
    # Who grew up here keeps the defaults of the youth until choosing otherwise.
    assert applies(teen, "content.feed", at=birthday + 2 * DAY) == "non_profiled"


def test_towards_others_such_a_person_is_an_adult_and_for_their_own_protection_none() -> None:
    adult = born_on(date(2007, 6, 1))
    assert [(each.adult, each.said_adult, each.is_grown) for each in (brief(adult, BEFORE), brief(adult, BEGAN))] == [
        (True, False, True),
        (False, True, True),
    ]
    assert brief(adult, BEGAN).band == "16-17"


@pytest.mark.parametrize("level", Assurance)
def test_elsewhere_no_level_changes_anything(level: Assurance) -> None:
    profile = a_profile(at=AFTER)._replace(birth_date=date(2007, 6, 1), age_assurance=level)
    adult = enrol("platform-tess", profile, actor=SYSTEM, at=AFTER).account
    assert band(adult, AFTER) == "18+"


def test_a_level_of_a_newer_release_counts_as_none() -> None:
    adult = born_on(date(2007, 6, 1), at=AFTER, level=Assurance.STRICT)
    Account.objects.filter(pk=adult.pk).update(age_assurance="perfect")
    assert band(adult, AFTER) == "16-17"
