"""The verbs of the handshake that need the policy: how many steps two accounts take until they are friends.

`friend.handshake` of both decides, the strictest of the two; of an account that is not registered here it is not known.

    four_step   A asks, B accepts, B asks, A accepts; either may begin
    two_step    A asks, B accepts: that is a yes to both ways
    one_step    A asks: that alone ties both ways

What was accepted is stored, and two accepted follows make friends under each of them. So a handshake that becomes
stricter later asks for more steps of those who are no friends yet.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Final

from django.db import transaction

from accounts import limits
from accounts.follows import Teens, body_of, check_waiting, follow_of, heard_at, lock_pair, note, only
from accounts.models import Block, Follow, FollowState, UnheardAsk
from accounts.names import tally_key
from controls.policy.catalogue import CATALOGUE
from controls.snapshots import present_teen
from family_pairing.problems import Fault, Problem
from ledger.actor import Actor
from ledger.moments import iso

HANDSHAKE: Final = CATALOGUE["friend.handshake"]


@transaction.atomic
def ask_follow(follower: str, followed: str, *, actor: Actor, at: datetime) -> Follow:
    """Ask to follow an account; what waits already or is accepted stays as it is.

    Behind a block of the other one the ask waits unheard: who asks sees it wait as any other, the other one sees and is
    told nothing. Once the block is gone it is heard when it is asked again.
    Raises Problem `not_found` when neither account is registered here; `invalid_value` behind an own block;
    `cooling_off` after a no; `too_many`.
    """
    teens = lock_pair(follower, followed)
    follow = Follow.objects.filter(follower=follower, followed=followed).first()
    if follow is not None and follow.is_live:
        return follow
    check_own_block(follower, followed)
    unheard = UnheardAsk.objects.filter(follower=follower, followed=followed).first()
    if unheard is None:
        check_cool_off(follow, at)
        limits.take(limits.ASKS_A_DAY, tally_key(follower), at=at)
        limits.take(limits.ASKS_OF_ONE_A_DAY, tally_key(follower, followed), at=at)
    if Block.objects.filter(blocker=followed, blocked=follower).exists():
        return waiting(unheard or ask_unheard(follower, followed, teens, actor=actor, at=at))
    follow = ask(follow or Follow(follower=follower, followed=followed), at=at)
    # Who asked again was told when the block was there.
    told = teens.values() if unheard is None else only(teens, followed)
    note("follow.asked", told, body_of(follow), actor=actor, at=at)
    if steps_between(teens, at=at) == "one_step":
        accept_both(follow, teens, actor=actor, at=at)
    return follow


def ask_unheard(follower: str, followed: str, teens: Teens, *, actor: Actor, at: datetime) -> UnheardAsk:
    """Write an ask that a block keeps from being heard, and tell it to who asks alone."""
    made = UnheardAsk.objects.create(follower=follower, followed=followed, asked_at=at)
    note("follow.asked", only(teens, follower), body_of(waiting(made)), actor=actor, at=at)
    return made


def waiting(unheard: UnheardAsk) -> Follow:
    """Return an unheard ask as who asked sees it: one that waits for its answer."""
    return Follow(
        follower=unheard.follower, followed=unheard.followed, state=FollowState.ASKED, asked_at=unheard.asked_at
    )


@transaction.atomic
def accept_follow(follower: str, followed: str, *, actor: Actor, at: datetime) -> Follow:
    """Let who was asked say yes; twice is once.

    Raises Problem `not_found` when nobody has asked, `gone` when it is not waiting any more.
    """
    teens = lock_pair(follower, followed)
    follow = follow_of(follower, followed)
    if follow.state == FollowState.ACCEPTED:
        return follow
    check_waiting(follow)
    if steps_between(teens, at=at) == "four_step":
        accept(follow, teens, actor=actor, at=at)
    else:
        accept_both(follow, teens, actor=actor, at=at)
    return follow


def steps_between(teens: Teens, *, at: datetime) -> str:
    """Return the strictest handshake of those who are registered here."""
    enforced = (present_teen(teen, at=at).resolution.values[HANDSHAKE.key] for teen in teens.values())
    return str(HANDSHAKE.kind.strictest_of(each.value for each in enforced))


def ask(follow: Follow, *, at: datetime) -> Follow:
    """Write that somebody asks, anew where it was asked before; refusals are remembered, and since when it waits."""
    follow.state, follow.asked_at = FollowState.ASKED, heard_at(follow.follower, follow.followed) or at
    follow.answered_at = follow.ended_at = None
    follow.save()
    return follow


def accept_both(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """Say yes to a follow and to the way back, whether or not that was asked."""
    accept(follow, teens, actor=actor, at=at)
    ends = {"follower": follow.followed, "followed": follow.follower}
    back = Follow.objects.filter(**ends).first() or Follow(**ends)
    if back.state != FollowState.ACCEPTED:
        accept(back if back.state == FollowState.ASKED else ask(back, at=at), teens, actor=actor, at=at)


def accept(follow: Follow, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """Say yes to what was asked; former refusals are forgotten."""
    follow.state, follow.answered_at = FollowState.ACCEPTED, at
    follow.refusals, follow.cool_off_until = 0, None
    follow.save()
    note("follow.accepted", teens.values(), body_of(follow), actor=actor, at=at)


def check_own_block(follower: str, followed: str) -> None:
    """Check that who asks does not keep the other away.

    Raises Problem `invalid_value`.
    """
    if Block.objects.filter(blocker=follower, blocked=followed).exists():
        fault = Fault("/state", "invalid_value", "Expected no block by the account that asks; take it back first.")
        raise Problem("invalid_value", "This account blocks the other one.", [fault])


def check_cool_off(follow: Follow | None, at: datetime) -> None:
    """Check that a no was long enough ago.

    Raises Problem `cooling_off` with the moment from which it may be asked again.
    """
    until = follow.cool_off_until if follow is not None else None
    if until is not None and at < until:
        seconds = math.ceil((until - at).total_seconds())
        raise Problem("cooling_off", headers={"Retry-After": str(seconds)}, extra={"ask_again_at": iso(until)})
