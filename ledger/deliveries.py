"""Deliveries: tell each subscriber the present state, under a lease, outside any transaction."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Greatest

from ledger import clock, ports
from ledger.models import SWEEP_AFTER, Debt, new_lease

log = logging.getLogger(__name__)

# Full jitter between nothing and min(cap, base * 2^attempts), in seconds, by channel.
BACKOFF = {"cache": (0.5, 2.0), "stream": (0.5, 2.0)}


def push(teen_id: UUID) -> int:
    """Deliver everything owed about one teen that is due; returns how many debts were settled.

    Each subscriber hears of a teen in order: whoever holds the lease tells, everybody else finds nothing due.
    """
    settled = 0
    # Look again after each round: who came because of a newer change meanwhile found the debt leased to us.
    while due := due_debts(teen_id):
        settled += sum(deliver(debt) for debt in due)
    return settled


def sweep(*, at: datetime, limit: int = 500) -> int:
    """Push every teen with a debt older than a second; needs no broker. Returns debts settled."""
    overdue = Debt.objects.due(at - SWEEP_AFTER).order_by("due_at").values_list("teen_id", flat=True)[:limit]
    return sum(push(teen_id) for teen_id in dict.fromkeys(overdue))


def due_debts(teen_id: UUID) -> list[Debt]:
    """Return the debts about one teen that are due now and free."""
    return list(Debt.objects.due(clock.now()).filter(teen_id=teen_id).order_by("id"))


def deliver(debt: Debt) -> bool:
    """Take a lease, tell the subscriber the present state, settle; False when it stays owed."""
    token = claim(debt)
    if token is None:
        return False
    try:
        told = ports.senders[debt.channel](debt.subscriber, debt.teen_id)
    except ports.Undelivered as reason:
        put_off(debt, token, reason)
        return False
    return settle(debt, token, told)


def claim(debt: Debt) -> UUID | None:
    """Take the lease of a debt that is still open and free; None when somebody else was faster."""
    now = clock.now()
    until, token = new_lease(now)
    taken = (
        Debt.objects.due(now)
        .filter(pk=debt.pk)
        .update(lease_until=until, lease_token=token, attempts=debt.attempts + 1)
    )
    return token if taken else None


def settle(debt: Debt, token: UUID, told: int) -> bool:
    """Note what was told, if the lease is still ours: a worker that froze must not settle for another."""
    held = Debt.objects.filter(pk=debt.pk, lease_token=token)
    acked = Greatest(F("acked"), told)
    return bool(held.update(acked=acked, acked_at=clock.now(), attempts=0, lease_until=None, lease_token=None))


def put_off(debt: Debt, token: UUID, reason: Exception) -> None:
    """Let the debt fall due again after a random wait that grows with the attempts."""
    base, cap = BACKOFF[debt.channel]
    wait = timedelta(seconds=random.uniform(0, min(cap, base * 2 ** min(debt.attempts, 20))))  # noqa: S311 jitter
    log.info("%s could not be told, trying again in %.1f s: %s", debt.channel, wait.total_seconds(), reason)
    held = Debt.objects.filter(pk=debt.pk, lease_token=token)
    held.update(due_at=clock.now() + wait, lease_until=None, lease_token=None)
