"""An account for support, made and ended as `docs/operations.md` says, with no password on a command line."""

from __future__ import annotations

import builtins
import getpass
import io
import re

import pytest
from allauth.core import ratelimit
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from tests.builders import PASSWORD, a_person
from tests.deploy.files import OPERATIONS

pytestmark = pytest.mark.django_db
EMAIL = "sam@family.example"


@pytest.fixture(autouse=True)
def keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Type what the commands ask for."""
    answers = {"E-mail address": EMAIL, "Name": "Sam"}
    monkeypatch.setattr(builtins, "input", lambda asked: answers[re.split("[:(]", asked)[0].strip()])
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: PASSWORD)
    monkeypatch.setattr(ratelimit, "consume", lambda *_, **__: object())


class Terminal(io.StringIO):
    """Where somebody sits and types."""

    def isatty(self) -> bool:
        return True


def command(name: str) -> list[str]:
    """Return a command as the page has it."""
    found = re.search(rf"exec web python manage.py ({name}.*)", OPERATIONS.read_text())
    assert found is not None
    return found[1].partition("#")[0].split()


def sign_in(password: str) -> Client:
    """Sign in at the admin's door, with the code from the mail where one is asked for."""
    browser = Client()
    answer = browser.post("/accounts/login/?next=/admin/", {"login": EMAIL, "password": password})
    if answer.headers.get("Location", "").startswith("/accounts/confirm-email/"):
        (code,) = re.findall(r"^\s*([A-Z0-9-]{6,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
        browser.post("/accounts/confirm-email/", {"code": code})
    return browser


def test_support_comes_in_once_the_address_is_proved() -> None:
    call_command(*command("createsuperuser"), stdin=Terminal())
    sam = User.objects.get(email=EMAIL)
    assert (sam.display_name, sam.is_staff) == ("Sam", True)
    browser = sign_in(PASSWORD)
    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert browser.get("/admin/").status_code == 200


def test_a_new_password_ends_what_support_had_open(monkeypatch: pytest.MonkeyPatch) -> None:
    a_person("sam", password=PASSWORD, is_staff=True)
    browser = sign_in(PASSWORD)
    assert browser.get("/admin/").status_code == 200
    monkeypatch.setattr(getpass, "getpass", lambda *_, **__: "another horse battery staple")
    call_command(*command("changepassword")[:1], EMAIL)
    assert browser.get("/admin/").status_code == 302
    assert sign_in(PASSWORD).get("/admin/").status_code == 302
