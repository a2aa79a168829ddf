"""Who was asked says yes: the second of four steps, and the fourth, which makes friends."""

from __future__ import annotations

import pytest

from accounts.models import FollowState
from accounts.ties import Relationship, Ties
from tests.builders import AT, HOUR, a_teen, kinds, refused, stored
from tests.ties import (
    STRANGER,
    accepts,
    assert_told_alone,
    befriended,
    blocks,
    follows,
    handshakes,
    related,
    says_no,
    ties,
    unfollows,
)

BOTH = frozenset(["platform-tess", "platform-theo"])


def test_two_accepted_follows_make_friends_and_one_does_not() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    follow = accepts(theo, tess, at=AT + HOUR)
    assert (follow.state, follow.answered_at) == (FollowState.ACCEPTED, AT + HOUR)
    assert ties(tess) == Ties(follows=frozenset(["platform-theo"]))
    assert ties(theo) == Ties(followers=frozenset(["platform-tess"]))
    follows(theo, tess)
    assert related(tess, theo) is Relationship.FOLLOWS
    accepts(tess, theo)
    assert related(tess, theo) is related(theo, tess) is Relationship.FRIEND
    assert ties(tess) == Ties(friends=BOTH - {"platform-tess"})
    assert ties(theo) == Ties(friends=BOTH - {"platform-theo"})


def test_it_is_recorded_with_both_and_owed_to_both_aside_from_parents() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    accepts(theo, tess)
    for teen in (tess, theo):
        assert_told_alone(teen, "follow.accepted", {"follower": "platform-tess", "followed": "platform-theo"})


def test_accepting_twice_is_once() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    accepts(theo, tess)
    before = stored()
    assert accepts(theo, tess, at=AT + HOUR).answered_at == AT
    assert stored() == before


def test_what_nobody_asked_is_not_accepted() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    with refused("not_found"):
        accepts(theo, tess)
    follows(tess, theo)
    with refused("not_found"):
        # The follow that is named goes from one account to the other: nobody accepts the own ask.
        accepts(tess, theo)


@pytest.mark.parametrize("end", [unfollows, lambda one, other: says_no(other, one), blocks])
def test_what_does_not_wait_any_more_is_not_accepted(end: object) -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    assert callable(end)
    end(tess, theo)
    with refused("gone"):
        accepts(theo, tess)


def test_friends_need_not_both_be_registered() -> None:
    tess = a_teen()
    befriended(tess, STRANGER)
    assert ties(tess) == Ties(friends=frozenset([STRANGER]))
    assert related(STRANGER, tess) is Relationship.FRIEND


def test_with_two_steps_one_yes_makes_friends() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    with handshakes({"13-15": "two_step"}):
        follows(tess, theo)
        assert related(tess, theo) is Relationship.NONE
        accepts(theo, tess)
    assert related(tess, theo) is related(theo, tess) is Relationship.FRIEND
    assert kinds(theo)[1:] == ["follow.asked", "follow.accepted", "follow.accepted"]


def test_with_two_steps_a_yes_is_one_to_the_way_back_that_was_refused_before() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(theo, tess)
    says_no(tess, theo)
    with handshakes({"13-15": "two_step"}):
        follows(tess, theo)
        accepts(theo, tess)
    assert related(tess, theo) is Relationship.FRIEND


def test_with_one_step_an_ask_makes_friends() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    with handshakes({"13-15": "one_step"}):
        assert follows(tess, theo).state == FollowState.ACCEPTED
    assert related(tess, theo) is Relationship.FRIEND


@pytest.mark.parametrize("one", ["one_step", "two_step"])
def test_the_strictest_handshake_of_the_two_counts(one: str) -> None:
    tess, theo, tara = a_teen(14), a_teen(16, name="theo"), a_teen(14, name="tara")
    with handshakes({"13-15": one, "16-17": "four_step"}):
        assert follows(tess, theo).state == FollowState.ASKED
        accepts(theo, tess)
        assert related(tess, theo) is Relationship.FOLLOWS
        follows(tess, tara)
        accepts(tara, tess)
    assert related(tess, tara) is Relationship.FRIEND


def test_of_an_account_that_is_not_registered_the_handshake_is_not_known() -> None:
    tess = a_teen()
    with handshakes({"13-15": "one_step"}):
        follows(STRANGER, tess)
    assert related(tess, STRANGER) is Relationship.FRIEND


def test_friends_stay_friends_when_the_handshake_becomes_stricter() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    with handshakes({"13-15": "one_step"}):
        follows(tess, theo)
    assert related(tess, theo) is Relationship.FRIEND
