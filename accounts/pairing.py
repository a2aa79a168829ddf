"""The verbs of a pairing: one for each move from `invited` to `active`, and its ends."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import codes, limits
from accounts.models import Account, Invite, Pairing, State, User
from family_pairing.problems import Fault, Problem
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import SYSTEM, Actor
from ledger.models import Teen

INVITE_LIVES = timedelta(minutes=10)
TRIES = 5
DRAWS = 20


class Offer(NamedTuple):
    """A started pairing with what is shown once: the code and the link's token."""

    pairing: Pairing
    code: str
    token: str


def start_pairing(account: Account, *, actor: Actor, at: datetime) -> Offer:
    """Offer to pair, with a code that lives ten minutes.

    Raises Problem `already_open` while another offer is open or as many parents as the operator allows are paired,
    `too_many`.
    """
    limits.take(limits.INVITES_AN_HOUR, str(account.pk), at=at)
    for _ in range(DRAWS):
        try:
            return offer(account, actor=actor, at=at)
        except IntegrityError:
            # Another live invite has this selector; draw again. The transaction is already undone.
            continue
    raise Problem("unavailable", "No code is free right now; try again.")


@transaction.atomic
def offer(account: Account, *, actor: Actor, at: datetime) -> Offer:
    """Write one offer down."""
    teen = lock_teen(account.pk)
    expire_overdue(teen, at=at)
    if account.pairings.open().exists():
        raise Problem("already_open", "A pairing is open already; answer or cancel it first.")
    if account.pairings.active().count() >= settings.MOST_PARENTS:
        raise Problem("already_open", f"{settings.MOST_PARENTS} parents are paired already.")

    code, token = codes.new_code(), codes.new_token()
    pairing = Pairing.objects.create(teen=account, state=State.INVITED, invited_at=at, expires_at=at + INVITE_LIVES)
    Invite.objects.create(
        pairing=pairing,
        selector=code.selector,
        verifier=codes.verifier_hash(code),
        token_sha256=codes.token_hash(token),
    )
    note("pairing.started", pairing, teen, actor=actor, at=at)
    return Offer(pairing, str(code), token)


def claim_pairing(parent: User, *, code: str = "", token: str = "", address: str, at: datetime) -> Pairing:
    """Claim the pairing that a code or a link's token offers; the teen still has to confirm.

    Raises Problem `not_found` for a wrong, used, expired or foreign code alike, `too_many`.
    """
    for limit, key in (
        (limits.CLAIMS_IN_TEN_MINUTES, str(parent.pk)),
        (limits.CLAIMS_A_DAY, str(parent.pk)),
        (limits.CLAIMS_AN_ADDRESS, limits.address_prefix(address)),
        (limits.CLAIMS_IN_ALL, "all"),
    ):
        limits.take(limit, key, at=at)
    invite = invite_of_code(code) if code else invite_of_token(token)
    if invite is None:
        raise Problem("not_found", "No open invitation has this code. Ask for a new one.")
    return claim(invite.pairing_id, parent, at=at)


@transaction.atomic
def claim(pairing_id: UUID, parent: User, *, at: datetime) -> Pairing:
    """Move an invited pairing to claimed.

    Raises Problem `not_found` when it is not on offer any more, or this parent is already paired with the teen.
    """
    pairing = Pairing.objects.select_related("teen").get(pk=pairing_id)
    teen = lock_teen(pairing.teen_id)
    # Lock, then look: somebody else may have claimed it since the code was read.
    pairing.refresh_from_db()
    is_paired = pairing.teen.pairings.active().filter(parent=parent).exists()
    if pairing.state != State.INVITED or pairing.expires_at <= at or is_paired:
        raise Problem("not_found", "No open invitation has this code. Ask for a new one.")
    pairing.parent, pairing.claimed_at, pairing.expires_at = parent, at, at + INVITE_LIVES
    move(pairing, State.CLAIMED)
    Invite.objects.filter(pairing=pairing).delete()
    note("pairing.claimed", pairing, teen, actor=parent.actor, at=at)
    return pairing


@transaction.atomic
def confirm_pairing(pairing: Pairing, parent_id: UUID, *, actor: Actor, at: datetime) -> Pairing:
    """Activate a claimed pairing with the parent whom the teen was shown.

    Raises Problem `gone` when it is not waiting any more, `invalid_value` for another parent.
    """
    teen = lock_teen(pairing.teen_id)
    pairing.refresh_from_db()
    if pairing.state == State.ACTIVE and pairing.parent_id == parent_id:
        return pairing
    if pairing.state != State.CLAIMED or pairing.expires_at <= at:
        raise Problem("gone", "This pairing is not waiting for an answer any more.")
    if pairing.parent_id != parent_id:
        fault = Fault("/parent_id", "invalid_value", "Expected the id of the parent who claimed it.")
        raise Problem("invalid_value", "Another parent claimed this pairing.", [fault])
    pairing.active_at = at
    move(pairing, State.ACTIVE)
    note("pairing.activated", pairing, teen, actor=actor, at=at)
    return pairing


@transaction.atomic
def decline_pairing(pairing: Pairing, *, actor: Actor, at: datetime) -> Pairing:
    """Refuse the parent who claimed; the code is burned.

    Raises Problem `gone` when it is not waiting any more.
    """
    return close(pairing, State.CLAIMED, State.DECLINED, actor=actor, at=at)


@transaction.atomic
def cancel_pairing(pairing: Pairing, *, actor: Actor, at: datetime) -> Pairing:
    """Take an offer back before anybody claimed it.

    Raises Problem `gone` when it was claimed or is over.
    """
    return close(pairing, State.INVITED, State.CANCELLED, actor=actor, at=at)


def close(pairing: Pairing, before: State, after: State, *, actor: Actor, at: datetime) -> Pairing:
    """Move an open pairing to a state from which nothing follows; twice is once."""
    teen = lock_teen(pairing.teen_id)
    pairing.refresh_from_db()
    if pairing.state == after:
        return pairing
    if pairing.state != before:
        raise Problem("gone", "This pairing is not waiting for an answer any more.")
    move(pairing, after)
    Invite.objects.filter(pairing=pairing).delete()
    note(f"pairing.{after.value}", pairing, teen, actor=actor, at=at)
    return pairing


def end_pairings_by_age(account: Account, teen: Teen, *, at: datetime) -> None:
    """End what ties parents to somebody who came of age; within the verb that locked the teen."""
    for pairing in account.pairings.active():
        pairing.ended_at = at
        move(pairing, State.ENDED)
        note("pairing.ended", pairing, teen, actor=SYSTEM, at=at)
    for pairing in account.pairings.open():
        move(pairing, State.CANCELLED)
        Invite.objects.filter(pairing=pairing).delete()
        note("pairing.cancelled", pairing, teen, actor=SYSTEM, at=at)


@transaction.atomic
def expire_pairings(*, at: datetime) -> int:
    """Expire the open pairings whose time is over; returns how many teens were looked at."""
    late = Pairing.objects.open().filter(expires_at__lte=at).values_list("teen_id", flat=True)
    teens = sorted(set(late[:200]))
    for teen_id in teens:
        expire_overdue(lock_teen(teen_id), at=at)
    return len(teens)


def expire_overdue(teen: Teen, *, at: datetime) -> None:
    """Expire what is overdue of a locked teen's open pairings."""
    for pairing in Pairing.objects.open().filter(teen_id=teen.pk, expires_at__lte=at):
        move(pairing, State.EXPIRED)
        Invite.objects.filter(pairing=pairing).delete()
        note("pairing.expired", pairing, teen, actor=SYSTEM, at=at)


def move(pairing: Pairing, state: State) -> None:
    """Write the pairing's new state."""
    pairing.state = state
    pairing.save()


def note(kind: str, pairing: Pairing, teen: Teen, *, actor: Actor, at: datetime) -> None:
    """Record a move of a pairing and owe everybody the news."""
    stamp = advance(teen)
    body = {"pairing": str(pairing.pk), "parent": str(pairing.parent_id) if pairing.parent_id else None}
    record(kind, actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)


def invite_of_code(text: str) -> Invite | None:
    """Return the invite that a typed code opens; an invite answers five tries and no more."""
    code = codes.read_code(text)
    invite = invite_to_try(code.selector) if code else None
    # Unknown, burned and unreadable codes take as long as a wrong one.
    is_right = codes.is_verifier(code or codes.new_code(), invite.verifier if invite else None)
    return invite if is_right else None


@transaction.atomic
def invite_to_try(selector: str) -> Invite | None:
    """Count one try against the invite before its verifier is looked at, so that many at once are exact."""
    invite = Invite.objects.select_for_update().filter(selector=selector, tries__lt=TRIES).first()
    if invite is not None:
        invite.tries += 1
        invite.save(update_fields=["tries"])
    return invite


def invite_of_token(token: str) -> Invite | None:
    """Return the invite whose link carries this token."""
    return Invite.objects.filter(token_sha256=codes.token_hash(token)).first()
