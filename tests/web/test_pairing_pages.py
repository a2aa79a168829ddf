"""Pairing by code in a browser, and signing up before it."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from accounts.models import Pairing, State, Tally
from accounts.pairing import confirm_pairing, decline_pairing, expire_pairings
from tests.builders import DAY, PASSWORD, a_person, a_teen, offered, sam
from tests.web.conftest import Browser
from tests.web.test_family_pages import text


def test_a_code_is_claimed_and_the_page_goes_on_when_the_teen_confirms() -> None:
    now, tess = timezone.now(), a_teen(at=timezone.now())
    user = a_person("paula", password=PASSWORD)
    browser, offer = Browser(user), offered(tess, at=now)
    answer = browser.post("/pair", {"code": offer.code.lower().replace("-", " ")})
    waiting = answer.headers["Location"]
    assert waiting == f"/pair/{offer.pairing.pk}"
    assert "Waiting for Tess to confirm" in text(browser.get(waiting))
    assert browser.get(waiting, htmx=True).status_code == 204

    confirm_pairing(Pairing.objects.get(), user.pk, actor=tess.actor, at=now)
    assert browser.get(waiting).headers["Location"] == f"/family/{tess.pk}"
    assert browser.get(waiting, htmx=True).headers["HX-Redirect"] == f"/family/{tess.pk}"


def test_a_link_is_as_good_as_a_code() -> None:
    browser, offer = Browser(a_person("paula", password=PASSWORD)), offered(a_teen(), at=timezone.now())
    assert browser.post("/pair", {"token": offer.token}).status_code == 302


def test_wrong_used_expired_and_foreign_codes_look_alike() -> None:
    now = timezone.now()
    used, late = offered(a_teen(), at=now), offered(a_teen(name="theo"), at=now - DAY)
    Browser(a_person("pierre", password=PASSWORD)).post("/pair", {"code": used.code})
    browser = Browser(a_person("mallory", password=PASSWORD))
    pages = set()
    for code in ("0000-00000-00000", used.code, late.code, "nonsense"):
        answer = browser.post("/pair", {"code": code})
        assert answer.status_code == 422
        pages.add(without_token(text(answer).replace(code, "")))
    assert len(pages) == 1


def test_declined_expired_and_foreign_waits_look_alike() -> None:
    now = timezone.now()
    tess, user = a_teen(at=now), a_person("paula", password=PASSWORD)
    browser, stranger = Browser(user), Browser(a_person("mallory", password=PASSWORD))
    first = browser.post("/pair", {"code": offered(tess, at=now).code}).headers["Location"]
    assert "Waiting for Tess" not in text(stranger.get(first))
    decline_pairing(Pairing.objects.get(state=State.CLAIMED), actor=tess.actor, at=now)
    second = browser.post("/pair", {"code": offered(tess, at=now).code}).headers["Location"]
    expire_pairings(at=now + DAY)
    pages = {without_token(text(browser.get(path))) for path in (first, second)}
    pages.add(without_token(text(stranger.get(first))))
    assert len(pages) == 1
    assert "This did not become a pairing" in pages.pop()


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.0/24"), (1, "192.0.2.0/24"), (2, "198.51.100.0/24")])
def test_tries_are_counted_by_the_network_that_our_own_proxy_saw(
    monkeypatch: pytest.MonkeyPatch, proxies: int, counted: str
) -> None:
    monkeypatch.setattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", proxies)
    browser, offer = Browser(a_person("paula", password=PASSWORD)), offered(a_teen(), at=timezone.now())
    forwarded = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 192.0.2.7"}
    for said in ({"code": "AAAA-00000-00000"}, {"token": offer.token}):
        browser.client.post("/pair", said, headers=forwarded)
    assert list(Tally.objects.filter(name="claims_address").values_list("key", "count")) == [(counted, 2)]


def test_staff_are_nobodys_parents() -> None:
    browser, offer = Browser(), offered(a_teen(), at=timezone.now())
    browser.client.force_login(sam(), backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post("/pair", {"code": offer.code}).status_code == 422


def test_a_parent_signs_up_and_confirms_the_address_by_a_code() -> None:
    browser = Browser()
    said = {"email": "new@family.example", "password1": "a fine long sentence 7", "display_name": "Nora"}
    answer = browser.post("/accounts/signup/", said)
    assert answer.status_code == 302
    code = re.search(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", str(mail.outbox[0].body), re.MULTILINE)
    assert code is not None
    assert "Confirm your e‑mail address" in text(browser.get(answer.headers["Location"]))
    browser.post(answer.headers["Location"], {"code": code[1]})
    assert "Nobody is paired yet" in text(browser.get("/"))


@pytest.mark.parametrize("path", ["login", "signup", "password/reset"])
def test_entrance_pages_are_ours(path: str) -> None:
    page = text(Browser().get(f"/accounts/{path}/"))
    assert "family.css" in page
    assert "Menu:" not in page


def without_token(page: str) -> str:
    """Return a page without what differs in every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
