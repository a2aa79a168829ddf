"""What opens something up wants a parent who has just signed in, and believes one who has."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Pairing
from tests.builders import PASSWORD, a_person, a_teen, paired


@pytest.fixture
def pairing(db: None) -> Pairing:
    """Return paula's pairing with tess, made just now."""
    now = timezone.now()
    return paired(a_teen(at=now), a_person("paula", password=PASSWORD, at=now), at=now)


def test_a_parent_who_has_just_signed_in_may_loosen(pairing: Pairing, client: Client) -> None:
    client.post("/accounts/login/", {"login": "paula@family.example", "password": PASSWORD})
    assert changed(client, pairing, "nobody") == 200
    assert changed(client, pairing, "friends") == 200

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", -1)
        assert changed(client, pairing, "nobody") == 200
        assert changed(client, pairing, "friends") == 401


def test_a_parent_who_has_just_signed_in_may_end_the_pairing(pairing: Pairing, client: Client) -> None:
    client.post("/accounts/login/", {"login": "paula@family.example", "password": PASSWORD})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", -1)
        assert client.delete(f"/v1/pairings/{pairing.pk}").status_code == 401
    assert client.delete(f"/v1/pairings/{pairing.pk}").status_code == 204


def changed(client: Client, pairing: Pairing, value: str) -> int:
    """Set who may comment, and return the answer's status."""
    path = f"/v1/teens/{pairing.teen_id}/controls"
    etag = client.get(path).headers["ETag"]
    body: dict[str, Any] = {"comment.who": {"value": value}}
    answer = client.patch(path, body, content_type="application/json", headers={"If-Match": etag})
    return int(answer.status_code)
