"""Who asked takes it back before an answer."""

from __future__ import annotations

from accounts.models import Follow, FollowState
from tests.builders import AT, HOUR, a_teen, refused, stored
from tests.ties import STRANGER, accepts, assert_told_alone, follows, unfollows


def test_what_is_taken_back_waits_no_longer_and_may_be_asked_anew_at_once() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    unfollows(tess, theo, at=AT + HOUR)
    follow = Follow.objects.get()
    assert (follow.state, follow.ended_at) == (FollowState.WITHDRAWN, AT + HOUR)
    with refused("gone"):
        accepts(theo, tess, at=AT + HOUR)
    again = follows(tess, theo, at=AT + HOUR)
    assert (again.pk, again.state, again.asked_at, again.ended_at) == (
        follow.pk,
        FollowState.ASKED,
        AT + HOUR,
        None,
    )


def test_it_is_recorded_with_both_and_owed_to_both_aside_from_parents() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    unfollows(tess, theo)
    for teen in (tess, theo):
        assert_told_alone(teen, "follow.withdrawn", {"follower": "platform-tess", "followed": "platform-theo"})


def test_taking_back_twice_is_once_and_nothing_is_taken_back_that_was_not_asked() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    before = stored()
    unfollows(tess, theo)
    assert stored() == before
    follows(tess, theo)
    unfollows(tess, theo)
    before = stored()
    unfollows(tess, theo, at=AT + HOUR)
    assert stored() == before


def test_the_other_side_has_not_asked() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    unfollows(theo, tess)
    assert Follow.objects.get().state == FollowState.ASKED


def test_of_two_that_are_not_registered_nothing_is_told() -> None:
    with refused("not_found"):
        unfollows(STRANGER, "platform-nobody")
