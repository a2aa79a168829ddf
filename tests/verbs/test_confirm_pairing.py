"""The teen confirms the parent whom it was shown, and the pairing binds."""

from __future__ import annotations

from uuid_utils.compat import uuid7

from accounts.models import Pairing, Proof, State
from accounts.pairing import confirm_pairing, decline_pairing
from tests.builders import (
    AT,
    MINUTE,
    SECOND,
    a_parent,
    a_teen,
    applies,
    assert_told,
    claimed,
    mallory,
    newest,
    offered,
    refused,
    seq,
    sets,
)


def test_a_confirmed_pairing_binds_and_an_unconfirmed_one_does_not() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = claimed(tess, paula)
    with refused("not_found"):
        sets(pairing, {"comment.who": "nobody"})
    confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT)
    sets(pairing, {"comment.who": "nobody"})
    assert applies(tess, "comment.who") == "nobody"


def test_a_new_tie_is_not_verified() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = confirm_pairing(claimed(tess, paula), paula.pk, actor=tess.actor, at=AT)
    assert (pairing.proof, pairing.is_verified, pairing.active_at) == (Proof.NONE, False, AT)


def test_the_confirmation_is_recorded_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = confirm_pairing(claimed(tess, paula), paula.pk, actor=tess.actor, at=AT)
    assert_told(tess, "pairing.activated", "teen", actor_id=str(tess.pk))
    assert newest(tess).told.body == {"pairing": str(pairing.pk), "parent": str(paula.pk)}


def test_confirming_twice_is_once() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = confirm_pairing(claimed(tess, paula), paula.pk, actor=tess.actor, at=AT)
    before = seq(tess)
    again = confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT + MINUTE)
    assert (again.state, again.active_at, seq(tess)) == (State.ACTIVE, AT, before)


def test_only_the_parent_who_was_shown_is_confirmed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = claimed(tess, mallory())
    for other in (paula.pk, uuid7()):
        with refused("invalid_value"):
            confirm_pairing(pairing, other, actor=tess.actor, at=AT)
    assert not Pairing.objects.active().exists()


def test_an_offer_that_nobody_claimed_cannot_be_confirmed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = offered(tess).pairing
    with refused("gone"):
        confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT)


def test_the_teen_has_ten_minutes() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = claimed(tess, paula)
    with refused("gone"):
        confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT + 10 * MINUTE)
    confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT + 10 * MINUTE - SECOND)
    assert pairing.state == State.ACTIVE


def test_what_was_declined_cannot_be_confirmed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = decline_pairing(claimed(tess, paula), actor=tess.actor, at=AT)
    with refused("gone"):
        confirm_pairing(pairing, paula.pk, actor=tess.actor, at=AT)
