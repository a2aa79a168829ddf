"""What people said: parents' settings, teens' choices; what devices say that they enforce; released policies."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from accounts.models import Account, Device, Pairing, User
from ledger.models import Event

# Signs of what a teen or a parent gives as a reason.
LONGEST_REASON = 280


class Setting(models.Model):
    """What a parent has said about one control, standing or until a moment; never what applies."""

    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="settings")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    until = models.DateTimeField(null=True)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_setting_a_control", fields=["pairing", "key"], condition=models.Q(until=None)
            ),
            models.UniqueConstraint(
                name="one_temporary_setting_a_control", fields=["pairing", "key"], condition=~models.Q(until=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="setting_until", condition=~models.Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.key} by pairing {self.pairing_id}"


class Choice(models.Model):
    """What the teen has said about one control, and the age band in which it was said."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="choices")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    until = models.DateTimeField(null=True)
    band = models.CharField(max_length=8)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_choice_a_control", fields=["account", "key"], condition=models.Q(until=None)
            ),
            models.UniqueConstraint(
                name="one_temporary_choice_a_control", fields=["account", "key"], condition=~models.Q(until=None)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["until"], name="choice_until", condition=~models.Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.key} by {self.account_id}"


class RequestKind(models.TextChoices):
    """What a teen can ask of a parent."""

    CONTROL = "control", _("a setting")
    TIME = "time", _("more time today")
    ACCOUNT = "account", _("an account that is blocked")
    LEAVING = "leaving", _("to end a pairing")


class RequestState(models.TextChoices):
    """The life of a request: open, then one of four ends."""

    OPEN = "open", _("waiting")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    CANCELLED = "cancelled", _("taken back")
    EXPIRED = "expired", _("expired")


class RequestQuerySet(models.QuerySet["Request"]):
    """Words for requests."""

    def open(self) -> RequestQuerySet:
        return self.filter(state=RequestState.OPEN)

    def overdue(self, at: datetime) -> RequestQuerySet:
        """Open ones whose time is over."""
        return self.open().filter(due_at__lte=at)


class Request(models.Model):
    """What a teen asks of the parents; whose answer is missing follows from the settings and is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    key = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=128, blank=True)
    value = models.JSONField(null=True)
    pairing = models.ForeignKey(Pairing, models.CASCADE, null=True, related_name="requests")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    band = models.CharField(max_length=8)
    state = models.CharField(max_length=9, choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_request_a_subject",
                fields=["account", "key", "subject"],
                condition=models.Q(state=RequestState.OPEN),
            ),
            models.CheckConstraint(
                name="a_closed_request_says_when",
                condition=models.Q(state=RequestState.OPEN, closed_at=None)
                | (~models.Q(state=RequestState.OPEN) & ~models.Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="a_request_to_leave_names_its_pairing",
                condition=models.Q(kind=RequestKind.LEAVING, pairing__isnull=False)
                | (~models.Q(kind=RequestKind.LEAVING) & models.Q(pairing=None)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="request_due", condition=models.Q(state=RequestState.OPEN)),
            models.Index(fields=["account", "-id"], name="request_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of {self.account_id} ({self.state})"

    def state_at(self, at: datetime) -> str:
        """Return the state: an open one whose time is over has expired, whether or not anybody has noted it."""
        is_late = self.state == RequestState.OPEN and self.due_at <= at
        return RequestState.EXPIRED.value if is_late else self.state


class Says(models.TextChoices):
    """What a parent answers."""

    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")


class Lasting(models.TextChoices):
    """For how long a parent approves: until midnight where the teen lives, until a moment, or for good."""

    ONCE = "once", _("Until midnight")
    UNTIL = "until", _("Until a moment that I choose")
    ALWAYS = "always", _("From now on")


class Answer(models.Model):
    """What one parent has answered to a request, for the own setting; a newer answer replaces the former."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="answers")
    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="answers")
    says = models.CharField(max_length=8, choices=Says.choices)
    lasting = models.CharField(max_length=6, choices=Lasting.choices, blank=True)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_answer_a_parent_and_request", fields=["request", "pairing"]),
            models.CheckConstraint(
                name="an_approval_says_for_how_long",
                condition=models.Q(says=Says.REFUSED, lasting="")
                | (models.Q(says=Says.APPROVED) & ~models.Q(lasting="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.says} by pairing {self.pairing_id}"


class Arrival(models.Model):
    """How far the news has come to one device: the version that it was handed, and the one that it enforces."""

    device = models.OneToOneField(Device, models.CASCADE, primary_key=True, related_name="arrival")
    received = models.CharField(max_length=48, blank=True)
    received_at = models.DateTimeField(null=True)
    applied = models.CharField(max_length=48, blank=True)
    applied_at = models.DateTimeField(null=True)
    app_version = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.device_id} enforces {self.applied or 'nothing yet'}"


class Announcement(models.Model):
    """That a change was announced, so many days before; what was said of it stands in the event."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="announcements")
    moment = models.DateTimeField()
    days = models.PositiveSmallIntegerField()
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_announcement_a_moment_and_days", fields=["account", "moment", "days"]),
        ]

    def __str__(self) -> str:
        return f"announcement {self.pk}, {self.days} days before"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Words for notices."""

    def open(self) -> NoticeQuerySet:
        """Those that were neither sent nor given up."""
        return self.filter(sent_at=None, dropped_at=None)

    def due(self, at: datetime) -> NoticeQuerySet:
        """Open, their time has come, and nobody holds a lease on them."""
        free = models.Q(lease_until=None) | models.Q(lease_until__lt=at)
        return self.open().filter(free, due_at__lte=at)


class Notice(models.Model):
    """The mail about an announcement that one parent is owed; its id names the mail, however often it is tried."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="notices")
    parent = models.ForeignKey(User, models.CASCADE, related_name="notices")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_notice_a_parent", fields=["announcement", "parent"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="notice_due", condition=models.Q(sent_at=None, dropped_at=None)),
        ]

    def __str__(self) -> str:
        return f"notice {str(self.pk)[-6:]}"


class PolicyFile(models.Model):
    """The text of a file of a policy, by its SHA-256, so that every version can be read for ever."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    text = models.TextField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Proposal(models.Model):
    """A policy that somebody wants to release after a version: its files, the posture, and what it would change."""

    follows = models.PositiveIntegerField(null=True)
    rolls_back_to = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64)
    files = models.JSONField()
    posture = models.JSONField()
    loosens = models.BooleanField()
    differs = models.JSONField()
    impact = models.JSONField()
    why = models.CharField(max_length=LONGEST_REASON)
    by = models.ForeignKey(User, models.PROTECT, related_name="proposals")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"proposal {self.pk}"


class Approval(models.Model):
    """The word of another operator that a proposal may loosen what it loosens."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="approvals")
    by = models.ForeignKey(User, models.PROTECT, related_name="approvals")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_approval_an_operator_and_proposal", fields=["proposal", "by"]),
        ]

    def __str__(self) -> str:
        return f"approval of proposal {self.proposal_id}"


class Release(models.Model):
    """One version of the policy, for ever as it was released; who said so stands here too, so the database can look."""

    number = models.PositiveIntegerField(primary_key=True)
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="release")
    loosens = models.BooleanField()
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    seconded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="versions_begin_with_one", condition=models.Q(number__gte=1)),
            models.CheckConstraint(
                name="a_release_that_loosens_has_two_approvals",
                condition=models.Q(loosens=False) | models.Q(approved_by__isnull=False, seconded_by__isnull=False),
            ),
            models.CheckConstraint(
                name="three_different_people_loosen",
                condition=models.Q(loosens=False)
                | (
                    ~models.Q(approved_by=models.F("seconded_by"))
                    & ~models.Q(approved_by=models.F("proposed_by"))
                    & ~models.Q(seconded_by=models.F("proposed_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
