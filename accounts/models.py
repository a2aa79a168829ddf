"""Who there is: people who sign in, accounts of the platform, their devices, and the pairings between them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from ledger.actor import Actor, ActorKind
from ledger.models import Teen


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in with an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person; without a password the person cannot sign in by one."""
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> User:
        """Make a person who may do everything in the admin; Django's command calls this."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in here: a parent, or staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=60)
    language = models.CharField(max_length=8, default="en")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["display_name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.display_name

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.STAFF if self.is_staff else ActorKind.PARENT, str(self.pk))

    @property
    def masked_email(self) -> str:
        """Return enough of the address to recognise it: `p…a@e…e.org`."""
        name, _at, host = self.email.partition("@")
        label, _dot, rest = host.partition(".")
        return f"{masked(name)}@{masked(label)}.{rest}" if rest else f"{masked(name)}@{masked(label)}"


class Account(models.Model):
    """An account that the platform registered; its id is the id of its counter in the ledger."""

    teen = models.OneToOneField(Teen, models.PROTECT, primary_key=True, related_name="account")
    external_id = models.CharField(max_length=128, unique=True)
    handle = models.CharField(max_length=60)
    birth_date = models.DateField(null=True)
    age_from = models.PositiveSmallIntegerField(null=True)
    age_until = models.PositiveSmallIntegerField(null=True)
    age_stated_on = models.DateField(null=True)
    # How well the age is known, by the levels of IEEE 2089.1.
    age_assurance = models.CharField(max_length=8, default="asserted", db_default="asserted")
    place = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="en")
    currency = models.CharField(max_length=3, default="EUR")
    grew_up_here = models.BooleanField()
    enrolled_at = models.DateTimeField()
    band_due_at = models.DateTimeField(null=True, db_index=True)
    # When time is to be looked at next, until when it was, and what the answer rests on: laws, packs, what the
    # operator says of them. Empty where nobody has looked since the facts changed, or ever.
    change_due_at = models.DateTimeField(null=True)
    changes_told_at = models.DateTimeField(null=True)
    change_release = models.CharField(max_length=64, default="", db_default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["change_due_at"], name="account_by_change_due"),
            models.Index(fields=["change_release"], name="account_by_release"),
        ]

    def __str__(self) -> str:
        return self.handle

    @property
    def id(self) -> UUID:
        return self.teen_id

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.TEEN, str(self.pk))


class DeviceQuerySet(models.QuerySet["Device"]):
    """Words for devices."""

    def live(self) -> DeviceQuerySet:
        return self.filter(revoked_at=None)


class Device(models.Model):
    """One installation of the platform's app that reads what is enforced."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="devices")
    generation = models.PositiveIntegerField(default=1)
    former_until = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"device {str(self.pk)[-6:]}"

    def accepts(self, generation: int, at: datetime) -> bool:
        """Tell whether a token of this generation still counts."""
        if generation == self.generation:
            return self.revoked_at is None
        is_former = generation == self.generation - 1 and self.former_until is not None
        return is_former and self.revoked_at is None and at < self.former_until  # type: ignore[operator]  # is_former


class ServiceKey(models.Model):
    """A key of a platform service; only its SHA-256 is kept."""

    id = models.CharField(primary_key=True, max_length=24)
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=32))
    sha256 = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SYSTEM, f"service:{self.pk}")


class State(models.TextChoices):
    """The life of a pairing; there is one verb for each move."""

    INVITED = "invited", _("invited")
    CLAIMED = "claimed", _("waiting for the teen")
    ACTIVE = "active", _("active")
    ENDING = "ending", _("ending")
    ENDED = "ended", _("ended")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


class Proof(models.TextChoices):
    """What shows that the parent is one; with `none` the tie is unverified and can only tighten."""

    NONE = "none", _("not verified")
    IN_PERSON = "in_person", _("verified in person")


class PairingQuerySet(models.QuerySet["Pairing"]):
    """Words for pairings."""

    def active(self) -> PairingQuerySet:
        """Those that bind: a pairing that is ending binds until it has ended."""
        return self.filter(state__in=[State.ACTIVE, State.ENDING])

    def open(self) -> PairingQuerySet:
        """Those on their way to being active."""
        return self.filter(state__in=[State.INVITED, State.CLAIMED])

    def overdue(self, at: datetime) -> PairingQuerySet:
        """Open ones whose time is over, and endings whose grace is over."""
        late = models.Q(state__in=[State.INVITED, State.CLAIMED], expires_at__lte=at)
        return self.filter(late | models.Q(state=State.ENDING, ends_at__lte=at))


class Pairing(models.Model):
    """The consented, revocable tie of one parent and one teen."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    teen = models.ForeignKey(Account, models.CASCADE, related_name="pairings")
    parent = models.ForeignKey(User, models.CASCADE, null=True, related_name="pairings")
    state = models.CharField(max_length=10, choices=State.choices)
    proof = models.CharField(max_length=16, choices=Proof.choices, default=Proof.NONE)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = PairingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_pairing_a_teen",
                fields=["teen"],
                condition=models.Q(state__in=[State.INVITED, State.CLAIMED]),
            ),
            models.UniqueConstraint(
                name="one_active_pairing_a_parent_and_teen",
                fields=["teen", "parent"],
                condition=models.Q(state__in=[State.ACTIVE, State.ENDING]),
            ),
            models.CheckConstraint(
                name="an_active_pairing_has_a_parent",
                condition=~models.Q(state__in=[State.CLAIMED, State.ACTIVE, State.ENDING])
                | models.Q(parent__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent or '?'} and {self.teen} ({self.state})"

    @property
    def is_verified(self) -> bool:
        return self.proof != Proof.NONE

    @property
    def binds(self) -> bool:
        return self.state in (State.ACTIVE, State.ENDING)


class Invite(models.Model):
    """The single-use offer to pair that a code or a link carries; gone once it was used."""

    pairing = models.OneToOneField(Pairing, models.CASCADE, primary_key=True, related_name="invite")
    selector = models.CharField(max_length=4, unique=True)
    verifier = models.CharField(max_length=160)
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"invite {self.selector}"


class FollowState(models.TextChoices):
    """The life of a follow: asked, then accepted or at one of three ends, from which it may be asked for again."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class FollowQuerySet(models.QuerySet["Follow"]):
    """Words for follows."""

    def live(self) -> FollowQuerySet:
        """Those that are accepted, or wait to be."""
        return self.filter(state__in=[FollowState.ASKED, FollowState.ACCEPTED])

    def between(self, one: str, other: str) -> FollowQuerySet:
        """Both ways between two accounts."""
        return self.filter(follower__in=[one, other], followed__in=[one, other])


class Follow(models.Model):
    """The one-way tie from one account to another, named by the platform's ids; two accepted ones make friends."""

    follower = models.CharField(max_length=128)
    followed = models.CharField(max_length=128)
    state = models.CharField(max_length=10, choices=FollowState.choices)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    refusals = models.PositiveIntegerField(default=0)
    cool_off_until = models.DateTimeField(null=True)

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_follow_a_direction", fields=["follower", "followed"]),
            models.CheckConstraint(
                name="a_follow_is_of_another_account", condition=~models.Q(follower=models.F("followed"))
            ),
            models.CheckConstraint(
                name="an_answered_follow_says_when",
                condition=~models.Q(state__in=[FollowState.ACCEPTED, FollowState.REFUSED])
                | models.Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_ended_follow_says_when",
                condition=~models.Q(state__in=[FollowState.WITHDRAWN, FollowState.REMOVED])
                | models.Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_refused_follow_cools_off",
                condition=~models.Q(state=FollowState.REFUSED) | models.Q(cool_off_until__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["followed"], name="follow_by_followed")]

    def __str__(self) -> str:
        return f"follow {self.pk} ({self.state})"

    @property
    def is_live(self) -> bool:
        return self.state in (FollowState.ASKED, FollowState.ACCEPTED)


class Block(models.Model):
    """One account keeps another away; taking it back removes the row.

    A block by an account that is not registered here has no ties of its own to stand in, so it is shared: it stands
    in those of the account that it keeps away.
    """

    blocker = models.CharField(max_length=128)
    blocked = models.CharField(max_length=128)
    blocked_at = models.DateTimeField()
    is_shared = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_block_a_direction", fields=["blocker", "blocked"]),
            models.CheckConstraint(
                name="a_block_is_of_another_account", condition=~models.Q(blocker=models.F("blocked"))
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["blocked"], name="block_by_blocked")]

    def __str__(self) -> str:
        return f"block {self.pk}"


class UnheardAsk(models.Model):
    """An ask behind a block: who asked sees it wait, and who blocks is told nothing and sees nothing."""

    follower = models.CharField(max_length=128)
    followed = models.CharField(max_length=128)
    asked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_unheard_ask_a_direction", fields=["follower", "followed"]),
        ]

    def __str__(self) -> str:
        return f"unheard ask {self.pk}"


class Tally(models.Model):
    """A count for a limit that protects somebody, kept where a lost cache cannot reset it."""

    name = models.CharField(max_length=24)
    key = models.CharField(max_length=80)
    window_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_tally_a_window", fields=["name", "key", "window_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.count}"


def masked(word: str) -> str:
    """Return the first and the last letter of a word."""
    return f"{word[:1]}…{word[-1:]}" if len(word) > 2 else f"{word[:1]}…"
