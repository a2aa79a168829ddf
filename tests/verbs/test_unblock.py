"""A block is taken back: it keeps nobody away any more, and restores nothing."""

from __future__ import annotations

from accounts.models import Block, FollowState
from accounts.ties import Relationship, Ties
from controls.enrolment import enrol
from ledger.actor import SYSTEM
from tests.builders import AT, HOUR, a_profile, a_teen, kinds, newest, owed, refused, seq, stored
from tests.ties import STRANGER, assert_told_alone, befriended, blocks, follows, related, ties, unblocks

BODY = {"blocker": "platform-tess", "blocked": "platform-theo"}


def test_nobody_is_kept_away_any_more_and_nothing_is_restored() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    befriended(tess, theo)
    blocks(tess, theo)
    unblocks(tess, theo)
    assert related(tess, theo) is Relationship.NONE
    assert ties(tess) == ties(theo) == Ties()
    assert follows(theo, tess).state == FollowState.ASKED


def test_it_is_recorded_and_owed_aside_from_parents_and_the_other_side_is_not_told() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    before = (kinds(theo), seq(theo), owed(theo))
    unblocks(tess, theo)
    assert_told_alone(tess, "block.removed", BODY)
    assert (kinds(theo), seq(theo), owed(theo)) == before


def test_taking_back_twice_is_once_and_without_a_block_it_is_nothing() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    before = stored()
    unblocks(tess, theo)
    assert stored() == before
    blocks(tess, theo)
    unblocks(tess, theo)
    before = stored()
    unblocks(tess, theo, at=AT + HOUR)
    assert stored() == before


def test_the_block_of_the_other_side_stays() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    blocks(tess, theo)
    blocks(theo, tess)
    unblocks(tess, theo)
    assert related(tess, theo) is Relationship.BLOCKED
    before = kinds(theo)
    follows(tess, theo)
    assert kinds(theo) == before


def test_who_is_not_registered_takes_the_own_block_back() -> None:
    tess = a_teen()
    blocks(STRANGER, tess)
    unblocks(STRANGER, tess)
    assert ties(tess) == Ties()
    assert_told_alone(tess, "block.lifted", {"blocker": STRANGER, "blocked": "platform-tess"})


def test_who_has_registered_meanwhile_is_told_as_well() -> None:
    tess = a_teen()
    blocks("platform-theo", tess)
    theo = enrol("platform-theo", a_profile(name="theo"), actor=SYSTEM, at=AT).account
    unblocks(theo, tess)
    assert not Block.objects.exists()
    assert ties(tess) == ties(theo) == Ties()
    assert (newest(tess).kind, newest(theo).kind) == ("block.lifted", "block.removed")


def test_of_two_that_are_not_registered_nothing_is_told() -> None:
    with refused("not_found"):
        unblocks(STRANGER, "platform-nobody")
