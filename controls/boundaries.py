"""The verbs of time: what ends and what begins without anybody acting is enacted, recorded and told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from accounts.pairing import end_pairings_by_age
from controls.differences import moved_of
from controls.enrolment import next_band_at, profile_of
from controls.models import Choice, Setting
from controls.removals import remove_choices
from controls.settlement import settle_requests
from controls.snapshots import Present, present_of, present_teen
from ledger.actions import advance, lock_teen, owe, record
from ledger.actor import SYSTEM
from ledger.models import Teen

A_MOMENT = timedelta(seconds=1)


def end_temporaries(*, at: datetime) -> int:
    """Take away what was said until a moment that has come; returns how many teens it was for."""
    settings = Setting.objects.filter(until__lte=at).values_list("pairing__teen_id", flat=True)
    choices = Choice.objects.filter(until__lte=at).values_list("account_id", flat=True)
    teens = sorted({*settings[:200], *choices[:200]})
    for teen_id in teens:
        end_temporaries_of(teen_id, at=at)
    return len(teens)


@transaction.atomic
def end_temporaries_of(teen_id: UUID, *, at: datetime) -> None:
    """Take away what one teen's family said until now, and end the requests that it was in the way of."""
    teen = lock_teen(teen_id)
    settings = Setting.objects.filter(pairing__teen_id=teen_id, until__lte=at)
    choices = Choice.objects.filter(account_id=teen_id, until__lte=at)
    over: list[Setting | Choice] = [*settings, *choices]
    if not over:
        return
    ended = sorted(
        [{"control": each.key, "pairing": str(each.pairing_id)} for each in settings], key=lambda word: word["control"]
    )
    body = {"cause": "time", "ended": ended, "ended_choices": sorted(each.key for each in choices)}
    enact(teen, "settings.changed", body, since=min(each.until for each in over if each.until), at=at)
    settings.delete()
    choices.delete()
    settle_requests(teen, actor=SYSTEM, at=at)


def enter_bands(*, at: datetime) -> int:
    """Enact the birthdays that have come; returns how many."""
    due = list(Account.objects.filter(band_due_at__lte=at).values_list("pk", flat=True)[:200])
    for teen_id in due:
        enter_band(teen_id, at=at)
    return len(due)


@transaction.atomic
def enter_band(teen_id: UUID, *, at: datetime) -> None:
    """Enact the birthday of one account."""
    teen = lock_teen(teen_id)
    account = Account.objects.get(pk=teen_id)
    if account.band_due_at is None or account.band_due_at > at:
        return
    enact_passage(teen, account, since=account.band_due_at, at=at)
    account.band_due_at = next_band_at(profile_of(account), present_teen(teen, at=at).pack, at)
    account.save(update_fields=["band_due_at"])


def enact_passage(teen: Teen, account: Account, *, since: datetime, at: datetime) -> None:
    """Record and owe that a person is in another age band than the moment before `since`.

    Who comes of age, and is not known well enough to be that old, stays where they were.
    """
    present = present_teen(teen, at=at)
    before = present_of(present.gathered, at=since - A_MOMENT)
    if is_held_back(present) and before.resolution.band == present.resolution.band:
        return
    body: dict[str, Any] = {"from": before.resolution.band, "to": present.resolution.band}
    if present.is_adult:
        # No parent's word counts from now on, and no choice of the youth comes back looser than it was.
        body["removed"] = remove_choices(before)
        end_pairings_by_age(account, teen, at=at)
    enact(teen, "account.age_band_changed", body, since=since, at=at)
    settle_requests(teen, actor=SYSTEM, at=at)


def is_held_back(present: Present) -> bool:
    """Tell whether an adult's age is said that is not known well enough."""
    return present.is_said_adult and not present.is_adult


def enact(teen: Teen, kind: str, body: dict[str, Any], *, since: datetime, at: datetime) -> None:
    """Record and owe what moved between the moment before `since` and now."""
    present = present_teen(teen, at=at)
    before = present_of(present.gathered, at=since - A_MOMENT)
    stamp = advance(teen)
    record(kind, actor=SYSTEM, at=at, teen=teen.pk, stamp=stamp, body={**body, **moved_of(before, present)})
    owe(teen, stamp, at=at)
