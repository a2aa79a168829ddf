"""Who was asked says no."""

from __future__ import annotations

from accounts.follows import FIRST_COOL_OFF, LATER_COOL_OFF
from accounts.models import FollowState
from accounts.ties import Relationship
from tests.builders import AT, DAY, HOUR, a_teen, refused, stored
from tests.ties import (
    STRANGER,
    accepts,
    assert_told_alone,
    befriended,
    follows,
    related,
    says_no,
    ties,
    unfollows,
)


def test_a_no_ends_the_ask_and_says_from_when_it_may_be_asked_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    follow = says_no(theo, tess, at=AT + HOUR)
    assert (follow.state, follow.answered_at, follow.cool_off_until) == (
        FollowState.REFUSED,
        AT + HOUR,
        AT + HOUR + FIRST_COOL_OFF,
    )
    assert related(tess, theo) is Relationship.NONE
    assert not ties(theo).followers


def test_a_second_no_asks_for_more_patience() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    follows(tess, theo, at=AT + DAY)
    assert says_no(theo, tess, at=AT + DAY).cool_off_until == AT + DAY + LATER_COOL_OFF


def test_it_is_recorded_with_both_and_owed_to_both_aside_from_parents() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    for teen in (tess, theo):
        assert_told_alone(teen, "follow.refused", {"follower": "platform-tess", "followed": "platform-theo"})


def test_refusing_twice_is_once_and_waits_no_longer() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    before = stored()
    assert says_no(theo, tess, at=AT + HOUR).cool_off_until == AT + FIRST_COOL_OFF
    assert stored() == before


def test_a_no_leaves_the_other_way_as_it_is() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    accepts(theo, tess)
    follows(theo, tess)
    says_no(tess, theo)
    assert related(tess, theo) is Relationship.FOLLOWS


def test_only_what_waits_is_refused() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    with refused("not_found"):
        says_no(theo, tess)
    befriended(tess, theo)
    with refused("gone"):
        says_no(theo, tess)
    unfollows(tess, theo)
    with refused("gone"):
        says_no(theo, tess)


def test_of_two_that_are_not_registered_nothing_is_told() -> None:
    with refused("not_found"):
        says_no(STRANGER, "platform-nobody")
