"""The verb by which a parent's tie is verified, and what waited for that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import Pairing, Proof
from controls.differences import moved_of
from controls.settlement import settle_requests
from controls.snapshots import present_teen
from family_pairing.problems import Problem
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import SYSTEM, Actor


@transaction.atomic
def verify_pairing(pairing: Pairing, proof: Proof, *, actor: Actor, at: datetime) -> Pairing:
    """Note what shows that the parent is one: from now on the parent's word may loosen; twice is once.

    Raises Problem `gone` when the pairing is not active.
    """
    teen = lock_teen(pairing.teen_id)
    pairing.refresh_from_db()
    if not pairing.binds:
        raise Problem("gone", "This pairing is not active.")
    if pairing.proof == proof:
        return pairing
    before = present_teen(teen, at=at)
    pairing.proof = proof
    pairing.save()
    after = present_teen(teen, at=at)
    stamp = advance(teen)
    body = {"pairing": str(pairing.pk), "parent": str(pairing.parent_id), **moved_of(before, after)}
    record("pairing.verified", actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    settle_requests(teen, actor=SYSTEM, at=at)
    return pairing
