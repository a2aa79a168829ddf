"""An accepted follow ends: they are friends no longer, and one may still follow the other."""

from __future__ import annotations

from accounts.models import Follow, FollowState
from accounts.ties import Relationship, Ties
from controls.enrolment import enrol
from ledger.actor import SYSTEM
from tests.builders import AT, HOUR, a_profile, a_teen, stored
from tests.ties import STRANGER, accepts, assert_told_alone, befriended, follows, related, ties, unfollows


def test_friends_are_friends_no_longer_and_the_other_way_stays() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    unfollows(tess, theo, at=AT + HOUR)
    follow = Follow.objects.get(follower="platform-tess")
    assert (follow.state, follow.ended_at) == (FollowState.REMOVED, AT + HOUR)
    assert (related(tess, theo), related(theo, tess)) == (Relationship.FOLLOWED_BY, Relationship.FOLLOWS)
    assert ties(tess) == Ties(followers=frozenset(["platform-theo"]))


def test_it_is_recorded_with_both_and_owed_to_both_aside_from_parents() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    unfollows(theo, tess)
    for teen in (tess, theo):
        assert_told_alone(teen, "follow.removed", {"follower": "platform-theo", "followed": "platform-tess"})


def test_removing_twice_is_once() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    unfollows(tess, theo)
    before = stored()
    unfollows(tess, theo, at=AT + HOUR)
    assert stored() == before


def test_becoming_friends_again_takes_both_steps_of_that_way_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    unfollows(tess, theo)
    follows(tess, theo)
    assert related(tess, theo) is Relationship.FOLLOWED_BY
    accepts(theo, tess)
    assert related(tess, theo) is Relationship.FRIEND


def test_with_an_account_that_is_not_registered_the_tie_ends_as_well() -> None:
    tess = a_teen()
    befriended(tess, STRANGER)
    unfollows(STRANGER, tess)
    assert ties(tess) == Ties(follows=frozenset([STRANGER]))


def test_a_corrected_age_or_place_ends_no_tie() -> None:
    tess, theo = a_teen(16), a_teen(name="theo")
    befriended(tess, theo)
    enrol("platform-tess", a_profile(14, "FR"), actor=SYSTEM, at=AT)
    assert related(tess, theo) is Relationship.FRIEND
    assert ties(tess) == Ties(friends=frozenset(["platform-theo"]))
