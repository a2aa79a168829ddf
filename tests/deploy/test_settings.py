"""What the settings make of the environment, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.servers import ROOT

GIVEN = {
    "DATABASE_URL": "postgresql://fp_app:a@db.family.example:5432/family_pairing",
    "REDIS_URL": "redis://:a@redis.family.example:6379/0",
    "SECRET_KEY": "s" * 50,
    "DEVICE_TOKEN_KEYS": "k1:" + "0" * 64,
    "DJANGO_SETTINGS_MODULE": "family_pairing.settings",
    "PATH": os.environ["PATH"],
}


def settings(expression: str, **given: str) -> Any:
    """Return what an expression about the settings gives under variables."""
    code = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=GIVEN | given, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_what_the_address_of_the_database_asks_for_stays_beside_our_limits() -> None:
    plain = settings("settings.DATABASES['default']['OPTIONS']")
    assert "statement_timeout" in plain["options"]
    address = f"{GIVEN['DATABASE_URL']}?sslmode=verify-full&sslrootcert=/run/ca.pem&connect_timeout=60"
    asked = settings("settings.DATABASES['default']['OPTIONS']", DATABASE_URL=address)
    assert asked == plain | {"sslmode": "verify-full", "sslrootcert": "/run/ca.pem"}


@pytest.mark.parametrize(
    ("said", "used"), [("", GIVEN["REDIS_URL"]), ("redis://broker:6379/1", "redis://broker:6379/1")]
)
def test_the_broker_is_the_cache_until_another_is_named(said: str, used: str) -> None:
    assert settings("settings.BROKER_URL", BROKER_URL=said) == used


@pytest.mark.parametrize("keeper", ["us", "platform"])
def test_friends_are_kept_by_whom_the_operator_names(keeper: str) -> None:
    assert settings("settings.FRIENDS_KEPT_BY") == "us"
    assert settings("settings.FRIENDS_KEPT_BY", FRIENDS_KEPT_BY=keeper) == keeper


def test_another_keeper_is_refused_by_name() -> None:
    with pytest.raises(subprocess.CalledProcessError) as caught:
        settings("settings.FRIENDS_KEPT_BY", FRIENDS_KEPT_BY="nobody")
    assert "`FRIENDS_KEPT_BY` is `nobody`; expected one of `us`, `platform`" in caught.value.stderr


@pytest.mark.parametrize(("address", "protocol"), [("http://localhost:8000", "http"), ("https://a.example", "https")])
def test_links_in_mails_are_as_the_page_is(address: str, protocol: str) -> None:
    assert settings("settings.ACCOUNT_DEFAULT_HTTP_PROTOCOL", BASE_URL=address) == protocol
