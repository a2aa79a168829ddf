"""What time will change is announced to both sides, and enacted when it has come: each once, however late one looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction

from accounts.models import Account
from controls import announcements
from controls.announcements import look_ahead
from controls.boundaries import end_temporaries, enter_bands
from controls.enrolment import enrol, profile_of
from controls.history import history_for_parent, history_for_teen
from controls.laws.conflicts import PolicyConflict
from controls.models import Notice
from controls.packs import law_title, turns_of
from controls.policy.bands import first_moment_of, zone_of
from controls.snapshots import present_account
from ledger.actor import SYSTEM
from tests.builders import (
    DAY,
    SECOND,
    a_parent,
    a_profile,
    applies,
    assert_told,
    chooses,
    kinds,
    newest,
    paired,
    seq,
    sets,
)
from tests.counts import either

BIRTHDAY = datetime(2027, 3, 3, tzinfo=UTC)
DAY_ITSELF = BIRTHDAY.date()
# Well before anything is announced of the birthday.
AT = BIRTHDAY - 60 * DAY
ZONES = {
    "GB": "Europe/London",
    "FR": "Europe/Paris",
    "AU": "Australia/Sydney",
    "IN": "Asia/Kolkata",
    "DK": "Europe/Copenhagen",
}
ANNOUNCED, ENACTED, PASSED = "change.announced", "change.enacted", "account.age_band_changed"


def almost(age: int, place: str = "GB", *, zone: str = "", on: date = DAY_ITSELF, at: datetime = AT) -> Account:
    """Return a teen who will be this old on a day."""
    born = on.replace(year=on.year - age)
    profile = a_profile(at=at)._replace(birth_date=born, place=place, time_zone=zone or ZONES[place])
    return enrol("platform-tess", profile, actor=SYSTEM, at=at).account


def sweeps(*moments: datetime) -> None:
    """Let the sweeper do what time brings, at some moments."""
    for at in moments:
        end_temporaries(at=at)
        enter_bands(at=at)
        look_ahead(at=at)


def told(tess: Account, kind: str = ANNOUNCED) -> list[dict[str, Any]]:
    """Return what both sides were told of changes, the oldest first."""
    items = history_for_teen(tess.pk, limit=200).items
    return [item["change"] for item in reversed(items) if item["kind"] == kind]


def days(tess: Account) -> list[int]:
    """Return how many days before each announcement was to come."""
    return [change["days"] for change in told(tess)]


def test_a_birthday_is_announced_thirty_days_and_seven_days_before_and_not_earlier() -> None:
    tess = almost(16)
    sweeps(AT, BIRTHDAY - 30 * DAY - SECOND)
    assert days(tess) == []
    sweeps(BIRTHDAY - 30 * DAY)
    assert days(tess) == [30]
    sweeps(BIRTHDAY - 7 * DAY - SECOND)
    assert days(tess) == [30]
    sweeps(BIRTHDAY - 7 * DAY)
    assert days(tess) == [30, 7]


def test_the_announcement_is_recorded_with_its_cause_and_no_value_and_owed() -> None:
    tess = almost(16)
    sweeps(AT, BIRTHDAY - 30 * DAY)
    assert_told(tess, ANNOUNCED, "system", actor_id="")
    body = newest(tess).told.body
    assert set(body) == {"change"}
    assert set(body["change"]) == {"at", "causes", "age_band", "days", "keys", "needs"}
    assert body["change"]["causes"] == [{"kind": "birthday", "age": 16}]
    assert body["change"]["at"] == "2027-03-03T00:00:00Z"
    assert "contact.adults" in body["change"]["keys"]


def test_both_sides_read_the_same_of_it() -> None:
    tess = almost(16)
    pairing = paired(tess, a_parent(at=AT), at=AT)
    sweeps(AT, BIRTHDAY - 30 * DAY, BIRTHDAY - 7 * DAY)
    theirs = [item for item in history_for_parent(pairing, limit=200).items if item["kind"] == ANNOUNCED]
    assert theirs == [item for item in history_for_teen(tess.pk, limit=200).items if item["kind"] == ANNOUNCED]
    assert len(theirs) == 2


def test_every_paired_parent_is_owed_a_notice_and_nobody_else() -> None:
    tess = almost(16)
    parents = {a_parent(name, at=AT) for name in ("paula", "pierre")}
    for parent in parents:
        paired(tess, parent, at=AT)
    a_parent("mallory", at=AT)
    sweeps(AT, BIRTHDAY - 30 * DAY)
    assert {notice.parent for notice in Notice.objects.select_related("parent")} == parents
    assert Notice.objects.count() == 2


def test_sweeping_twice_or_every_hour_is_once() -> None:
    tess = almost(16)
    paired(tess, a_parent(at=AT), at=AT)
    hours = [
        BIRTHDAY - 31 * DAY + n * timedelta(hours=either(full=1, reduced=7))
        for n in range(either(full=770, reduced=115))
    ]
    sweeps(*hours, hours[-1])
    assert (days(tess), kinds(tess).count(PASSED), Notice.objects.count()) == ([30, 7], 1, 2)
    before = seq(tess)
    sweeps(hours[-1], hours[-1])
    assert seq(tess) == before


@pytest.mark.parametrize(("before", "expected"), [(29, [30]), (8, [30]), (7, [7]), (1, [7]), (0, []), (-40, [])])
def test_a_late_sweep_announces_only_the_nearest_that_still_lies_ahead(before: int, expected: list[int]) -> None:
    tess = almost(16)
    sweeps(AT, BIRTHDAY - before * DAY)
    assert days(tess) == expected
    assert kinds(tess).count(PASSED) == (before <= 0)


def test_an_account_that_comes_late_is_told_at_once() -> None:
    tess = almost(16, at=BIRTHDAY - 20 * DAY)
    sweeps(BIRTHDAY - 20 * DAY)
    assert days(tess) == [30]


@pytest.mark.parametrize(
    ("age", "place", "begun"),
    [(13, "GB", ENACTED), (14, "GB", ""), (15, "FR", ENACTED), (15, "GB", ""), (16, "AU", PASSED), (18, "GB", PASSED)],
)
def test_nothing_is_announced_where_nothing_moves(age: int, place: str, begun: str) -> None:
    tess, zone = almost(16), ZONES[place]
    came = first_moment_of(DAY_ITSELF, zone_of(zone))
    # Nobody of this age could be registered there.
    passes = came if begun == PASSED else None
    born = DAY_ITSELF.replace(year=DAY_ITSELF.year - age)
    Account.objects.filter(pk=tess.pk).update(place=place, time_zone=zone, birth_date=born, band_due_at=passes)
    sweeps(AT, came - 30 * DAY, came - 7 * DAY, came - SECOND)
    assert days(tess) == ([30, 7] if begun else [])
    assert {ENACTED, PASSED}.isdisjoint(kinds(tess))
    sweeps(came, came + SECOND)
    assert [kind for kind in kinds(tess) if kind in (ENACTED, PASSED)] == ([begun] if begun else [])


def test_a_law_is_announced_and_enacted_with_its_day_where_the_teen_lives() -> None:
    began = datetime(2027, 5, 12, 18, 30, tzinfo=UTC)
    tess = almost(14, "IN", on=date(2026, 12, 15), at=began - 60 * DAY)
    sweeps(began - 60 * DAY, began - 30 * DAY, began - SECOND)
    assert [change["causes"] for change in told(tess)] == [
        [{"kind": "law", "key": "IN-DPDP", "title": law_title("IN-DPDP")}]
    ] * 2
    assert told(tess, ENACTED) == []
    sweeps(began, began)
    assert_told(tess, ENACTED, "system", actor_id="")
    assert [change["needs"][0]["change"] for change in told(tess, ENACTED)] == ["begins"]


def test_a_very_late_sweep_enacts_each_change_once_and_announces_none_that_is_over() -> None:
    began = datetime(2027, 5, 12, 18, 30, tzinfo=UTC)
    tess = almost(16, "IN", on=date(2027, 4, 20), at=began - 60 * DAY)
    sweeps(began - 60 * DAY, began + 40 * DAY)
    assert kinds(tess)[1:] == [PASSED, ENACTED]
    sweeps(began + 40 * DAY, began + 41 * DAY)
    assert len(kinds(tess)) == 3


def test_an_end_of_a_temporary_word_is_not_announced() -> None:
    tess = almost(14)
    sets(paired(tess, a_parent(at=AT), at=AT), {"comment.who": "nobody"}, until=AT + 5 * DAY, at=AT)
    sweeps(AT, AT + DAY, AT + 5 * DAY, AT + 6 * DAY)
    assert (days(tess), ENACTED in kinds(tess)) == ([], False)
    assert applies(tess, "comment.who", at=AT + 6 * DAY) == "friends"


def test_what_moves_nothing_on_one_day_is_looked_at_again_on_the_next() -> None:
    tess = almost(16)
    sweeps(AT)
    with patch.object(announcements, "changes_between", lambda *_: iter(())):
        sweeps(BIRTHDAY - 30 * DAY)
    assert days(tess) == []
    sweeps(BIRTHDAY - 7 * DAY)
    assert days(tess) == [7]


def test_another_birth_date_is_looked_at_anew() -> None:
    tess = almost(16)
    sweeps(AT)
    held = profile_of(Account.objects.get(pk=tess.pk))
    assert held.birth_date is not None
    enrol("platform-tess", held._replace(birth_date=held.birth_date + 10 * DAY), actor=SYSTEM, at=AT + DAY)
    sweeps(AT + DAY, BIRTHDAY - 30 * DAY)
    assert days(tess) == []
    sweeps(BIRTHDAY - 20 * DAY)
    assert days(tess) == [30]


def test_who_moves_to_where_something_changes_sooner_is_looked_at_anew() -> None:
    began = datetime(2027, 5, 12, 18, 30, tzinfo=UTC)
    tess = almost(14, on=date(2026, 12, 15), at=began - 60 * DAY)
    sweeps(began - 60 * DAY)
    held = profile_of(Account.objects.get(pk=tess.pk))
    moved = held._replace(place="IN", time_zone=ZONES["IN"])
    enrol("platform-tess", moved, actor=SYSTEM, at=began - 20 * DAY)
    sweeps(began - 20 * DAY, began)
    assert (days(tess), kinds(tess).count(ENACTED)) == ([30], 1)


def test_other_laws_are_looked_at_at_once_and_what_they_changed_since_is_told() -> None:
    began = datetime(2027, 5, 12, 18, 30, tzinfo=UTC)
    tess = almost(14, "IN", on=date(2026, 12, 15), at=began - 60 * DAY)
    with without_turns(began - DAY, began + DAY):
        sweeps(began - 60 * DAY, began + 3 * DAY)
        assert (days(tess), ENACTED in kinds(tess)) == ([], False)
    Account.objects.filter(pk=tess.pk).update(changes_told_at=began - DAY)
    assert look_ahead(at=began + 4 * DAY) == 0
    with patch.object(announcements, "release_at", lambda _: "another"):
        assert (look_ahead(at=began + 4 * DAY), look_ahead(at=began + 4 * DAY)) == (1, 0)
    assert kinds(tess).count(ENACTED) == 1


def without_turns(after: datetime, until: datetime) -> Any:
    """Return a world in which nobody knows yet of what changes between two moments."""

    def known(world: Any, start: datetime, end: datetime) -> list[datetime]:
        return [turn for turn in turns_of(world, start, end) if not after < turn <= until]

    return patch("controls.upcoming.turns_of", known)


def test_rows_of_a_former_release_are_filled_in_portions_and_their_past_is_not_told() -> None:
    accounts = [enrol(f"platform-{n}", a_profile(at=AT), actor=SYSTEM, at=AT).account for n in range(5)]
    Account.objects.update(change_release="", change_due_at=None, changes_told_at=None)
    with patch.object(announcements, "BATCH", 2):
        assert [look_ahead(at=AT) for _ in range(4)] == [2, 2, 1, 0]
    assert not Account.objects.filter(change_due_at=None).exists()
    assert all(kinds(each) == ["account.registered"] for each in accounts)


def test_laws_that_cannot_both_be_obeyed_keep_nobody_else_waiting() -> None:
    tess, theo = almost(16), enrol("platform-theo", a_profile(at=AT), actor=SYSTEM, at=AT).account
    real = announcements.look

    def conflicting(teen_id: Any, *, at: datetime) -> None:
        if teen_id == tess.pk:
            raise PolicyConflict("insight", ["XX-1", "XX-2"])
        real(teen_id, at=at)

    with patch.object(announcements, "look", conflicting):
        assert (look_ahead(at=AT), look_ahead(at=AT)) == (2, 0)
    theo.refresh_from_db()
    assert theo.change_due_at is not None
    assert look_ahead(at=AT + announcements.PUT_OFF) == 1


def test_who_dies_in_between_has_told_nothing_and_the_next_one_tells_it_once() -> None:
    tess = almost(16)
    paired(tess, a_parent(at=AT), at=AT)
    sweeps(AT)
    dies = patch.object(announcements, "next_look_at", side_effect=KeyboardInterrupt)
    with dies, pytest.raises(KeyboardInterrupt), transaction.atomic():
        look_ahead(at=BIRTHDAY - 30 * DAY)
    assert (days(tess), Notice.objects.count()) == ([], 0)
    sweeps(BIRTHDAY - 30 * DAY)
    assert (days(tess), Notice.objects.count()) == ([30], 1)


def test_what_the_teen_keeps_alone_decides_nothing() -> None:
    def story(keeps: Callable[[Account], object]) -> list[Any]:
        with transaction.atomic():
            tess = almost(16)
            keeps(tess)
            pairing = paired(tess, a_parent(at=AT), at=AT)
            sweeps(AT, BIRTHDAY - 30 * DAY, BIRTHDAY - 7 * DAY, BIRTHDAY)
            found = [{**item, "id": ""} for item in history_for_parent(pairing, limit=200).items]
            transaction.set_rollback(True)
        return found

    kept = {"all": False, "items": ["alone"]}
    assert story(lambda _: None) == story(lambda tess: chooses(tess, "content.keywords", kept, at=AT))


def test_what_a_phone_holds_steps_over_the_moment_that_is_announced() -> None:
    tess = almost(16)
    sweeps(AT, BIRTHDAY - 30 * DAY)
    assert present_account(tess, at=BIRTHDAY - DAY).resolution.valid_until == BIRTHDAY
