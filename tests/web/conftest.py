"""A family for the tests of the pages, made just now, in a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Pairing, User
from tests.builders import PASSWORD, a_person, a_teen, paired
from tests.callers import make_codes_quick


@pytest.fixture(autouse=True)
def database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test here use the database."""
    make_codes_quick(monkeypatch)


@pytest.fixture
def pairing(database: None) -> Pairing:
    """Return paula's verified pairing with tess."""
    now = timezone.now()
    return paired(a_teen(at=now), a_person("paula", password=PASSWORD, at=now), at=now)


@pytest.fixture
def paula(pairing: Pairing) -> Browser:
    """Return paula's browser, just signed in."""
    assert pairing.parent is not None
    return Browser(pairing.parent)


class Browser:
    """A person's browser, which follows forms and links without JavaScript, or asks as htmx does."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            said = {"login": user.email, "password": PASSWORD}
            assert self.client.post("/accounts/login/", said).status_code == 302

    def get(self, path: str, *, htmx: bool = False) -> HttpResponse:
        """Open a page."""
        return self.client.get(path, headers=HTMX if htmx else {})  # type: ignore[return-value]  # the test's own class

    def post(self, path: str, said: Mapping[str, Any], *, htmx: bool = False) -> HttpResponse:
        """Send a form."""
        return self.client.post(path, said, headers=HTMX if htmx else {})  # type: ignore[return-value]  # as above


HTMX = {"HX-Request": "true"}


def page_of(teen: Account) -> str:
    """Return the address of a teen's page."""
    return f"/family/{teen.pk}"


def control_of(teen: Account, key: str = "comment.who") -> str:
    """Return the address of one control's form."""
    return f"/family/{teen.pk}/controls/{key}"
