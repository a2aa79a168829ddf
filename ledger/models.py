"""What is stored of what happened, and of who must be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F
from uuid_utils.compat import uuid7

# The sweeper leaves a young debt to the Celery worker that was just told of it.
SWEEP_AFTER = timedelta(seconds=1)
# How long nobody else tells; longer than a teller may take: 5 s for a statement, and less than 2 s for Redis.
LEASE = timedelta(seconds=10)


class Installation(models.Model):
    """The one row that knows which database this is; `epoch` rises when it becomes another one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    system_identifier = models.BigIntegerField()
    timeline = models.BigIntegerField()
    epoch = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="one_installation", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"


class Teen(models.Model):
    """The counter of one account; every verb that changes what applies to it locks this row first.

    `aside` says how many of the changes are the teen's alone: what parents are shown does not count those.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    epoch = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField(default=0)
    aside = models.PositiveBigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.id} at {self.epoch}.{self.seq}"


class Event(models.Model):
    """One past-tense fact. Rows are only ever added: the role that serves may do nothing else."""

    code = models.UUIDField(unique=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    teen = models.UUIDField(null=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=64, blank=True)
    epoch = models.PositiveIntegerField(null=True)
    seq = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["teen", "-id"], name="event_by_teen")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class EventBody(models.Model):
    """What an event says of a person, apart from the event so that it can be erased one day."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="told")
    body = models.JSONField()

    def __str__(self) -> str:
        return f"body of {self.event_id}"


class DebtQuerySet(models.QuerySet["Debt"]):
    """Words for what is owed."""

    def open(self) -> DebtQuerySet:
        return self.filter(acked__lt=F("wanted"))

    def due(self, at: datetime) -> DebtQuerySet:
        """Open, its time has come, and nobody holds a lease on it."""
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=at)
        return self.open().filter(free, due_at__lte=at)


class Debt(models.Model):
    """What one subscriber is owed about one teen: the state at `wanted`, told up to `acked`."""

    subscriber = models.CharField(max_length=80)
    teen = models.ForeignKey(Teen, models.CASCADE, related_name="debts")
    wanted = models.PositiveBigIntegerField()
    acked = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    acked_at = models.DateTimeField(null=True)

    objects = DebtQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_debt_a_subscriber_and_teen", fields=["subscriber", "teen"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="debt_due", condition=models.Q(acked__lt=F("wanted"))),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} is owed {self.wanted} of {self.teen_id}, has {self.acked}"

    @property
    def channel(self) -> str:
        return self.subscriber.partition(":")[0]


class Receipt(models.Model):
    """The answer that was given under an `Idempotency-Key`, so that a repeat gets it again."""

    principal = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_receipt_a_key", fields=["principal", "key"]),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"


class Heartbeat(models.Model):
    """The last sign of life of one process on one host, written by the very work that it vouches for."""

    process = models.CharField(max_length=20)
    host = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_heartbeat_a_process_and_host", fields=["process", "host"]),
        ]

    def __str__(self) -> str:
        return f"{self.process} on {self.host} at {self.at:%Y-%m-%d %H:%M:%S}"


def new_lease(at: datetime) -> tuple[datetime, UUID]:
    """Return the end and the token of a lease; whoever comes later with another token may not settle."""
    return at + LEASE, uuid7()
