"""The inbox: what waits, for whom, and how it is answered, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Account, Pairing
from controls.history import PAGE
from controls.models import Request, Setting
from controls.requests import ask_to_leave, cancel_request, create_request
from tests.builders import PASSWORD, a_person, applies, asks, asks_for_time, mallory, minutes, paired, sets
from tests.web.conftest import Browser, page_of
from tests.web.test_family_pages import text

INBOX = "/requests"


@pytest.fixture
def tess(pairing: Pairing) -> Account:
    """Return the teen."""
    return pairing.teen


def asked(tess: Account, *, reason: str = "For my drawings.") -> Request:
    """Let tess ask, just now."""
    return asks(tess, "comment.who", "followers", reason=reason, at=timezone.now())


def test_home_says_that_something_waits_and_the_inbox_shows_it(tess: Account, paula: Browser) -> None:
    assert "asks for something" not in text(paula.get("/"))
    asked(tess)
    assert "Tess asks for something." in text(paula.get("/"))
    page = text(paula.get(INBOX))
    assert "Tess asks for “Who can comment”: Followers" in page
    assert "Tess says: “For my drawings.”" in page
    assert (page.count("<h1"), "Now: Friends" in page) == (1, True)


def test_each_field_has_a_label_of_its_own(tess: Account, paula: Browser) -> None:
    asked(tess)
    create_request(tess, ask_to_leave(tess.pairings.get()), actor=tess.actor, at=timezone.now())
    page = text(paula.get(INBOX))
    for request in Request.objects.all():
        assert page.count(f'id="refuse-{request.pk}-reason"') == page.count(f'for="refuse-{request.pk}-reason"') == 1
    assert page.count('name="lasts"') == 3


@pytest.mark.parametrize(("lasts", "is_standing"), [("always", True), ("once", False)])
def test_approving_gives_what_was_asked(tess: Account, paula: Browser, lasts: str, is_standing: bool) -> None:
    request = asked(tess)
    answer = paula.post(f"{INBOX}/{request.pk}/approve", {"lasts": lasts, "until_at": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, INBOX)
    assert "You approved it." in text(paula.get(INBOX))
    assert applies(tess, "comment.who", at=timezone.now()) == "followers"
    assert (Setting.objects.get().until is None) is is_standing


def test_a_moment_is_that_of_the_teen(tess: Account, paula: Browser) -> None:
    Account.objects.update(time_zone="America/New_York")
    request, day = asked(tess), timezone.now().date() + timedelta(days=3)
    address = f"{INBOX}/{request.pk}/approve"
    assert paula.post(address, {"lasts": "moment", "until_at": ""}).status_code == 422
    assert paula.post(address, {"lasts": "moment", "until_at": f"{day}T12:00"}).status_code == 302
    until = Setting.objects.get().until
    assert until is not None
    assert until.hour in (16, 17)


def test_refusing_asks_for_a_reason_and_keeps_it(tess: Account, paula: Browser) -> None:
    request = asked(tess)
    address = f"{INBOX}/{request.pk}/refuse"
    wrong = paula.post(address, {"reason": " "})
    assert (wrong.status_code, "Say why, in a few words." in text(wrong)) == (422, True)
    assert paula.post(address, {"reason": "Ask again in spring."}).status_code == 302
    page = text(paula.get(INBOX))
    assert "Paula: Refused. “Ask again in spring.”" in page
    assert "Nothing waits for you." in page


def test_more_time_is_approved_with_one_button(tess: Account, paula: Browser) -> None:
    request = asks_for_time(tess, 90, at=timezone.now())
    assert 'name="lasts"' not in text(paula.get(INBOX))
    assert "more time today, in all: 1 h 30 min" in text(paula.get(INBOX))
    assert paula.post(f"{INBOX}/{request.pk}/approve", {}).status_code == 302
    request.refresh_from_db()
    assert request.state == "approved"


@pytest.mark.parametrize("is_time", [True, False])
def test_a_longer_word_of_ones_own_comes_first_with_a_way_that_is_offered(
    is_time: bool, tess: Account, pairing: Pairing, paula: Browser
) -> None:
    now = timezone.now()
    sets(pairing, {"time.daily_minutes": minutes(30), "comment.who": "nobody"}, until=now + timedelta(days=9), at=now)
    request = asks_for_time(tess, 90, at=now) if is_time else asked(tess)
    answer = paula.post(f"{INBOX}/{request.pk}/approve", {"lasts": "once", "until_at": ""})
    assert (answer.status_code, "Take that back first" in text(answer)) == (422, True)
    assert ("approve from now on" in text(answer)) is not is_time


def test_the_page_says_whose_answer_is_missing(tess: Account, pairing: Pairing, paula: Browser) -> None:
    now = timezone.now()
    pierre = paired(tess, a_person("pierre", password=PASSWORD, at=now), at=now)
    for each in (pairing, pierre):
        sets(each, {"time.daily_minutes": minutes(60)}, at=now)
    request = asks_for_time(tess, 90, at=now)
    assert "Still to answer: Paula, Pierre" in text(paula.get(INBOX))
    paula.post(f"{INBOX}/{request.pk}/approve", {})
    page = text(paula.get(INBOX))
    assert "Another parent&#x27;s answer is still missing." in page
    assert "Still to answer: Pierre" in page


def test_what_has_ended_meanwhile_is_said(tess: Account, paula: Browser) -> None:
    request = asked(tess)
    cancel_request(request, actor=tess.actor, at=timezone.now())
    for act, said in (("approve", {"lasts": "always"}), ("refuse", {"reason": "No."})):
        paula.post(f"{INBOX}/{request.pk}/{act}", said)
        assert "This request was over before your answer." in text(paula.get(INBOX))
    assert "Taken back by Tess" in text(paula.get(INBOX))


def test_an_unverified_parent_is_told_what_can_be_done(tess: Account) -> None:
    now = timezone.now()
    priya = a_person("priya", password=PASSWORD, at=now)
    sets(paired(tess, priya, verified=False, at=now), {"comment.who": "nobody"}, at=now)
    request, browser = asked(tess), Browser(priya)
    answer = browser.post(f"{INBOX}/{request.pk}/approve", {"lasts": "always"})
    assert (answer.status_code, "take your own setting back" in text(answer)) == (422, True)
    assert browser.post(f"{INBOX}/{request.pk}/refuse", {"reason": "No."}).status_code == 302


def test_approving_asks_for_the_password_after_five_minutes(tess: Account, paula: Browser) -> None:
    request = asked(tess)
    session = paula.client.session
    session["account_authentication_methods"][0]["proved_at"] -= 400
    session.save()
    answer = paula.post(f"{INBOX}/{request.pk}/approve", {"lasts": "always"})
    assert "/accounts/reauthenticate/" in answer.headers["Location"]
    done = paula.post(answer.headers["Location"], {"password": PASSWORD})
    assert done.status_code == 302
    request.refresh_from_db()
    assert request.state == "approved"


def test_what_waits_stands_first_however_much_was_asked_since(tess: Account, paula: Browser) -> None:
    now, waiting = timezone.now(), asked(tess)
    over = {"pairing": tess.pairings.get(), "state": "cancelled", "asked_at": now, "due_at": now, "closed_at": now}
    Request.objects.bulk_create(
        Request(account=tess, kind="leaving", band=waiting.band, **over) for _ in range(PAGE + 1)
    )
    page = text(paula.get(INBOX))
    assert "Tess asks for “Who can comment”: Followers" in page
    assert "Nothing waits for you." not in page
    older = page.partition("?cursor=")[2].partition('"')[0]
    behind = text(paula.get(f"{INBOX}?cursor={older}"))
    assert "Who can comment" not in behind
    assert "Nothing waits for you." not in behind
    assert behind.count("asks you to end the pairing") == 1


def test_history_tells_of_requests(tess: Account, paula: Browser) -> None:
    request = asked(tess)
    paula.post(f"{INBOX}/{request.pk}/approve", {"lasts": "always"})
    page = text(paula.get(f"{page_of(tess)}/history"))
    assert "Tess asked for “Who can comment”: Followers" in page
    assert "You approved a request." in page


def test_the_history_tells_another_parent_nothing_of_leaving(tess: Account, pairing: Pairing, paula: Browser) -> None:
    pierre = a_person("pierre", password=PASSWORD, at=timezone.now())
    paired(tess, pierre, at=timezone.now())
    request = create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=timezone.now())
    paula.post(f"{INBOX}/{request.pk}/refuse", {"reason": "Talk to me first."})
    hers, his = (text(each.get(f"{page_of(tess)}/history")) for each in (paula, Browser(pierre)))
    for sentence in ("Tess asked a parent to end the pairing.", "refused a request."):
        assert (sentence in hers, sentence in his) == (True, False)


def test_a_stranger_finds_nothing(tess: Account) -> None:
    request = asked(tess)
    stranger = Browser(None)
    stranger.client.force_login(mallory(), backend="django.contrib.auth.backends.ModelBackend")
    assert "Tess" not in text(stranger.get(INBOX))
    for act, said in (("approve", {"lasts": "always"}), ("refuse", {"reason": "No."})):
        assert stranger.post(f"{INBOX}/{request.pk}/{act}", said).status_code == 404
    assert Browser().get(INBOX).headers["Location"] == f"/accounts/login/?next={INBOX}"


def test_the_inbox_needs_few_queries_however_many_requests(
    tess: Account, paula: Browser, django_assert_max_num_queries: object
) -> None:
    asked(tess)
    asks_for_time(tess, 90, at=timezone.now())
    asks(tess, "account.visibility", "public", at=timezone.now())
    with django_assert_max_num_queries(20):  # type: ignore[operator]  # a fixture of pytest-django
        paula.get(INBOX)
