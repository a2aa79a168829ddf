"""How two accounts come to be friends, or not: the moves of follows and blocks, each by whose it is.

An account is one that is registered, or the platform's id of one that is not.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from unittest.mock import patch

from accounts.blocks import block_account, unblock_account
from accounts.follows import end_follow, refuse_follow
from accounts.gather import relationship
from accounts.models import Account, Follow
from accounts.ties import Relationship, Ties
from controls import snapshots
from controls.gather import gather_with_ties
from controls.handshake import HANDSHAKE, accept_follow, ask_follow
from controls.packs import pack_for
from controls.policy.packs import Pack
from ledger.actor import SYSTEM, Actor
from tests.builders import AT, kinds, newest, owed, seq

STRANGER = "platform-mallory"
Who = Account | str


def name_of(who: Who) -> str:
    """Return the platform's id of an account."""
    return who if isinstance(who, str) else who.external_id


def actor_of(who: Who) -> Actor:
    """Return who acts for an account: itself, or the platform for one that is not registered."""
    return SYSTEM if isinstance(who, str) else who.actor


def follows(one: Who, other: Who, *, at: datetime = AT) -> Follow:
    """Let one account ask to follow another."""
    return ask_follow(name_of(one), name_of(other), actor=actor_of(one), at=at)


def accepts(one: Who, other: Who, *, at: datetime = AT) -> Follow:
    """Let one account accept what the other asks."""
    return accept_follow(name_of(other), name_of(one), actor=actor_of(one), at=at)


def says_no(one: Who, other: Who, *, at: datetime = AT) -> Follow:
    """Let one account refuse what the other asks."""
    return refuse_follow(name_of(other), name_of(one), actor=actor_of(one), at=at)


def unfollows(one: Who, other: Who, *, at: datetime = AT) -> None:
    """Let one account follow the other no more, or ask no more."""
    end_follow(name_of(one), name_of(other), actor=actor_of(one), at=at)


def blocks(one: Who, other: Who, *, at: datetime = AT) -> None:
    """Let one account keep the other away."""
    block_account(name_of(one), name_of(other), actor=actor_of(one), at=at)


def unblocks(one: Who, other: Who, *, at: datetime = AT) -> None:
    """Let one account take its block back."""
    unblock_account(name_of(one), name_of(other), actor=actor_of(one), at=at)


def befriended(one: Who, other: Who, *, at: datetime = AT) -> None:
    """Let two accounts go the four steps."""
    for asking, asked in permutations((one, other)):
        follows(asking, asked, at=at)
        accepts(asked, asking, at=at)


@contextmanager
def handshakes(steps: Mapping[str, str]) -> Generator[None, None, None]:
    """Let an operator's pack ask for another number of steps, by band."""

    def other(place: str, time_zone: str, at: datetime) -> Pack:
        pack = pack_for(place, time_zone, at)
        rules = {band: dict(each) for band, each in pack.rules.items()}
        for band, word in steps.items():
            rules[band][HANDSHAKE.key] = replace(rules[band][HANDSHAKE.key], default=word, loosest=word)
        return replace(pack, rules=rules)

    with patch.object(snapshots, "pack_for", other):
        yield


def related(one: Who, other: Who) -> Relationship | None:
    """Return what one account is to another."""
    return relationship(name_of(one), name_of(other))


def ties(teen: Account, *, at: datetime = AT) -> Ties:
    """Return the ties of a registered account, as decisions read them at a moment."""
    found = gather_with_ties(teen.pk)
    assert found is not None
    return found[0].ties_at(found[1], at)


def assert_told_alone(teen: Account, kind: str, body: dict[str, str]) -> None:
    """Check that this is the last of the teen's events, that everybody is owed it, and that parents see no version."""
    event, counter = newest(teen), type(teen.teen).objects.get(pk=teen.pk)
    assert (event.kind, event.seq, event.told.body) == (kind, seq(teen), body)
    assert owed(teen) == {"cache": seq(teen), "stream": seq(teen)}
    alone = [each for each in kinds(teen) if each.startswith(("follow.", "block."))]
    assert counter.aside == len(alone)
