"""The moves of a follow that need no policy, and what the verbs of friends and blocks share.

A follow is named by the platform's ids of two accounts. What is told of it is the teens' alone: it moves no version
that parents see, and stands in no history of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Account, Follow, FollowState, UnheardAsk
from accounts.names import reserve
from family_pairing.problems import Problem
from ledger.actions import advance_aside, lock_teens, owe, record
from ledger.actor import Actor
from ledger.models import Teen

# After a no somebody sleeps on it; who was told no twice has understood, and is let try again when tempers have cooled.
FIRST_COOL_OFF = timedelta(hours=24)
LATER_COOL_OFF = timedelta(days=7)

# The counters of those accounts of a pair that are registered here, by the platform's ids.
Teens = Mapping[str, Teen]


@transaction.atomic
def refuse_follow(follower: str, followed: str, *, actor: Actor, at: datetime) -> Follow:
    """Let who was asked say no; the same may be asked again after a while, longer after each further no.

    Raises Problem `not_found` when nobody has asked, `gone` when it is not waiting any more.
    """
    teens = lock_pair(follower, followed)
    follow = follow_of(follower, followed)
    if follow.state == FollowState.REFUSED:
        return follow
    check_waiting(follow)
    refuse(follow, teens, actor=actor, at=at)
    return follow


@transaction.atomic
def end_follow(follower: str, followed: str, *, actor: Actor, at: datetime) -> None:
    """Take back what was asked, or end what was accepted, whichever it is by now; twice is once.

    Raises Problem `not_found` when neither account is registered here.
    """
    teens = lock_pair(follower, followed)
    for follow in Follow.objects.live().filter(follower=follower, followed=followed):
        withdraw_or_remove(follow, teens, actor=actor, at=at)
    withdraw_unheard(follower, followed, teens, actor=actor, at=at)


def withdraw_unheard(follower: str, followed: str, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """Take back an ask that a block keeps from being heard; as it was made it is told to who asked alone."""
    if heard_at(follower, followed) is not None:
        told = {"follower": follower, "followed": followed}
        note("follow.withdrawn", only(teens, follower), told, actor=actor, at=at)


def heard_at(follower: str, followed: str) -> datetime | None:
    """Let an unheard ask go, and return when it was made; None where there is none."""
    found = UnheardAsk.objects.filter(follower=follower, followed=followed).first()
    if found is None:
        return None
    found.delete()
    return found.asked_at


def only(teens: Teens, who: str) -> list[Teen]:
    """Return the counter of one account of a pair, if it is registered here."""
    return [teens[who]] if who in teens else []


def withdraw_or_remove(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """End a live follow."""
    if follow.state == FollowState.ASKED:
        withdraw(follow, teens, actor=actor, at=at)
    else:
        remove(follow, teens, actor=actor, at=at)


def refuse(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """Say no to what was asked."""
    follow.refusals += 1
    follow.state, follow.answered_at = FollowState.REFUSED, at
    follow.cool_off_until = at + (FIRST_COOL_OFF if follow.refusals == 1 else LATER_COOL_OFF)
    follow.save()
    note("follow.refused", teens.values(), body_of(follow), actor=actor, at=at)


def withdraw(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """Take back what was asked."""
    follow.state, follow.ended_at = FollowState.WITHDRAWN, at
    follow.save()
    note("follow.withdrawn", teens.values(), body_of(follow), actor=actor, at=at)


def remove(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """End what was accepted."""
    follow.state, follow.ended_at = FollowState.REMOVED, at
    follow.save()
    note("follow.removed", teens.values(), body_of(follow), actor=actor, at=at)


def lock_pair(one: str, other: str) -> Teens:
    """Lock two accounts: their names, then the counters of those that are registered here.

    Raises Problem `not_found` when neither is, `invalid_value` when they are one.
    """
    if one == other:
        raise Problem("invalid_value", "Expected two different accounts in the address.")
    reserve(one, other)
    known = dict(Account.objects.filter(external_id__in=[one, other]).values_list("pk", "external_id"))
    if not known:
        raise Problem("not_found")
    return {known[teen.pk]: teen for teen in lock_teens(known)}


def follow_of(follower: str, followed: str) -> Follow:
    """Return the follow from one account to another, whatever has become of it.

    Raises Problem `not_found`.
    """
    follow = Follow.objects.filter(follower=follower, followed=followed).first()
    if follow is None:
        raise Problem("not_found")
    return follow


def check_waiting(follow: Follow) -> None:
    """Check that a follow waits for its answer.

    Raises Problem `gone`.
    """
    if follow.state != FollowState.ASKED:
        raise Problem("gone", "Nobody waits for this answer any more.")


def note(kind: str, teens: Iterable[Teen], body: Mapping[str, str], *, actor: Actor, at: datetime) -> None:
    """Count, record and owe one move with each of these teens, aside from what their parents see."""
    for teen in teens:
        stamp = advance_aside(teen)
        record(kind, actor=actor, at=at, teen=teen.pk, stamp=stamp, body=dict(body))
        owe(teen, stamp, at=at)


def body_of(follow: Follow) -> dict[str, str]:
    """Return what an event says of a follow: ids, and nothing else."""
    return {"follower": follow.follower, "followed": follow.followed}
