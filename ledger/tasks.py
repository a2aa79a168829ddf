"""Hints by Celery: quick when the broker is well, never needed for anything to arrive."""

from __future__ import annotations

import logging
import time
from typing import Any, Final
from uuid import UUID

from celery import shared_task
from celery.signals import after_task_publish, beat_init
from django.db import DatabaseError, close_old_connections
from kombu.exceptions import OperationalError

from ledger import clock, heartbeats
from ledger.deliveries import push as push_now
from ledger.redis import cache

log = logging.getLogger(__name__)

COOL_OFF_S: Final = 5.0
_quiet_until = 0.0

HEARTBEAT: Final = "ledger.heartbeat"
# An older question is not worth an answer, so a worker that comes back finds no heap of them.
HEARTBEAT_EXPIRES_S: Final = 30.0


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


@shared_task(name=HEARTBEAT)
def heartbeat() -> None:
    """Answer from the queue: a worker that consumes nothing never gets here, whatever it says to a ping."""
    heartbeats.note("worker", at=clock.now())


def ask_for_heartbeat() -> bool:
    """Publish one question, as beat does every ten seconds; False when the broker does not take it."""
    try:
        heartbeat.apply_async(retry=False, ignore_result=True, expires=HEARTBEAT_EXPIRES_S)
    except OperationalError:
        return False
    return True


@beat_init.connect
def watch_publishing(**_: Any) -> None:
    """Let beat, and nobody else, note what it publishes."""
    after_task_publish.connect(note_publishing, sender=HEARTBEAT)


def note_publishing(**_: Any) -> None:
    """Note that the broker has just taken what beat published."""
    close_old_connections()
    try:
        heartbeats.note("beat", at=clock.now())
    except DatabaseError as error:
        # Without its message: it may name the server and the role.
        log.warning("beat cannot note its heartbeat: %s", type(error).__name__)
