"""Hints by Celery: quick when the broker is well, never needed for anything to arrive."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from ledger.deliveries import push as push_now
from ledger.redis import cache

log = logging.getLogger(__name__)


@shared_task(name="ledger.push")
def push(teen_id: str) -> None:
    """Deliver what is owed about one teen."""
    push_now(UUID(teen_id))


def hint(teen_id: UUID) -> None:
    """Ask a worker to deliver what is owed about this teen; the sweeper does it otherwise."""
    if not cache().is_well():
        return
    try:
        push.apply_async((str(teen_id),), retry=False, ignore_result=True)
    except OperationalError:
        log.info("no broker: the sweeper will deliver")
