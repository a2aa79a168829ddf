"""The teen takes an offer back before anybody claimed it."""

from __future__ import annotations

from accounts.models import Invite, State
from accounts.pairing import cancel_pairing
from tests.builders import AT, a_parent, a_teen, assert_told, claimed, newest, offered, refused, seq


def test_a_cancelled_offer_is_gone_and_makes_room() -> None:
    tess = a_teen()
    cancelled = cancel_pairing(offered(tess).pairing, actor=tess.actor, at=AT)
    assert cancelled.state == State.CANCELLED
    assert not Invite.objects.exists()
    assert offered(tess).pairing.state == State.INVITED


def test_the_cancellation_is_recorded_and_owed() -> None:
    tess = a_teen()
    pairing = cancel_pairing(offered(tess).pairing, actor=tess.actor, at=AT)
    assert_told(tess, "pairing.cancelled", "teen", actor_id=str(tess.pk))
    assert newest(tess).told.body == {"pairing": str(pairing.pk), "parent": None}


def test_cancelling_twice_is_once() -> None:
    tess = a_teen()
    pairing = cancel_pairing(offered(tess).pairing, actor=tess.actor, at=AT)
    before = seq(tess)
    assert cancel_pairing(pairing, actor=tess.actor, at=AT).state == State.CANCELLED
    assert seq(tess) == before


def test_what_was_claimed_is_declined_and_not_cancelled() -> None:
    tess = a_teen()
    pairing = claimed(tess, a_parent())
    with refused("gone"):
        cancel_pairing(pairing, actor=tess.actor, at=AT)
