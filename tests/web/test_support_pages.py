"""What support sees: a family by its exact name, read-only, and the teen is told of every look."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Pairing, User
from controls.desk.policies import present_policy
from controls.endings import end_pairing
from tests.builders import PASSWORD, a_person, a_teen, kinds, newest, paired, sam, sets
from tests.desk.test_release import first_version
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


@pytest.mark.parametrize(("level", "words"), [("asserted", "Only said"), ("enhanced", "Enhanced"), ("newer", "newer")])
def test_a_family_shows_how_well_the_age_is_known(pairing: Pairing, support: Client, level: str, words: str) -> None:
    Account.objects.filter(pk=pairing.teen_id).update(age_assurance=level)
    page = text(support.get(f"{FAMILIES}{pairing.teen_id}/change/"))
    assert re.search(rf"age assurance:(\s|<[^>]+>)+{words}<", page, re.IGNORECASE)


def test_there_is_no_second_way_to_look_at_a_family(pairing: Pairing, support: Client) -> None:
    answer = support.get(f"{FAMILIES}{pairing.teen_id}/history/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{FAMILIES}{pairing.teen_id}/change/")
    assert b"Tess" not in answer.content


@pytest.mark.parametrize("term", ["platform-tess", "paula@family.example"])
def test_a_search_is_told_to_each_teen_whom_it_found_and_to_nobody_else(
    pairing: Pairing, support: Client, term: str
) -> None:
    theo, paula = a_teen(16, name="theo", at=timezone.now()), pairing.parent
    assert paula is not None
    # Paired twice, once in the past: still one line and one look.
    for _ in range(2):
        end_pairing(paired(theo, paula, at=timezone.now()), actor=paula.actor, at=timezone.now())
    tara = a_teen(name="tara", at=timezone.now())
    results(support, term)
    found = {teen.handle: kinds(teen).count("staff.viewed") for teen in (pairing.teen, theo, tara)}
    assert found == {"Tess": 1, "Theo": 1 if "@" in term else 0, "Tara": 0}
    assert newest(pairing.teen).actor_kind == "staff"


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "nobody@x.example"}, {"q": "platform-tess", "nonsense": "1"}])
def test_what_shows_nobody_is_told_to_nobody(pairing: Pairing, support: Client, query: dict[str, str]) -> None:
    assert "Tess" not in text(support.get(FAMILIES, query)).partition('id="result_list"')[2]
    assert "staff.viewed" not in kinds(pairing.teen)


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
    registered = {model._meta.label for model in admin.site._registry}
    assert registered == {"accounts.Account", "accounts.User", "controls.Release", "ledger.Debt"}


def test_versions_of_the_policy_are_read_only(support: Client) -> None:
    first_version()
    page = text(support.get("/admin/controls/release/"))
    assert "The first." in page
    assert present_policy().digest in text(support.get("/admin/controls/release/1/change/"))
    assert 'name="_save"' not in text(support.get("/admin/controls/release/1/change/"))
    for path in ("add/", "1/delete/"):
        assert support.post(f"/admin/controls/release/{path}").status_code == 403


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
