"""Both sides at once, in two processes' worth of connections: nobody waits for ever, and nothing is left in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import permutations
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, connections, transaction

from accounts.models import Account, Block, Follow
from accounts.ties import Relationship, Ties
from controls import handshake
from controls.enrolment import enrol
from family_pairing.problems import Problem
from ledger.actions import advance, lock_teens
from ledger.actor import SYSTEM
from ledger.models import Event, Teen
from tests.builders import AT, a_profile, a_teen, kinds
from tests.counts import either
from tests.faults.waiting import wait_for
from tests.ties import accepts, befriended, blocks, follows, related, says_no, ties, unblocks, unfollows

pytestmark = pytest.mark.usefixtures("committed")
ROUNDS = either(full=60, reduced=8)
Act = Callable[[], object]


def at_once(*acts: Act) -> list[str]:
    """Let several act at the same moment, each on a connection of its own; returns the code of each refusal."""
    together = threading.Barrier(len(acts))

    def run(act: Act) -> str:
        try:
            connection.ensure_connection()
            together.wait(20)
            act()
        except Problem as problem:
            return problem.code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def two(number: int) -> tuple[Account, Account]:
    """Return two teens; the second may have the lower id in no round, so the names are turned instead."""
    one, other = a_teen(name=f"tess-{number}"), a_teen(name=f"theo-{number}")
    return (one, other) if number % 2 else (other, one)


def assert_whole(*teens: Account) -> None:
    """Check that each history counts its versions without a gap, and that no tie is held across a block."""
    for teen in teens:
        seqs = list(Event.objects.filter(teen=teen.pk).order_by("id").values_list("seq", flat=True))
        assert seqs == list(range(1, Teen.objects.get(pk=teen.pk).seq + 1))
    for block in Block.objects.all():
        assert not Follow.objects.live().between(block.blocker, block.blocked).exists()


def test_both_ask_and_both_accept_at_once_and_are_friends() -> None:
    for number in range(ROUNDS):
        one, other = two(number)
        pairs = list(permutations((one, other)))
        assert at_once(*(partial(follows, a, b) for a, b in pairs)) == ["", ""]
        assert at_once(*(partial(accepts, a, b) for a, b in pairs)) == ["", ""]
        assert related(one, other) is Relationship.FRIEND
        assert_whole(one, other)


def test_the_same_ask_many_times_at_once_is_one() -> None:
    one, other = two(1)
    assert at_once(*[partial(follows, one, other)] * 6) == [""] * 6
    assert kinds(one)[1:] == kinds(other)[1:] == ["follow.asked"]
    assert at_once(*[partial(blocks, one, other)] * 6) == [""] * 6
    assert kinds(one)[2:] == ["follow.withdrawn", "block.added"]


def test_an_ask_and_a_block_at_once_leave_a_block_alone() -> None:
    for number in range(ROUNDS):
        one, other = two(number)
        told = at_once(partial(follows, one, other), partial(blocks, other, one))
        assert told in (["", ""], ["not_found", ""])
        assert related(one, other) is Relationship.BLOCKED
        assert_whole(one, other)


def test_each_blocks_the_other_at_once() -> None:
    for number in range(ROUNDS):
        one, other = two(number)
        befriended(one, other)
        pairs = list(permutations((one, other)))
        assert at_once(*(partial(blocks, a, b) for a, b in pairs)) == ["", ""]
        assert Block.objects.filter(blocker__in=[one.external_id, other.external_id]).count() == 2
        assert_whole(one, other)
        at_once(*(partial(unblocks, a, b) for a, b in pairs))
        assert related(one, other) is Relationship.NONE


@pytest.mark.parametrize("move", [accepts, says_no])
def test_an_answer_and_a_second_thought_at_once_leave_one_of_them(move: Callable[..., object]) -> None:
    for number in range(ROUNDS):
        one, other = two(number)
        follows(one, other)
        told = at_once(partial(move, other, one), partial(unfollows, one, other))
        ended = Follow.objects.get(follower=one.external_id).state
        assert (told, ended) in (
            (["gone", ""], "withdrawn"),
            (["", ""], "removed" if move is accepts else "refused"),
        )
        assert_whole(one, other)


def test_three_in_a_ring_wait_for_nobody_for_ever() -> None:
    teens = [a_teen(name=name) for name in ("tess", "theo", "tara")]
    pairs = list(permutations(teens, 2))
    assert at_once(*(partial(follows, a, b) for a, b in pairs)) == [""] * 6
    assert at_once(*(partial(accepts, a, b) for a, b in pairs)) == [""] * 6
    assert all(related(a, b) is Relationship.FRIEND for a, b in pairs)
    assert_whole(*teens)


@transaction.atomic
def test_counters_are_locked_in_the_order_of_their_ids_wherever_the_rows_lie() -> None:
    teens = [a_teen(name=name).teen for name in ("tess", "theo", "tara")]
    # Rows that were written again lie behind the others.
    for teen in teens[:2]:
        advance(teen)
    ids = sorted(teen.pk for teen in teens)
    for asked in permutations(ids):
        assert [teen.pk for teen in lock_teens(asked)] == ids


class Held:
    """A verb that stands still after it has looked who is registered, until it is let go."""

    def __init__(self, wrapped: Callable[..., Any]) -> None:
        self.wrapped = wrapped
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.reached.set()
        assert self.opened.wait(20)
        return self.wrapped(*arguments, **named)


def is_waited_for() -> bool:
    """Tell whether anybody waits for a name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND NOT l.granted AND d.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_who_registers_while_being_asked_comes_before_or_after_and_knows_of_it() -> None:
    tess, held = a_teen(), Held(handshake.ask)
    with patch.object(handshake, "ask", held), ThreadPoolExecutor(2) as pool:
        asking = pool.submit(at_once, lambda: follows(tess, "platform-theo"))
        assert held.reached.wait(20)
        registering: Future[list[str]] = pool.submit(
            at_once, lambda: enrol("platform-theo", a_profile(name="theo"), actor=SYSTEM, at=AT)
        )
        wait_for(lambda: is_waited_for() or registering.done(), "the registration waits for the name", within=20)
        assert not registering.done()
        held.opened.set()
        assert asking.result() == registering.result() == [""]
    accepts("platform-theo", tess)
    theo = Account.objects.get(external_id="platform-theo")
    assert ties(theo) == Ties(followers=frozenset(["platform-tess"]))
    assert kinds(theo) == ["account.registered", "follow.accepted"]
