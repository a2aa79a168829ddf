"""System checks: settings that do not go together, with the cure in the hint."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


def register_all() -> None:
    """Let `manage.py check` know our checks."""
    register(demo_is_local)
    register(secrets_are_long)
    register(served_over_https, Tags.security, deploy=True)


def demo_is_local(**_: Any) -> list[CheckMessage]:
    """Keep the demo, which hands out a teen's token and passwords, on this machine."""
    host = urlsplit(settings.BASE_URL).hostname
    if not settings.DEMO or host in ("localhost", "127.0.0.1", "::1"):
        return []
    hint = "Unset FAMILY_PAIRING_DEMO, or set BASE_URL to http://localhost:PORT."
    return [Error("the demo is on at an address that others can reach", hint=hint, id="family_pairing.E001")]


def secrets_are_long(**_: Any) -> list[CheckMessage]:
    """Refuse a key that can be guessed."""
    if len(settings.SECRET_KEY) >= 50:
        return []
    return [Error("SECRET_KEY is short", hint="Make one of at least 50 characters.", id="family_pairing.E002")]


def served_over_https(**_: Any) -> list[CheckMessage]:
    """Ask for https, which cookies with the prefix `__Host-` need."""
    if settings.HTTPS:
        return []
    hint = "Set BASE_URL to the https address of the dashboard."
    return [Error("the dashboard is not served over https", hint=hint, id="family_pairing.E003")]
