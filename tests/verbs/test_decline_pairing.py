"""The teen refuses the parent who claimed; the code is burned."""

from __future__ import annotations

from accounts.models import Pairing, State
from accounts.pairing import decline_pairing
from tests.builders import AT, a_parent, a_teen, assert_told, claimed, mallory, newest, offered, paired, refused, seq


def test_a_declined_pairing_binds_nobody_and_makes_room() -> None:
    tess = a_teen()
    declined = decline_pairing(claimed(tess, mallory()), actor=tess.actor, at=AT)
    assert declined.state == State.DECLINED
    assert not Pairing.objects.active().exists()
    assert offered(tess).pairing.state == State.INVITED


def test_the_refusal_is_recorded_without_a_reason_and_owed() -> None:
    tess, stranger = a_teen(), mallory()
    pairing = decline_pairing(claimed(tess, stranger), actor=tess.actor, at=AT)
    assert_told(tess, "pairing.declined", "teen", actor_id=str(tess.pk))
    assert newest(tess).told.body == {"pairing": str(pairing.pk), "parent": str(stranger.pk)}


def test_declining_twice_is_once() -> None:
    tess = a_teen()
    pairing = decline_pairing(claimed(tess, mallory()), actor=tess.actor, at=AT)
    before = seq(tess)
    assert decline_pairing(pairing, actor=tess.actor, at=AT).state == State.DECLINED
    assert seq(tess) == before


def test_only_what_was_claimed_can_be_declined() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    active, invited = paired(theo, a_parent()), offered(tess).pairing
    with refused("gone"):
        decline_pairing(invited, actor=tess.actor, at=AT)
    with refused("gone"):
        decline_pairing(active, actor=theo.actor, at=AT)
