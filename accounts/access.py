"""What a caller may see. What it may not see does not exist: `not_found`, the same bytes."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from accounts import tokens
from accounts.models import Account, Device, Pairing, ServiceKey, State, User
from family_pairing.problems import Problem

T = TypeVar("T")
LONGEST_ID = 128
PROVED_AT = "proved_at"


def ring() -> tokens.Ring:
    """Return the keys that sign device tokens and stream tickets."""
    return tokens.Ring(settings.DEVICE_TOKEN_KEYS)


def device_of(token: str, *, at: datetime) -> Device:
    """Return the live device that this token belongs to.

    Raises Problem `token_invalid`.
    """
    read = tokens.read_device(ring(), token)
    device_id = as_uuid(read.device) if read else None
    if read is None or device_id is None:
        raise Problem("token_invalid")
    device = Device.objects.select_related("account").filter(pk=device_id).first()
    if device is None or str(device.account_id) != read.teen or not device.accepts(read.generation, at):
        raise Problem("token_invalid")
    return device


def service_of(key: str, scope: str) -> ServiceKey:
    """Return the live service key, if it carries the scope.

    Raises Problem `token_invalid`, or `scope_missing` naming the scope.
    """
    key_id = tokens.service_key_id(key)
    found = ServiceKey.objects.filter(pk=key_id, revoked_at=None).first()
    if found is None or not tokens.proves_service(key, bytes(found.sha256)):
        raise Problem("token_invalid")
    if scope not in found.scopes:
        raise Problem("scope_missing", f"The key needs the scope `{scope}`.")
    return found


def signed_in_recently(request: HttpRequest, *, at: datetime) -> bool:
    """Tell whether the person has proved within five minutes who it is."""
    latest = max(
        (record.get(PROVED_AT, 0.0) for record in get_authentication_records(request, request.user)), default=0.0
    )
    return at.timestamp() - float(latest) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def note_proof(request: HttpRequest, user: User, *, at: datetime) -> None:
    """Remember in the session that the person proves now who it is: allauth's own moment is by the host's clock."""
    get_authentication_records(request, user)[-1][PROVED_AT] = at.timestamp()
    request.session.modified = True


def account_for_service(external_id: str) -> Account:
    """Return the account of the platform's own id.

    Raises Problem `not_found`.
    """
    if "\0" in external_id:
        # The database stores no NUL and refuses to compare with one.
        raise Problem("not_found")
    return only(Account.objects.select_related("teen").filter(external_id=external_id).first())


def new_external_id(external_id: str) -> str:
    """Return the platform's own id of an account, if it can be one.

    Raises Problem `invalid_value`.
    """
    if len(external_id) > LONGEST_ID or not external_id.isprintable():
        raise Problem("invalid_value", f"Expected an id of at most {LONGEST_ID} printable signs in the address.")
    return external_id


def device_for_service(account: Account, device_id: UUID) -> Device:
    """Return one of an account's devices, live or revoked.

    Raises Problem `not_found`.
    """
    return only(account.devices.filter(pk=device_id).first())


def pairing_for_teen(account: Account, pairing_id: UUID) -> Pairing:
    """Return one of the teen's own pairings.

    Raises Problem `not_found`.
    """
    return only(account.pairings.select_related("teen", "parent").filter(pk=pairing_id).first())


def active_pairing_for_parent(parent: User, teen_id: UUID) -> Pairing:
    """Return the parent's pairing with a teen, while it binds.

    Raises Problem `not_found`.
    """
    mine = Pairing.objects.active().select_related("teen", "parent").filter(parent=parent, teen_id=teen_id)
    return only(mine.first())


def pairing_for_parent(parent: User, pairing_id: UUID) -> Pairing:
    """Return one of the parent's own pairings that has not ended.

    Raises Problem `not_found`.
    """
    mine = Pairing.objects.select_related("teen", "parent").filter(parent=parent, pk=pairing_id)
    return only(mine.filter(state__in=[State.CLAIMED, State.ACTIVE, State.ENDING]).first())


def only(found: T | None) -> T:
    """Return what was found.

    Raises Problem `not_found` when there is nothing.
    """
    if found is None:
        raise Problem("not_found")
    return found


def as_uuid(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None
