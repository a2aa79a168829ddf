"""The verbs by which a pairing ends: by a parent or by support at once, by the teen by the pack's rule."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Pairing, State
from controls.differences import moved_of
from controls.removals import remove_choices
from controls.settlement import settle_requests
from controls.snapshots import Present, present_teen
from family_pairing.problems import Problem
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import SYSTEM, Actor


@transaction.atomic
def end_pairing(pairing: Pairing, *, actor: Actor, at: datetime) -> Pairing:
    """End a pairing at once: its settings bind no longer, and nothing becomes looser than the default or before.

    Raises Problem `gone` when it never was active.
    """
    teen = lock_teen(pairing.teen_id)
    pairing.refresh_from_db()
    if pairing.state == State.ENDED:
        return pairing
    if not pairing.binds:
        raise Problem("gone", "This pairing is not active.")
    before = present_teen(teen, at=at)
    pairing.state, pairing.ended_at = State.ENDED, at
    pairing.save()
    removed = remove_choices(before)
    after = present_teen(teen, at=at)
    stamp = advance(teen)
    told = {"pairing": str(pairing.pk), "parent": str(pairing.parent_id), "removed": removed}
    body = {**told, **moved_of(before, after)}
    record("pairing.ended", actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    settle_requests(teen, actor=SYSTEM, at=at)
    return pairing


@transaction.atomic
def leave_pairing(pairing: Pairing, *, actor: Actor, at: datetime) -> Pairing:
    """Let the teen leave: at once, or after the grace that the pack gives the parent; twice is once.

    Raises Problem `gone` when the pairing is not active.
    """
    teen = lock_teen(pairing.teen_id)
    pairing.refresh_from_db()
    if pairing.state == State.ENDING:
        return pairing
    grace = grace_of(present_teen(teen, at=at))
    if not grace or pairing.state != State.ACTIVE:
        return end_pairing(pairing, actor=actor, at=at)
    pairing.state, pairing.ends_at = State.ENDING, at + grace
    pairing.save()
    stamp = advance(teen)
    body = {"pairing": str(pairing.pk), "parent": str(pairing.parent_id), "ends_at": pairing.ends_at.isoformat()}
    record("pairing.ending", actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    return pairing


def finish_endings(*, at: datetime) -> int:
    """End the pairings whose grace is over; returns how many."""
    late = Pairing.objects.filter(state=State.ENDING, ends_at__lte=at)[:200]
    return len([end_pairing(pairing, actor=SYSTEM, at=at) for pairing in late])


def grace_of(present: Present) -> timedelta:
    """Return how long a pairing binds after the teen has left it."""
    return timedelta(hours=present.pack.leaving_hours[present.resolution.band])
