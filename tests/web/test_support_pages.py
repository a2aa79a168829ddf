"""What support sees: a family by its exact name, read-only, and the teen is told of every look."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Pairing, User
from tests.builders import PASSWORD, a_person, kinds, sam, sets
from tests.web.conftest import Browser
from tests.web.test_family_pages import text

FAMILIES = "/admin/accounts/account/"


@pytest.fixture
def support(pairing: Pairing) -> Client:
    """Return sam's browser."""
    client = Client()
    client.force_login(sam(), backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_family_is_found_by_exact_names_and_never_browsed(pairing: Pairing, support: Client) -> None:
    found = {term: "Tess" in results(support, term) for term in terms(pairing)}
    assert found == {
        "": False, "Tess": False, "tess": False, "paula": False, "platform": False,
        "platform-tess": True, "paula@family.example": True, "PAULA@family.example": True,
    }  # fmt: skip
    assert str(pairing.teen.birth_date) not in results(support, "platform-tess")


def test_a_family_shows_its_history_and_every_look_is_told(pairing: Pairing, support: Client) -> None:
    sets(pairing, {"comment.who": "nobody"}, at=timezone.now())
    page = text(support.get(f"{FAMILIES}{pairing.teen_id}/change/"))
    assert "Paula set “Who can comment” to Nobody." in page
    assert "Verified in person." in page
    assert str(pairing.teen.birth_date) not in page
    assert kinds(pairing.teen)[-1] == "staff.viewed"


def test_support_changes_nothing(pairing: Pairing, support: Client) -> None:
    for path in (f"{FAMILIES}add/", f"{FAMILIES}{pairing.teen_id}/delete/", "/admin/accounts/user/add/"):
        assert support.get(path).status_code == 403
    said = {"handle": "mallory"}
    assert support.post(f"{FAMILIES}{pairing.teen_id}/change/", said).status_code == 403
    assert Account.objects.get(pk=pairing.teen_id).handle == "Tess"
    assert not any(each.actions for each in admin.site._registry.values())


def test_users_are_read_only(pairing: Pairing, support: Client) -> None:
    page = text(support.get(f"/admin/accounts/user/{pairing.parent_id}/change/"))
    assert "paula@family.example" in page
    assert "argon2" not in page
    assert 'name="_save"' not in page


def test_nothing_else_is_registered() -> None:
    assert {model._meta.label for model in admin.site._registry} == {"accounts.Account", "accounts.User", "ledger.Debt"}


def test_parents_do_not_get_in(pairing: Pairing) -> None:
    browser = Browser(a_person("mallory", password=PASSWORD))
    assert browser.get("/admin/").status_code in (302, 403)
    assert browser.get(f"{FAMILIES}{pairing.teen_id}/change/").status_code in (302, 403)
    assert "staff.viewed" not in kinds(pairing.teen)


def terms(pairing: Pairing) -> Iterator[str]:
    """Return what somebody may type."""
    yield from ("", "Tess", "tess", "paula", "platform")
    yield from ("platform-tess", "paula@family.example", "PAULA@family.example")


def results(support: Client, term: str) -> str:
    """Return the names that a search finds."""
    page = text(support.get(FAMILIES, {"q": term} if term else {}))
    assert User.objects.exists()
    return page.partition('id="result_list"')[2]
