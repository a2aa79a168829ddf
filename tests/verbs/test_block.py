"""One account keeps another away: every tie ends, none comes about, and the other side is not told."""

from __future__ import annotations

import pytest

from accounts.models import Block, FollowState
from accounts.ties import Relationship, Ties, relationship_between
from controls.enrolment import enrol
from ledger.actor import SYSTEM
from tests.builders import AT, DAY, HOUR, a_parent, a_profile, a_teen, kinds, owed, paired, refused, seq, stored
from tests.ties import (
    STRANGER,
    accepts,
    assert_told_alone,
    befriended,
    blocks,
    follows,
    related,
    says_no,
    ties,
    unfollows,
)

BODY = {"blocker": "platform-tess", "blocked": "platform-theo"}


def test_friends_who_are_blocked_are_friends_no_longer() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    blocks(tess, theo, at=AT + HOUR)
    assert related(tess, theo) is related(theo, tess) is Relationship.BLOCKED
    assert ties(tess) == Ties(blocked=frozenset(["platform-theo"]))
    assert ties(theo) == Ties()
    assert Block.objects.get().blocked_at == AT + HOUR


def test_whoever_asks_first_the_ties_of_both_tell_of_the_block() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    both = ("platform-tess", ties(tess)), ("platform-theo", ties(theo))
    for (acting, its), (other, theirs) in (both, both[::-1]):
        assert relationship_between(acting, its, other, theirs) is Relationship.BLOCKED


def test_it_is_recorded_and_owed_aside_from_parents() -> None:
    tess = a_teen()
    blocks(tess, a_teen(name="theo"))
    assert_told_alone(tess, "block.added", BODY)


def test_blocking_twice_is_once() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    before = stored()
    blocks(tess, theo, at=AT + HOUR)
    assert stored() == before


def test_where_there_was_no_tie_nothing_changes_for_who_is_blocked() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    before = (kinds(theo), seq(theo), owed(theo), ties(theo))
    blocks(tess, theo)
    assert (kinds(theo), seq(theo), owed(theo), ties(theo)) == before


def test_an_accepted_tie_looks_removed_and_an_ask_refused_or_taken_back() -> None:
    tess, theo, tara = a_teen(), a_teen(name="theo"), a_teen(name="tara")
    befriended(tess, theo)
    follows(tess, tara)
    follows(tara, tess)
    for other in (theo, tara):
        blocks(tess, other)
    assert kinds(theo)[-2:] == ["follow.removed", "follow.removed"]
    assert kinds(tara)[-2:] == ["follow.withdrawn", "follow.refused"]


def test_who_was_asking_is_told_to_wait_as_after_any_other_no() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(theo, tess)
    blocks(tess, theo)
    with refused("cooling_off"):
        follows(theo, tess)
    before = kinds(tess)
    assert follows(theo, tess, at=AT + DAY).state == FollowState.ASKED
    assert kinds(tess) == before


@pytest.mark.parametrize("move", [accepts, says_no])
def test_what_the_block_has_ended_is_not_answered_any_more(move: object) -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    blocks(tess, theo)
    assert callable(move)
    with refused("gone"):
        move(theo, tess)


def test_each_keeps_the_other_away_by_a_block_of_their_own() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    blocks(theo, tess)
    assert Block.objects.count() == 2
    with refused("invalid_value"):
        follows(tess, theo)


def test_an_account_that_is_not_registered_is_blocked() -> None:
    tess = a_teen()
    befriended(tess, STRANGER)
    blocks(tess, STRANGER)
    assert ties(tess) == Ties(blocked=frozenset([STRANGER]))
    before = kinds(tess)
    assert follows(STRANGER, tess, at=AT + DAY).state == FollowState.ASKED
    assert kinds(tess) == before


def test_what_an_account_that_is_not_registered_blocks_stands_with_whom_it_blocks() -> None:
    tess = a_teen()
    before = seq(tess)
    blocks(STRANGER, tess)
    assert ties(tess) == Ties(blocked=frozenset([STRANGER]))
    assert_told_alone(tess, "block.received", {"blocker": STRANGER, "blocked": "platform-tess"})
    assert seq(tess) == before + 1
    assert follows(tess, STRANGER).state == FollowState.ASKED
    with refused("not_found"):
        accepts(STRANGER, tess)


def test_who_registers_later_brings_the_own_blocks_along() -> None:
    tess = a_teen()
    blocks("platform-theo", tess)
    theo = enrol("platform-theo", a_profile(name="theo"), actor=SYSTEM, at=AT).account
    assert ties(theo) == Ties(blocked=frozenset(["platform-tess"]))
    assert ties(tess) == Ties(blocked=frozenset(["platform-theo"]))


def test_a_parent_is_in_the_ties_by_our_own_id() -> None:
    tess, paula = a_teen(), a_parent()
    paired(tess, paula)
    assert ties(tess) == Ties(parents=frozenset([str(paula.pk)]))


def test_of_two_that_are_not_registered_nothing_is_held() -> None:
    with refused("not_found"):
        blocks(STRANGER, "platform-nobody")
    tess = a_teen()
    with refused("invalid_value"):
        blocks(tess, tess)


def test_a_tie_with_somebody_else_stays() -> None:
    tess, theo, tara = a_teen(), a_teen(name="theo"), a_teen(name="tara")
    for one, other in ((tess, theo), (tess, tara), (theo, tara)):
        befriended(one, other)
    blocks(tess, theo)
    unfollows(tara, theo)
    assert (related(tess, tara), related(theo, tara)) == (Relationship.FRIEND, Relationship.FOLLOWS)
    assert FollowState.ACCEPTED in tess_follows_tara()


def tess_follows_tara() -> list[str]:
    """Return the state of that follow."""
    return [follows("platform-tess", "platform-tara").state]
