"""Every page and every mail speaks French to who wants French, and says nothing in English."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone, translation

from accounts.models import Pairing, State, User
from controls.labels.controls import CONTROLS
from controls.labels.events import EVENTS
from tests.builders import (
    DAY,
    PASSWORD,
    a_device,
    a_person,
    a_teen,
    chooses,
    claimed,
    minutes,
    paired,
    sam,
    sets,
)
from tests.matrix.routes import routes
from tests.web.conftest import Browser, control_of, page_of
from tests.web.reading import english_in, is_english, read

FR = {"Accept-Language": "fr"}
# Not read by people, or in the words of programs.
MACHINES = ("v1/", "openapi.json", "docs", "readyz", "admin/")
WITHOUT_A_PAGE = {"language", "family/{teen_id}/undo", "requests/{request_id}/approve", "requests/{request_id}/refuse"}
# The way to each page in the home below; `{…}` is filled in there.
PAGES = {
    "/": ("paula", "/"),
    "pair": ("paula", "/pair"),
    "pair/{pairing_id}": ("paula", "/pair/{waiting}"),
    "family/{teen_id}": ("paula", "/family/{tess}"),
    "family/{teen_id}/controls/{key}": ("paula", "/family/{tess}/controls/comment.who"),
    "family/{teen_id}/arrival": ("paula", "/family/{tess}/arrival"),
    "help": ("paula", "/help?place=FR"),
    "requests": ("paula", "/requests"),
    "family/{teen_id}/try": ("paula", "/family/{tess}/try"),
    "family/{teen_id}/history": ("paula", "/family/{tess}/history"),
    "family/{teen_id}/end": ("paula", "/family/{tess}/end"),
    "accounts/login/": ("anyone", "/accounts/login/"),
    "accounts/logout/": ("paula", "/accounts/logout/"),
    "accounts/inactive/": ("anyone", "/accounts/inactive/"),
    "accounts/signup/": ("anyone", "/accounts/signup/"),
    "accounts/reauthenticate/": ("paula", "/accounts/reauthenticate/"),
    "accounts/email/": ("paula", "/accounts/email/"),
    "accounts/confirm-email/": ("newcomer", "/accounts/confirm-email/"),
    "accounts/password/change/": ("paula", "/accounts/password/change/"),
    "accounts/password/set/": ("wordless", "/accounts/password/set/"),
    "accounts/password/reset/": ("anyone", "/accounts/password/reset/"),
    "accounts/password/reset/done/": ("anyone", "/accounts/password/reset/done/"),
    "accounts/password/reset/key/{reset}/": ("anyone", "/accounts/password/reset/key/1-old/"),
    "accounts/password/reset/key/done/": ("anyone", "/accounts/password/reset/key/done/"),
    "demo/": ("anyone", "/demo/"),
    "demo/phone": ("anyone", "/demo/phone"),
    "demo/mail": ("anyone", "/demo/mail"),
}
# Nobody gets there: signing in by a code alone is not offered.
CLOSED = {"accounts/login/code/confirm/"}


LETTER = "To: p@family.example\nSubject: x\nDate: Mon, 23 Nov 2026 10:00:00 -0000\n\nx"


class Home:
    """A family whose parent reads French, with something of everything in it, and who else opens pages."""

    def __init__(self) -> None:
        self.now = now = timezone.now()
        self.paula = a_person("paula", password=PASSWORD, at=now)
        User.objects.update(language="fr")
        self.tess = a_teen(at=now)
        self.pairing = paired(self.tess, self.paula, at=now)
        other = paired(self.tess, a_person("pierre", at=now), verified=False, at=now)
        self.waiting = claimed(a_teen(16, name="theo", at=now), self.paula, at=now)
        a_device(self.tess, at=now)
        sets(self.pairing, {"comment.who": "nobody", "time.daily_minutes": minutes(60)}, at=now)
        sets(other, {"comment.write": "off"}, until=now + DAY, at=now)
        chooses(self.tess, "comment.write", "off", at=now)
        self.browsers = {"anyone": Client(headers=FR), "paula": Browser(self.paula).client, "newcomer": newcomer()}
        self.browsers["wordless"] = wordless()

    def open(self, who: str, path: str) -> HttpResponse:
        """Open a page of the home."""
        filled = path.format(tess=self.tess.pk, waiting=self.waiting.pk)
        return self.browsers[who].get(filled, HTTP_HOST="localhost", headers=FR)  # type: ignore[return-value]  # the test's own class


def newcomer(email: str = "nora@family.example") -> Client:
    """Return a browser in which somebody has just signed up."""
    client = Client(headers=FR)
    client.post("/accounts/signup/", {"email": email, "password1": PASSWORD, "display_name": "Nora"})
    return client


def wordless() -> Client:
    """Return the browser of somebody who has no password yet."""
    client = Client(headers=FR)
    client.force_login(a_person("nobody"), backend="django.contrib.auth.backends.ModelBackend")
    User.objects.update(language="fr")
    return client


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Return the home, with a demo beside it."""
    teen = {"id": "01a2", "name": "Tess", "age": 14, "device_token": "fpd_x", "external_id": "demo-tess"}
    parent = {"name": "Paula", "email": "paula@demo.example", "password": "x"}
    (tmp_path / "demo.json").write_text(json.dumps({"teens": [teen], "parents": [parent], "support": parent}))
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.log").write_text(
        "To: p@family.example\nSubject: x\nDate: Mon, 23 Nov 2026 10:00:00 -0000\n\nx"
    )
    with override_settings(DEMO=True, HOME=tmp_path, EMAIL_FILE_PATH=str(tmp_path / "mail")):
        yield Home()


def test_every_page_is_looked_at() -> None:
    pages = {route for route in routes() if not route.startswith(MACHINES)}
    assert pages == {*PAGES, *WITHOUT_A_PAGE, *CLOSED, "family/{teen_id}/controls/{key}/preview"}


@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_french(home: Home, route: str) -> None:
    answer = home.open(*PAGES[route])
    assert answer.status_code == 200, answer.headers
    assert english(answer) == []
    assert answer.headers["Content-Language"] == "fr"


def test_every_form_and_its_refusals_are_french(home: Home) -> None:
    for key in CONTROLS:
        for path in (control_of(home.tess, key), f"{control_of(home.tess, key)}/preview"):
            answers = [
                home.browsers["paula"].post(path, {"lasts": "moment", "value": said}) for said in ("", "everyone")
            ]
            assert [english(each) for each in answers] == [[], []], key


def test_wrong_entries_are_answered_in_french(home: Home) -> None:
    for path, said in WRONG:
        answer = home.browsers["anyone" if path.startswith("/accounts/") else "paula"].post(path, said)
        assert answer.status_code in (200, 422), path
        assert english(answer) == [], path


WRONG: list[tuple[str, dict[str, str]]] = [
    ("/pair", {"code": "0000-00000-00000"}),
    ("/pair", {"code": ""}),
    ("/accounts/login/", {"login": "paula@family.example", "password": "wrong"}),
    ("/accounts/login/", {"login": "not an address", "password": ""}),
    ("/accounts/signup/", {"email": "no", "password1": "short", "display_name": ""}),
    ("/accounts/signup/", {"email": "x@family.example", "password1": "password1234", "display_name": "x" * 90}),
    ("/accounts/password/reset/", {"email": "no"}),
]


def test_a_change_is_told_in_french(home: Home) -> None:
    paula = home.browsers["paula"]
    saved = paula.post(control_of(home.tess), {"value": "friends", "lasts": "hour"}, headers={"HX-Request": "true"})
    assert english(saved) == []
    paula.post(control_of(home.tess), {"value": "friends", "lasts": "standing"})
    assert english(paula.post(control_of(home.tess), {"value": "friends", "lasts": "standing"}, follow=True)) == []
    assert english(home.open("paula", page_of(home.tess))) == []


def test_a_pairing_that_ends_or_came_to_nothing_is_told_in_french(home: Home) -> None:
    Pairing.objects.filter(pk=home.waiting.pk).update(state=State.DECLINED)
    assert english(home.open("paula", "/pair/{waiting}")) == []
    Pairing.objects.filter(pk=home.pairing.pk).update(state=State.ENDING, ends_at=home.now + timedelta(days=2))
    assert english(home.open("paula", "/")) == english(home.open("paula", "/family/{tess}")) == []
    assert english(Browser(lonely()).client.get("/", headers=FR)) == []


def lonely() -> User:
    """Return a parent who is paired with nobody."""
    user = a_person("mallory", password=PASSWORD)
    User.objects.update(language="fr")
    return user


def test_errors_are_french(home: Home) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False, headers=FR)
    assert english(home.open("paula", "/nothing/here"), 404) == []
    assert english(strict.post("/accounts/login/"), 403) == []
    assert english(home.open("paula", "/admin/login/"), 403) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("accounts.web.views.CodeForm", None)
        strict.cookies = home.browsers["paula"].cookies
        assert english(strict.get("/pair", headers=FR), 503) == []


def test_every_event_is_told_in_french(home: Home) -> None:
    with translation.override("fr"):
        said = [str(text).format(actor="Paula", teen="Tess", kind="x") for text in EVENTS.values()]
    assert [text for text in said if is_english(text)] == []


def test_support_reads_french(home: Home) -> None:
    client = Client(headers=FR)
    client.force_login(sam(), backend="django.contrib.auth.backends.ModelBackend")
    User.objects.update(language="fr")
    for path in (
        "/admin/",
        f"/admin/accounts/account/?q={home.paula.email}",
        f"/admin/accounts/account/{home.tess.pk}/change/",
        f"/admin/accounts/user/?q={home.paula.email}",
        f"/admin/accounts/user/{home.paula.pk}/change/",
        "/admin/ledger/debt/",
    ):
        # Django itself has one word without a translation, beside the box to search in.
        assert set(english(client.get(path, headers=FR))) <= {"Search"}, path


def test_every_mail_is_french_to_who_reads_french(home: Home) -> None:
    stranger = Client(headers={"Accept-Language": "en"})
    mail.outbox.clear()
    stranger.post("/accounts/password/reset/", {"email": home.paula.email})
    home.browsers["anyone"].post("/accounts/password/reset/", {"email": "nobody@nowhere.example"})
    newcomer("nina@family.example")
    home.browsers["anyone"].post(
        "/accounts/signup/", {"email": home.paula.email, "password1": PASSWORD, "display_name": "P"}
    )
    assert [letter.subject for letter in mail.outbox] == SUBJECTS
    for letter in mail.outbox:
        lines = [str(letter.subject), *(line for line in str(letter.body).splitlines() if "://" not in line)]
        assert english_in(lines) == []


SUBJECTS = [
    "Choisir un nouveau mot de passe",
    "Aucun compte avec cette adresse",
    "Confirmez votre adresse e-mail",
    "Vous avez déjà un compte",
]


def test_a_mail_to_who_reads_english_stays_english(home: Home) -> None:
    User.objects.filter(pk=home.paula.pk).update(language="en")
    mail.outbox.clear()
    home.browsers["anyone"].post("/accounts/password/reset/", {"email": home.paula.email})
    assert mail.outbox[0].subject == "Choose a new password"


def english(answer: Any, status: int | None = None) -> list[str]:
    """Return what is English of an answer."""
    assert status in (None, answer.status_code), answer.status_code
    page = answer.content.decode()
    assert "<html" not in page or '<html lang="fr"' in page
    # Every page has the switch, but for the one that needs nothing to work.
    assert "family.css" not in page or 'name="language"' in page or answer.status_code == 503
    return english_in([text for text in read(page) if text not in NAMES])


# What is a name, and stays.
NAMES = {"English", "Paula", "Pierre", "Tess", "Theo"}
