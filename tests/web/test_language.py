"""People choose the language that they are spoken to in, and it is remembered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.test import Client

from accounts.models import Pairing, User
from tests.builders import PASSWORD, a_person
from tests.web.conftest import Browser, page_of
from tests.web.test_family_pages import text

LOGIN = "/accounts/login/"
COOKIE = settings.LANGUAGE_COOKIE_NAME


def test_who_has_not_chosen_is_spoken_to_as_the_browser_asks() -> None:
    for asked, lang in (("fr-CA, en;q=0.5", "fr"), ("en-GB", "en"), ("de, fr;q=0.3", "fr"), ("de", "en"), ("", "en")):
        page = Client().get(LOGIN, headers={"Accept-Language": asked})
        assert f'<html lang="{lang}">' in text(page)
        assert page.headers["Content-Language"] == lang
        assert {"Accept-Language", "Cookie"} <= set(page.headers["Vary"].replace(" ", "").split(","))


def test_a_choice_goes_back_to_the_page_and_is_remembered_by_a_cookie() -> None:
    client = Client()
    answer = chooses(client, "fr", back=LOGIN)
    assert answer.headers["Location"] == f"http://testserver{LOGIN}"
    kept = answer.cookies[COOKIE]
    assert (kept.value, kept["httponly"], kept["samesite"], kept["path"]) == ("fr", True, "Lax", "/")
    assert int(kept["max-age"]) > 300 * 24 * 3600
    page = text(client.get(LOGIN, headers={"Accept-Language": "en"}))
    assert '<html lang="fr">' in page
    assert '<button type="submit" name="language" value="fr" lang="fr" aria-current="true">Français</button>' in page


def test_a_choice_leads_nowhere_else() -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
        assert chooses(Client(), "fr", back=elsewhere).headers["Location"] == "/"
        answer = Client().post("/language", {"language": "fr", "next": elsewhere})
        assert answer.headers["Location"] == "/"


def test_who_is_signed_in_keeps_the_choice_on_every_device(pairing: Pairing, paula: Browser) -> None:
    assert pairing.parent is not None
    chooses(paula.client, "fr", back=page_of(pairing.teen))
    pairing.parent.refresh_from_db()
    assert pairing.parent.language == "fr"
    elsewhere = Browser(pairing.parent).client.get(page_of(pairing.teen), headers={"Accept-Language": "en"})
    assert '<html lang="fr">' in text(elsewhere)


def test_a_choice_before_the_sign_in_stays_after_it(pairing: Pairing) -> None:
    user, client = a_person("mallory", password=PASSWORD), Client()
    chooses(client, "fr", back=LOGIN)
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    user.refresh_from_db()
    assert user.language == "fr"
    assert '<html lang="fr">' in text(client.get("/"))


def test_who_signs_up_in_french_is_spoken_to_in_french() -> None:
    said = {"email": "new@family.example", "password1": PASSWORD, "display_name": "Nora"}
    Client().post("/accounts/signup/", said, headers={"Accept-Language": "fr"})
    assert User.objects.get().language == "fr"


def test_a_language_that_is_not_spoken_changes_nothing(pairing: Pairing, paula: Browser) -> None:
    for language in ("de", "", "../fr", "x" * 500):
        chooses(paula.client, language, back="/")
        assert User.objects.get(pairings=pairing).language == "en"
        assert '<html lang="en">' in text(paula.get("/"))


def test_only_a_form_of_ours_changes_the_language() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/language").status_code == 405
    assert strict.post("/language", {"language": "fr"}).status_code == 403


def test_the_catalogue_speaks_as_the_header_asks_whoever_asks(pairing: Pairing, paula: Browser) -> None:
    chooses(paula.client, "fr", back="/")
    answers = {lang: paula.client.get("/v1/controls", headers={"Accept-Language": lang}) for lang in ("fr", "en", "de")}
    names = {lang: answer.json()["controls"][0]["name"] for lang, answer in answers.items()}
    assert names["fr"] != names["en"] == names["de"]
    assert answers["fr"].headers["ETag"] != answers["en"].headers["ETag"] == answers["de"].headers["ETag"]
    assert [answer.headers["Content-Language"] for answer in answers.values()] == ["fr", "en", "en"]
    assert answers["fr"].json()["problems"]["not_yours_to_loosen"] == "Un parent doit être d’accord."


def chooses(client: Client, language: str, *, back: str) -> Any:
    """Press the switch at the foot of a page."""
    address = back if ":" in back or back.startswith("//") else f"http://testserver{back}"
    return client.post("/language", {"language": language}, headers={"Referer": address})
