"""The verbs about devices, service keys, and a person's language."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts import tokens
from accounts.access import ring
from accounts.models import Account, Device, ServiceKey, User
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import Actor

FORMER_TOKEN_LIVES = timedelta(minutes=5)


@transaction.atomic
def register_device(account: Account, *, actor: Actor, at: datetime) -> tuple[Device, str]:
    """Let one installation of the app read what is enforced; returns it and its token, shown once."""
    teen = lock_teen(account.pk)
    device = Device.objects.create(account=account, registered_at=at)
    stamp = advance(teen)
    record("device.registered", actor=actor, at=at, teen=teen.pk, stamp=stamp, body={"device": str(device.pk)})
    owe(teen, stamp, at=at)
    return device, token_of(device)


@transaction.atomic
def rotate_device(device: Device, *, actor: Actor, at: datetime) -> str:
    """Give the device a new token; the former one is good for five more minutes."""
    teen = lock_teen(device.account_id)
    device.refresh_from_db()
    device.generation += 1
    device.former_until = at + FORMER_TOKEN_LIVES
    device.save(update_fields=["generation", "former_until"])
    stamp = advance(teen)
    record("device.rotated", actor=actor, at=at, teen=teen.pk, stamp=stamp, body={"device": str(device.pk)})
    owe(teen, stamp, at=at)
    return token_of(device)


@transaction.atomic
def revoke_device(device: Device, *, actor: Actor, at: datetime) -> None:
    """Take the device's tokens back, at once and for ever."""
    teen = lock_teen(device.account_id)
    if not Device.objects.live().filter(pk=device.pk).update(revoked_at=at):
        return
    stamp = advance(teen)
    record("device.revoked", actor=actor, at=at, teen=teen.pk, stamp=stamp, body={"device": str(device.pk)})
    owe(teen, stamp, at=at)


def make_service_key(name: str, scopes: list[str], *, at: datetime) -> tuple[ServiceKey, str]:
    """Make a key for a platform service; returns it and the key itself, shown once."""
    key_id = secrets.token_hex(8)
    key = f"fps_{key_id}_{secrets.token_urlsafe(32)}"
    digest = hashlib.sha256(key.encode()).digest()
    return ServiceKey.objects.create(id=key_id, name=name, scopes=scopes, sha256=digest, made_at=at), key


def choose_language(user: User, language: str) -> None:
    """Speak and write to the person in this language from now on; nobody's teen is concerned, so nobody is told."""
    User.objects.filter(pk=user.pk).exclude(language=language).update(language=language)
    user.language = language


def revoke_service_key(key_id: str, *, at: datetime) -> bool:
    """Take a key back for ever; False when it was not live."""
    return bool(ServiceKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=at))


def token_of(device: Device) -> str:
    """Return the token of the device's present generation."""
    return tokens.mint_device(ring(), str(device.account_id), str(device.pk), device.generation)
