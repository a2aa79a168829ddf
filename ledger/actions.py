"""The way of a change: lock the teen, advance the version, record the event, owe the news."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from ledger import ports
from ledger.actor import Actor
from ledger.models import Debt, Event, EventBody, Installation, Teen
from ledger.redis import cache
from ledger.tasks import hint

log = logging.getLogger(__name__)

# Every edge process has read the open debts by then, and takes the teen from Postgres.
SETTLED_ELSEWHERE = 1.5
SUBSCRIBERS = ("cache", "stream")

# Whether a caller takes the end of a verb for its acknowledgement; the sweeper has no such caller.
somebody_waits: ContextVar[bool] = ContextVar("somebody_waits", default=True)


class Stamp(NamedTuple):
    """The version that a verb makes, without the part that time makes."""

    epoch: int
    seq: int
    aside: int = 0

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"

    @property
    def shown_seq(self) -> int:
        """Return the count of the changes that parents may know of."""
        return self.seq - self.aside


def present_epoch() -> int:
    """Return the installation's epoch; it rises when the database was restored or failed over.

    The system identifier is another one after a restore into a new cluster, the timeline
    after a promotion or a recovery to a point in time.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.epoch, i.system_identifier = s.system_identifier AND i.timeline = c.timeline_id"
            " FROM ledger_installation i, pg_control_system() s, pg_control_checkpoint() c"
        )
        row = cursor.fetchone()
    if row is None or not row[1]:
        return raise_epoch(by_command=False)
    return int(row[0])


@transaction.atomic
def raise_epoch(*, by_command: bool = True) -> int:
    """Begin a new epoch, so that every client reads everything again; returns it.

    Without a command it rises only if the database is another one than it was: of many that notice, one does it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c"
        )
        system_identifier, timeline = cursor.fetchone()
    here = {"system_identifier": system_identifier, "timeline": timeline}
    installation, is_new = Installation.objects.select_for_update().get_or_create(id=1, defaults=here)
    is_other = any(getattr(installation, name) != value for name, value in here.items())
    if not is_new and (by_command or is_other):
        for name, value in here.items():
            setattr(installation, name, value)
        installation.epoch += 1
        installation.save()
        log.warning("the database is another one or was asked to be: epoch is %d now", installation.epoch)
    Teen.objects.exclude(epoch=installation.epoch).update(epoch=installation.epoch)
    return installation.epoch


def create_teen() -> Teen:
    """Make the counter of a new account."""
    return Teen.objects.create(epoch=present_epoch())


def lock_teen(teen_id: UUID) -> Teen:
    """Lock the row that every verb about this teen locks first.

    Raises Teen.DoesNotExist.
    """
    present_epoch()
    return Teen.objects.select_for_update().get(pk=teen_id)


def lock_teens(teen_ids: Iterable[UUID]) -> list[Teen]:
    """Lock the rows of several teens in the order of their ids, so that two verbs never wait for each other."""
    present_epoch()
    # The rows are locked as they come out of the sorting, and an id never changes.
    return list(Teen.objects.select_for_update().filter(pk__in=list(teen_ids)).order_by("pk"))


def advance(teen: Teen) -> Stamp:
    """Count one change of what is said about a locked teen."""
    teen.seq += 1
    teen.save(update_fields=["seq"])
    return Stamp(teen.epoch, teen.seq, teen.aside)


def advance_aside(teen: Teen) -> Stamp:
    """Count one change that is a locked teen's alone: devices are told, parents see no other version."""
    teen.seq += 1
    teen.aside += 1
    teen.save(update_fields=["seq", "aside"])
    return Stamp(teen.epoch, teen.seq, teen.aside)


def record(
    kind: str, *, actor: Actor, at: datetime, teen: UUID | None = None, stamp: Stamp | None = None, body: object = None
) -> Event:
    """Write down one past-tense fact; `body` is what it says of a person."""
    event = Event.objects.create(
        at=at,
        kind=kind,
        teen=teen,
        actor_kind=actor.kind,
        actor_id=actor.id,
        epoch=stamp.epoch if stamp else None,
        seq=stamp.seq if stamp else None,
    )
    if body is not None:
        EventBody.objects.create(event=event, body=body)
    return event


def owe(teen: Teen, stamp: Stamp, *, at: datetime) -> None:
    """Owe every subscriber the state at this stamp, fence the cache, and tell it after the commit."""
    Debt.objects.bulk_create(
        [Debt(subscriber=name, teen=teen, wanted=stamp.seq, due_at=at) for name in SUBSCRIBERS],
        update_conflicts=True,
        unique_fields=["subscriber", "teen"],
        update_fields=["wanted", "due_at"],
    )
    fenced = cache().fence(stamp.epoch, str(teen.pk), stamp.seq)
    transaction.on_commit(partial(tell, teen.pk, stamp, fenced), robust=True)


def tell(teen_id: UUID, stamp: Stamp, fenced: bool) -> None:
    """Bring the cache up to date, hint at the debts, and answer late where the cache is uncertain.

    Runs after the commit, so nothing here may fail the verb: what is missed is still owed.
    """
    filled = ports.on_commit(teen_id)
    if filled:
        close_cache_debt(teen_id, stamp.seq)
    hint(teen_id)
    if not (fenced and filled) and somebody_waits.get():
        time.sleep(SETTLED_ELSEWHERE)


def close_cache_debt(teen_id: UUID, seq: int) -> None:
    """Note that the cache holds the state at `seq`; a newer want stays open."""
    Debt.objects.filter(subscriber="cache", teen_id=teen_id, acked__lt=seq).update(acked=seq)
