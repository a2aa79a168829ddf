"""One account asks to follow another: the first of four steps, and the third."""

from __future__ import annotations

import pytest

from accounts import limits
from accounts.follows import FIRST_COOL_OFF, LATER_COOL_OFF
from accounts.models import FollowState, Tally, UnheardAsk
from accounts.ties import Relationship
from family_pairing.problems import Problem
from tests.builders import AT, DAY, HOUR, SECOND, a_teen, kinds, owed, refused, seq, stored
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
    unblocks,
    unfollows,
)

ASKED = {"follower": "platform-tess", "followed": "platform-theo"}


def test_an_ask_waits_and_ties_nobody_yet() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follow = follows(tess, theo)
    assert (follow.state, follow.asked_at, follow.answered_at) == (FollowState.ASKED, AT, None)
    assert related(tess, theo) is related(theo, tess) is Relationship.NONE
    assert not ties(tess).follows | ties(theo).followers


def test_it_is_recorded_with_both_and_owed_to_both_aside_from_parents() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    for teen in (tess, theo):
        assert_told_alone(teen, "follow.asked", ASKED)


def test_asking_twice_is_once() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    first, before = follows(tess, theo), stored()
    assert follows(tess, theo, at=AT + HOUR) == first
    assert stored() == before


def test_what_is_accepted_is_not_asked_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    before = stored()
    assert follows(tess, theo, at=AT + DAY).state == FollowState.ACCEPTED
    assert stored() == before


def test_the_way_back_is_an_ask_of_its_own_whoever_began() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    assert follows(theo, tess).state == FollowState.ASKED
    assert related(tess, theo) is Relationship.NONE
    accepts(theo, tess)
    assert (related(tess, theo), related(theo, tess)) == (Relationship.FOLLOWS, Relationship.FOLLOWED_BY)


def test_an_account_that_is_not_registered_asks_and_is_asked() -> None:
    tess = a_teen()
    follows(tess, STRANGER)
    assert_told_alone(tess, "follow.asked", {"follower": "platform-tess", "followed": STRANGER})
    follows(STRANGER, tess)
    assert_told_alone(tess, "follow.asked", {"follower": STRANGER, "followed": "platform-tess"})


def test_of_two_that_are_not_registered_nothing_is_held() -> None:
    a_teen()
    with refused("not_found"):
        follows(STRANGER, "platform-nobody")


def test_nobody_follows_oneself() -> None:
    tess = a_teen()
    with refused("invalid_value"):
        follows(tess, tess)


def test_after_a_no_it_is_too_early_for_a_day_and_then_it_may_be_asked_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    with refused("cooling_off"):
        follows(tess, theo, at=AT + FIRST_COOL_OFF - SECOND)
    assert follows(tess, theo, at=AT + FIRST_COOL_OFF).state == FollowState.ASKED


def test_after_a_second_no_and_each_further_one_it_is_too_early_for_a_week() -> None:
    tess, theo, at = a_teen(), a_teen(name="theo"), AT
    for cool_off in (FIRST_COOL_OFF, LATER_COOL_OFF, LATER_COOL_OFF):
        follows(tess, theo, at=at)
        says_no(theo, tess, at=at)
        with refused("cooling_off"):
            follows(tess, theo, at=at + cool_off - SECOND)
        at += cool_off


def test_the_refusal_says_when_it_may_be_asked_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    with pytest.raises(Problem) as caught:
        follows(tess, theo, at=AT + HOUR - SECOND / 2)
    assert caught.value.headers == {"Retry-After": str(23 * 3600 + 1)}
    assert caught.value.extra == {"ask_again_at": "2026-12-02T12:00:00Z"}


def test_a_no_does_not_keep_the_other_side_from_asking() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    follows(tess, theo)
    says_no(theo, tess)
    assert follows(theo, tess).state == FollowState.ASKED


def test_a_yes_makes_former_refusals_forgotten() -> None:
    tess, theo, later = a_teen(), a_teen(name="theo"), AT + 2 * DAY
    follows(tess, theo)
    says_no(theo, tess)
    follows(tess, theo, at=later)
    accepts(theo, tess, at=later)
    unfollows(tess, theo, at=later)
    follows(tess, theo, at=later)
    says_no(theo, tess, at=later)
    assert follows(tess, theo, at=later + FIRST_COOL_OFF).state == FollowState.ASKED


def test_behind_a_block_an_ask_waits_and_who_blocks_hears_nothing() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(theo, tess)
    before = (kinds(theo), seq(theo), owed(theo), ties(theo))
    asked = follows(tess, theo)
    assert (asked.state, asked.asked_at, asked.answered_at) == (FollowState.ASKED, AT, None)
    assert_told_alone(tess, "follow.asked", ASKED)
    once = stored()
    assert follows(tess, theo, at=AT + DAY).asked_at == AT
    assert stored() == once
    for answers in (accepts, says_no):
        with refused("not_found"):
            answers(theo, tess)
    assert (kinds(theo), seq(theo), owed(theo), ties(theo)) == before


def test_an_unheard_ask_is_taken_back_unheard() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(theo, tess)
    before = kinds(theo)
    follows(tess, theo)
    unfollows(tess, theo)
    assert_told_alone(tess, "follow.withdrawn", ASKED)
    assert (kinds(theo), UnheardAsk.objects.count()) == (before, 0)
    follows(tess, theo)
    blocks(tess, theo)
    assert kinds(tess)[-3:] == ["follow.asked", "follow.withdrawn", "block.added"]
    assert (kinds(theo), UnheardAsk.objects.count()) == (before, 0)


def test_once_the_block_is_gone_an_ask_is_heard_when_it_is_asked_again() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(theo, tess)
    follows(tess, theo)
    unblocks(theo, tess)
    before = kinds(tess)
    assert kinds(theo)[-1] == "block.removed"
    assert follows(tess, theo, at=AT + DAY).asked_at == AT
    assert (kinds(theo)[-1], kinds(tess)) == ("follow.asked", before)
    assert accepts(theo, tess, at=AT + DAY).state == FollowState.ACCEPTED


def test_a_yes_to_both_ways_answers_an_unheard_ask() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(theo, tess)
    follows(tess, theo)
    unblocks(theo, tess)
    follows(theo, tess)
    with handshakes({"13-15": "two_step"}):
        accepts(tess, theo)
    assert related(tess, theo) is Relationship.FRIEND
    assert UnheardAsk.objects.count() == 0


def test_behind_a_block_asks_count_as_elsewhere() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(theo, tess)
    for _ in range(limits.ASKS_OF_ONE_A_DAY.most):
        follows(tess, theo)
        unfollows(tess, theo)
    with refused("too_many"):
        follows(tess, theo)


def test_who_blocks_takes_that_back_before_asking() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    with pytest.raises(Problem) as caught:
        follows(tess, theo)
    assert [fault.pointer for fault in caught.value.faults] == ["/state"]
    assert kinds(tess)[-1] == "block.added"


def test_an_account_asks_fifty_others_a_day() -> None:
    tess, most = a_teen(), limits.ASKS_A_DAY.most
    for number in range(most):
        follows(tess, f"platform-{number}")
    with refused("too_many"):
        follows(tess, "platform-one-more")
    assert follows(a_teen(name="theo"), tess).state == FollowState.ASKED
    assert follows(tess, "platform-one-more", at=AT + DAY).state == FollowState.ASKED


def test_one_account_is_asked_three_times_a_day_however_often_it_is_taken_back() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    for _ in range(limits.ASKS_OF_ONE_A_DAY.most):
        follows(tess, theo)
        unfollows(tess, theo)
    before = seq(theo)
    with refused("too_many"):
        follows(tess, theo)
    assert seq(theo) == before
    assert follows(theo, tess).state == FollowState.ASKED
    assert follows(tess, theo, at=AT + DAY).state == FollowState.ASKED


def test_what_is_counted_names_nobody() -> None:
    follows(a_teen(), a_teen(name="theo"))
    keys = Tally.objects.filter(name__startswith="asks").values_list("key", flat=True)
    assert len(keys) == 2
    assert not [key for key in keys if "platform" in key]
