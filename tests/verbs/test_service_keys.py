"""A platform service proves itself by a key that is shown once and carries scopes."""

from __future__ import annotations

import hashlib

import pytest
from django.core.management import CommandError

from accounts.access import service_of
from accounts.actions import revoke_service_key
from accounts.keys import live_keys
from accounts.models import ServiceKey
from accounts.tokens import proves_service
from tests.builders import AT, a_device, a_service, a_service_key, a_teen, refused
from tests.commands import called


def test_a_key_opens_its_scopes_and_no_other() -> None:
    key = a_service("settings:read", "devices:write")
    assert service_of(key, "settings:read") == service_of(key, "devices:write")
    with refused("scope_missing"):
        service_of(key, "accounts:write")


def test_only_a_hash_of_the_key_is_stored() -> None:
    row, key = a_service_key("settings:read")
    row.refresh_from_db()
    assert bytes(row.sha256) == hashlib.sha256(key.encode()).digest()
    assert key.split("_", 2)[2] not in repr(vars(row))


def test_a_revoked_key_opens_nothing() -> None:
    row, key = a_service_key("settings:read")
    ServiceKey.objects.filter(pk=row.pk).update(revoked_at=AT)
    with refused("token_invalid"):
        service_of(key, "settings:read")


@pytest.mark.parametrize("change", [lambda k: k[:-1], lambda k: k + "x", lambda k: k.removeprefix("fps_"), str.upper])
def test_a_key_that_is_not_exact_opens_nothing(change: object) -> None:
    key = a_service("settings:read")
    assert callable(change)
    with refused("token_invalid"):
        service_of(change(key), "settings:read")


def test_a_device_token_is_no_service_key() -> None:
    a_service("settings:read")
    token = a_device(a_teen()).token
    for text in (token, token.replace("fpd_", "fps_"), "", "fps_", "fps__"):
        with refused("token_invalid"):
            service_of(text, "settings:read")


def test_the_edge_is_told_of_every_live_key_and_of_no_other() -> None:
    (first, key), (second, _) = a_service_key("decide", "settings:read"), a_service_key("decide")
    assert set(live_keys()) == {first.pk, second.pk}
    assert live_keys()[first.pk].scopes == {"decide", "settings:read"}
    assert proves_service(key, live_keys()[first.pk].sha256)
    revoke_service_key(first.pk, at=AT)
    assert set(live_keys()) == {second.pk}


def test_two_keys_live_side_by_side() -> None:
    first, second = a_service("settings:read"), a_service("settings:read")
    assert first != second
    assert service_of(first, "settings:read").pk != service_of(second, "settings:read").pk


def test_the_command_makes_lists_and_revokes() -> None:
    key = called("servicekey", "platform", "--scopes", "settings:read")
    made = service_of(key, "settings:read")
    assert f"{made.pk}  live  platform  settings:read" in called("servicekey")
    assert "would revoke" in called("servicekey", "--revoke", made.pk, "--dry-run")
    service_of(key, "settings:read")
    called("servicekey", "--revoke", made.pk)
    with refused("token_invalid"):
        service_of(key, "settings:read")
    with pytest.raises(CommandError, match="there is no live key"):
        called("servicekey", "--revoke", made.pk)
