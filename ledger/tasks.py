"""Hints by Celery: quick when the broker is well, never needed for anything to arrive."""

from __future__ import annotations

import logging
import time
from typing import Final
from uuid import UUID

from celery import shared_task
from kombu.exceptions import OperationalError

from ledger.deliveries import push as push_now
from ledger.redis import cache

log = logging.getLogger(__name__)

COOL_OFF_S: Final = 5.0
_quiet_until = 0.0


@shared_task(name="ledger.push")
def push(teen_id: str) -> None:
    """Deliver what is owed about one teen."""
    push_now(UUID(teen_id))


def hint(teen_id: UUID) -> None:
    """Ask a worker to deliver what is owed about this teen; the sweeper does it otherwise."""
    global _quiet_until
    if not cache().is_well() or time.monotonic() < _quiet_until:
        return
    try:
        push.apply_async((str(teen_id),), retry=False, ignore_result=True)
    except OperationalError:
        # A breaker: a verb has been done by now, and its caller waits for the answer.
        _quiet_until = time.monotonic() + COOL_OFF_S
        log.info("no broker: the sweeper will deliver")
