"""What a real sign-in leaves in a session is what a loosening change looks for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.core import ratelimit
from django.conf import settings
from django.test import Client
from django.utils import timezone

from ledger import clock
from tests.builders import MINUTE, PASSWORD
from tests.callers import CSRF, Caller, Home, refusal

STRICTER = {"comment.who": {"value": "nobody"}}
LOOSER = {"comment.who": {"value": "followers"}}


@pytest.fixture
def browser(home: Home, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return a browser in which paula has typed her password."""
    return a_browser(home, monkeypatch)


def a_browser(home: Home, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """Return a browser in which paula types her password now."""
    monkeypatch.setattr(ratelimit, "consume", lambda *_, **__: object())
    home.paula.set_password(PASSWORD)
    home.paula.save()
    browser = Caller(Client(enforce_csrf_checks=True), {"X-CSRFToken": CSRF})
    browser.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    form = f"login={home.paula.email}&password={PASSWORD.replace(' ', '+')}".encode()
    answer = browser.send("POST", "/accounts/login/", form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    browser.headers = {"X-CSRFToken": browser.client.cookies[settings.CSRF_COOKIE_NAME].value}
    return browser


def etag(browser: Caller, home: Home) -> str:
    """Return the validator of what applies now."""
    return browser.get(home.controls)["ETag"]


def test_a_fresh_sign_in_loosens(browser: Caller, home: Home) -> None:
    assert browser.patch(home.controls, LOOSER, If_Match=etag(browser, home)).status_code == 200


def test_five_minutes_later_it_does_not(browser: Caller, home: Home) -> None:
    session = browser.client.session
    session["account_authentication_methods"][0]["proved_at"] -= 301
    session.save()
    answer = browser.patch(home.controls, LOOSER, If_Match=etag(browser, home))
    assert refusal(answer) == (401, "step_up_required")


@pytest.mark.parametrize("off", [-10 * MINUTE, 10 * MINUTE])
def test_a_sign_in_lasts_five_minutes_whatever_the_clock_of_the_host_says(
    home: Home, monkeypatch: pytest.MonkeyPatch, off: timedelta
) -> None:
    with time_machine.travel(timezone.now() + off, tick=True):
        browser = a_browser(home, monkeypatch)
    now = clock.unix_now()
    for later, status in ((0, 200), (290, 200), (310, 401)):
        monkeypatch.setattr(clock, "unix_now", lambda later=later: now + later)
        assert browser.patch(home.controls, STRICTER, If_Match=etag(browser, home)).status_code == 200
        assert browser.patch(home.controls, LOOSER, If_Match=etag(browser, home)).status_code == status


def test_a_session_from_before_moments_were_kept_asks_again(browser: Caller, home: Home) -> None:
    session = browser.client.session
    del session["account_authentication_methods"][0]["proved_at"]
    session.save()
    answer = browser.patch(home.controls, LOOSER, If_Match=etag(browser, home))
    assert refusal(answer) == (401, "step_up_required")


def test_a_session_ends_twelve_hours_after_it_began(browser: Caller, home: Home) -> None:
    assert browser.get("/v1/family").status_code == 200
    session = browser.client.session
    session["began_at"] = "2020-01-01T00:00:00+00:00"
    session.save()
    assert refusal(browser.get("/v1/family")) == (401, "not_signed_in")
    assert home.paula.is_active


def test_who_is_locked_out_is_signed_out(browser: Caller, home: Home) -> None:
    home.paula.is_active = False
    home.paula.save()
    assert refusal(browser.get("/v1/family")) == (401, "not_signed_in")


def test_signing_out_ends_the_session(browser: Caller) -> None:
    cookie = browser.client.cookies[settings.SESSION_COOKIE_NAME].value
    browser.send("POST", "/accounts/logout/", b"", content_type="application/x-www-form-urlencoded")
    browser.client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert refusal(browser.get("/v1/family")) == (401, "not_signed_in")
