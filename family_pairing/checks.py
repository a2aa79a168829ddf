"""System checks: settings that do not go together, with the cure in the hint."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import WARNING, CheckMessage, Error, Tags, register

THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


def register_all() -> None:
    """Let `manage.py check` know our checks."""
    register(demo_is_local)
    register(secrets_are_long)
    register(served_over_https, Tags.security, deploy=True)
    register(mail_goes_out, deploy=True)
    register(mail_has_a_sender, deploy=True)


def demo_is_local(**_: Any) -> list[CheckMessage]:
    """Keep the demo, which hands out a teen's token and passwords, on this machine."""
    host = urlsplit(settings.BASE_URL).hostname
    if not settings.DEMO or host in THIS_MACHINE:
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


def mail_goes_out(**_: Any) -> list[CheckMessage]:
    """Ask for a server that takes mails: nobody signs up without a code that comes by mail."""
    if not settings.HTTPS or settings.EMAIL_HOST not in ("", *THIS_MACHINE):
        return []
    hint = "Set SMTP_HOST, unless a mail server runs on this very machine; in a container none does."
    return [CheckMessage(WARNING, "mails are handed to this machine itself", hint=hint, id="family_pairing.W001")]


def mail_has_a_sender(**_: Any) -> list[CheckMessage]:
    """Ask for a sender that mail servers believe."""
    if not settings.HTTPS or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] not in ("", *THIS_MACHINE):
        return []
    hint = "Set MAIL_FROM to an address of yours, such as `Family Pairing <no-reply@family.example>`."
    return [
        CheckMessage(WARNING, "mails come from an address that no server knows", hint=hint, id="family_pairing.W002")
    ]
