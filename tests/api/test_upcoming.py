"""What changes next is the same to both sides, in the same words; what is the teen's alone is told to no parent."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, Pairing
from controls.announcements import look_ahead
from controls.enrolment import enrol
from ledger.actor import SYSTEM
from tests.builders import DAY, HOUR, MINUTE, a_device, a_parent, a_profile, chooses, paired, sets
from tests.callers import Caller, bearer, said, signed_in


class Family(NamedTuple):
    """A teen who was registered an hour ago and has a birthday soon, with a parent and a phone."""

    tess: Account
    pairing: Pairing
    paula: Caller
    phone: Caller
    birthday: date

    @property
    def address(self) -> str:
        """Where the parent asks."""
        return f"/v1/teens/{self.tess.pk}/upcoming"

    def asked(self, **headers: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the parent and the phone are answered."""
        return said(self.paula.get(self.address, **headers)), said(self.phone.get("/v1/me/upcoming", **headers))


def turning(age: int, place: str = "GB", *, after: timedelta = 20 * DAY) -> Family:
    """Return a family in which a birthday is near."""
    at = timezone.now() - HOUR
    day = (at + after).date()
    day = day.replace(day=min(day.day, 28))
    profile = a_profile(at=at)._replace(birth_date=day.replace(year=day.year - age), place=place)
    tess, paula = enrol("platform-tess", profile, actor=SYSTEM, at=at).account, a_parent(at=at)
    pairing = paired(tess, paula, at=at)
    return Family(tess, pairing, signed_in(paula), bearer(a_device(tess, at=at).token), day)


def test_both_sides_are_told_the_same_in_the_same_words() -> None:
    family = turning(16)
    parents, teens = family.asked()
    assert parents == teens
    (change,) = teens["changes"]
    assert (change["at"], change["causes"]) == (f"{family.birthday}T00:00:00Z", [{"kind": "birthday", "age": 16}])
    assert change["age_band"] == {"from": "13-15", "to": "16-17", "adult": False}
    assert change["words"]["headline"].endswith(": Birthday at 16")
    moved = {each["key"]: (each["from"], each["to"], each["direction"]) for each in change["changes"]}
    assert moved["contact.adults"] == ("blocked", "friends_only", "looser")
    assert change["keys"] == list(moved)


def test_the_words_come_in_the_language_that_is_asked_for() -> None:
    family = turning(16)
    for language in ("en", "fr"):
        answer = family.phone.get("/v1/me/upcoming", Accept_Language=language)
        assert (answer["Content-Language"], answer["Vary"].count("Accept-Language")) == (language, 1)
    english, french = (family.asked(Accept_Language=language)[1]["changes"][0] for language in ("en", "fr"))
    assert english.pop("words") != french.pop("words")
    assert english == french


def test_coming_of_age_is_told_even_where_no_value_moves() -> None:
    (change,) = turning(18).asked()[0]["changes"]
    assert change["age_band"]["adult"] is True
    assert "From then on no parent's setting counts, and the pairings end." in change["words"]["sentences"]


def test_a_law_is_told_by_its_name_and_what_it_asks_for() -> None:
    family = turning(15, "FR")
    assert family.asked()[0]["changes"][0]["needs"] == [
        {"asked": "consent_needed", "law": "FR-GDPR8", "change": "ends"}
    ]


def test_the_end_of_a_temporary_setting_is_told_with_its_hour() -> None:
    family = turning(14, after=200 * DAY)
    now = timezone.now()
    until = (now + 3 * HOUR).replace(microsecond=0)
    sets(family.pairing, {"comment.who": "nobody"}, until=until, at=now)
    parents, teens = family.asked()
    assert parents == teens
    first = teens["changes"][0]
    assert (first["causes"], first["keys"]) == ([{"kind": "end"}], ["comment.who"])
    assert datetime.fromisoformat(first["at"]) == until


@pytest.mark.parametrize("who", ["paula", "phone"])
def test_a_moment_ahead_is_answered_like_a_past_one(who: str) -> None:
    family = turning(16)
    caller = getattr(family, who)
    path = family.address if who == "paula" else "/v1/me/upcoming"
    bands = []
    for day, clock in ((family.birthday - DAY, "23:59:59"), (family.birthday, "00:00:00")):
        answer = said(caller.get(f"{path}?at={day}T{clock}Z"))
        assert set(answer) == {"at", "pack", "age_band", "settings"}
        bands.append(answer["age_band"])
    assert bands == ["13-15", "16-17"]


@pytest.mark.parametrize("at", ["2020-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "soon", "", "2027-01-01"])
def test_a_moment_that_is_none_ahead_is_refused(at: str) -> None:
    family = turning(16)
    answers = [family.phone.get(f"/v1/me/upcoming?at={at}"), family.paula.get(f"{family.address}?at={at}")]
    assert [answer.status_code for answer in answers] == [422, 422]


def test_the_announcement_stands_in_both_histories_with_its_words() -> None:
    family = turning(16)
    look_ahead(at=timezone.now())
    items = [said(each) for each in histories(family)]
    first, second = (page["items"][0] for page in items)
    assert first == second | ({"mine": False} if "mine" in first else {})
    assert (first["kind"], first["change"]["days"]) == ("change.announced", 30)
    page = family.paula.get(f"/family/{family.tess.pk}/history").content.decode()
    headline = family.asked()[0]["changes"][0]["words"]["headline"]
    assert f"Announced: {headline}." in page


def histories(family: Family) -> list[HttpResponse]:
    """Return both histories."""
    return [family.paula.get(f"/v1/teens/{family.tess.pk}/history"), family.phone.get("/v1/me/history")]


def test_the_page_shows_what_the_phone_is_told() -> None:
    family = turning(16)
    page = family.paula.get(f"/family/{family.tess.pk}").content.decode()
    words = family.asked()[1]["changes"][0]["words"]
    assert "What changes next" in page
    assert all(sentence in page for sentence in (words["headline"], *words["sentences"]))


def test_where_nothing_changes_the_page_says_so() -> None:
    family = turning(14, after=100 * DAY)
    assert family.asked()[0]["changes"] == []
    page = family.paula.get(f"/family/{family.tess.pk}").content.decode()
    assert "In the next thirteen months nothing changes without anybody acting." in page


def test_a_page_costs_no_statement_more_for_what_is_ahead() -> None:
    costs = []
    for age, after in ((16, 20 * DAY), (14, 100 * DAY)):
        with transaction.atomic():
            family = turning(age, after=after)
            sets(family.pairing, {"call.who": "nobody"}, until=timezone.now() + HOUR, at=timezone.now())
            costs.append([cost(family.paula, path) for path in (f"/family/{family.tess.pk}", family.address)])
            costs[-1].append(cost(family.phone, "/v1/me/upcoming"))
            transaction.set_rollback(True)
    assert costs[0] == costs[1]
    assert (costs[0][1] <= 8, costs[0][2] <= 4) == (True, True)


def cost(caller: Caller, path: str) -> int:
    """Return how many statements an answer takes."""
    with CaptureQueriesContext(connection) as captured:
        assert caller.get(path).status_code == 200
    return len(captured)


def test_two_worlds_that_differ_in_what_is_the_teens_alone_look_the_same_to_a_parent() -> None:
    def seen(is_alone: bool, now: datetime) -> str:
        with transaction.atomic():
            family = turning(16)
            if is_alone:
                chooses(family.tess, "content.keywords", {"all": False, "items": ["alone"]}, at=now)
                chooses(family.tess, "accounts.blocked", {"all": True}, at=now)
            sets(family.pairing, {"content.keywords": {"all": False, "items": ["b"]}}, until=now + HOUR, at=now)
            look_ahead(at=now + MINUTE)
            parents = json.dumps(family.asked()[0], sort_keys=True)
            told = [item.get("change") for item in said(histories(family)[0])["items"]]
            teens = json.dumps(family.asked()[1], sort_keys=True)
            assert is_alone or parents == teens
            transaction.set_rollback(True)
        return f"{parents} {told}"

    now = timezone.now()
    assert seen(is_alone=True, now=now) == seen(is_alone=False, now=now)
