"""The verbs of blocks: one account keeps another away, and takes that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.follows import Teens, lock_pair, note, refuse, withdraw_or_remove, withdraw_unheard
from accounts.models import Block, Follow, FollowState
from ledger.actor import Actor


@transaction.atomic
def block_account(blocker: str, blocked: str, *, actor: Actor, at: datetime) -> None:
    """Keep an account away: every tie of the two ends, and none comes about while the block stands; twice is once.

    Who is blocked is not told: an accepted tie looks removed, what they asked refused. Where the two had nothing to do
    with each other nothing changes for them, not even a version, unless who blocks is not registered here: then their
    own ties have to hold the block, so their version counts on, aside from what their parents see.
    Raises Problem `not_found` when neither account is registered here.
    """
    teens = lock_pair(blocker, blocked)
    if Block.objects.filter(blocker=blocker, blocked=blocked).exists():
        return
    for follow in Follow.objects.live().between(blocker, blocked).order_by("pk"):
        end_by_block(follow, blocked, teens, actor=actor, at=at)
    withdraw_unheard(blocker, blocked, teens, actor=actor, at=at)
    made = Block.objects.create(blocker=blocker, blocked=blocked, blocked_at=at, is_shared=blocker not in teens)
    if made.is_shared:
        note("block.received", [teens[blocked]], body_of(made), actor=actor, at=at)
    else:
        note("block.added", [teens[blocker]], body_of(made), actor=actor, at=at)


@transaction.atomic
def unblock_account(blocker: str, blocked: str, *, actor: Actor, at: datetime) -> None:
    """Let an account come near again; what the block has ended stays ended. Twice is once.

    Raises Problem `not_found` when neither account is registered here.
    """
    teens = lock_pair(blocker, blocked)
    block = Block.objects.filter(blocker=blocker, blocked=blocked).first()
    if block is None:
        return
    body, was_shared = body_of(block), block.is_shared
    block.delete()
    # Who has blocked before being registered here stands in the ties of both by now.
    if blocker in teens:
        note("block.removed", [teens[blocker]], body, actor=actor, at=at)
    if was_shared and blocked in teens:
        note("block.lifted", [teens[blocked]], body, actor=actor, at=at)


def end_by_block(follow: Follow, blocked: str, teens: Teens, *, actor: Actor, at: datetime) -> None:
    """End a live follow as whoever blocks would have ended it without a block."""
    if follow.state == FollowState.ASKED and follow.follower == blocked:
        refuse(follow, teens, actor=actor, at=at)
    else:
        withdraw_or_remove(follow, teens, actor=actor, at=at)


def body_of(block: Block) -> dict[str, str]:
    """Return what an event says of a block: ids, and nothing else."""
    return {"blocker": block.blocker, "blocked": block.blocked}
