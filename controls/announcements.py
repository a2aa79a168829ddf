"""The verbs that look ahead: what time has changed is enacted, what it will change is announced, each exactly once.

Every account says when it is to be looked at next, and what that rests on; so a look that comes late, or twice, or
under other laws finds what has not been told yet, and nothing else.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Account
from controls.boundaries import enact_passage
from controls.differences import moved_of
from controls.gather import Gathered
from controls.laws.conflicts import PolicyConflict
from controls.models import Announcement, Notice
from controls.packs import release_at, turns_of
from controls.policy.stages import birthdays
from controls.settlement import settle_requests
from controls.snapshots import present_of, present_teen, shown_to_parents
from controls.upcoming import A_MOMENT, HORIZON, Upcoming, changes_between
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import SYSTEM
from ledger.models import Teen

log = logging.getLogger(__name__)

BATCH: Final = 100
# How many days before both sides are told, the last time first.
DAYS: Final = (7, 30)
LONGEST: Final = timedelta(days=max(DAYS))
# Where laws cannot both be obeyed an operator has to say what counts.
PUT_OFF: Final = timedelta(hours=1)


def look_ahead(*, at: datetime) -> int:
    """Look at the accounts whose moment has come, and at some that rest on other laws; returns how many."""
    release = release_at(at)
    # Both ways of being another one can be found by an index.
    others = Account.objects.filter(Q(change_release__lt=release) | Q(change_release__gt=release))
    late = Account.objects.filter(change_due_at__lte=at).order_by("change_due_at")
    due = dict.fromkeys([*late.values_list("pk", flat=True)[:BATCH], *others.values_list("pk", flat=True)[:BATCH]])
    for teen_id in due:
        try:
            look(teen_id, at=at)
        except PolicyConflict:
            log.warning("an account is looked at later: laws of its place cannot both be obeyed")
            Account.objects.filter(pk=teen_id).update(change_due_at=at + PUT_OFF, change_release=release)
    return len(due)


@transaction.atomic
def look(teen_id: UUID, *, at: datetime) -> None:
    """Enact what time has changed for one account since it was last looked at, and announce what it will.

    Raises PolicyConflict.
    """
    teen = lock_teen(teen_id)
    account = Account.objects.get(pk=teen_id)
    # Lock, then look: another sweeper may have done it.
    if not is_due(account, at):
        return
    gathered = present_teen(teen, at=at).gathered
    for change in changes_between(shown_to_parents(gathered), account.changes_told_at or at, at):
        enact_change(teen, account, gathered, change, at=at)
    for change in changes_between(shown_to_parents(gathered), at, at + LONGEST):
        announce(teen, account, change, at=at)
    account.changes_told_at, account.change_release = at, release_at(at)
    account.change_due_at = next_look_at(gathered, at)
    account.save(update_fields=["changes_told_at", "change_due_at", "change_release"])


def is_due(account: Account, at: datetime) -> bool:
    """Tell whether an account is to be looked at."""
    return account.change_release != release_at(at) or account.change_due_at is None or account.change_due_at <= at


def next_look_at(gathered: Gathered, at: datetime) -> datetime:
    """Return the next moment at which time may change something, or at which that is to be announced.

    Whether anything then moves is decided then: somebody may have spoken meanwhile.
    """
    turns = turns_of(gathered.world, at, at + HORIZON)
    looks = [turn - before for turn in turns for before in (timedelta(), *map(days_before, DAYS))]
    return min((look for look in looks if look > at), default=at + HORIZON - LONGEST - timedelta(days=1))


def days_before(days: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=days)


def enact_change(teen: Teen, account: Account, gathered: Gathered, change: Upcoming, *, at: datetime) -> None:
    """Record and owe what a law, a pack or a birthday has changed; an end is told where the word is taken away.

    The passage into another age band on the birthday with which that begins is enacted by itself.
    """
    if not change.is_announced:
        return
    if change.is_passage:
        if change.at not in birthdays(gathered.world, change.after.pack):
            enact_passage(teen, account, since=change.at, at=at)
        return
    before, after = (present_of(gathered, at=moment) for moment in (change.at - A_MOMENT, change.at))
    stamp = advance(teen)
    body = {"change": change.told(), **moved_of(before, after)}
    record("change.enacted", actor=SYSTEM, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    settle_requests(teen, actor=SYSTEM, at=at)


def announce(teen: Teen, account: Account, change: Upcoming, *, at: datetime) -> None:
    """Tell both sides what will change, for the nearest of the days before it; once for each, never after the fact."""
    days = next(days for days in DAYS if change.at - at <= timedelta(days=days))
    told = {"account": account, "moment": change.at, "days": days}
    if not change.is_announced or Announcement.objects.filter(**told).exists():
        return
    stamp = advance(teen)
    body = {"change": {**change.told(), "days": days}}
    event = record("change.announced", actor=SYSTEM, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    announcement = Announcement.objects.create(**told, event=event)
    parents = account.pairings.active().values_list("parent_id", flat=True)
    Notice.objects.bulk_create([Notice(announcement=announcement, parent_id=parent, due_at=at) for parent in parents])
