"""Open pairings whose time is over expire by themselves."""

from __future__ import annotations

from accounts.models import Invite, State
from accounts.pairing import expire_pairings
from tests.builders import AT, MINUTE, SECOND, a_parent, a_teen, assert_told, claimed, kinds, offered, paired

LATE = AT + 10 * MINUTE


def test_an_offer_expires_after_ten_minutes_and_not_before() -> None:
    pairing = offered(a_teen()).pairing
    assert expire_pairings(at=LATE - SECOND) == 0
    assert expire_pairings(at=LATE) == 1
    pairing.refresh_from_db()
    assert pairing.state == State.EXPIRED
    assert not Invite.objects.exists()


def test_a_claim_that_nobody_answers_expires_as_well() -> None:
    pairing = claimed(a_teen(), a_parent())
    assert expire_pairings(at=LATE) == 1
    pairing.refresh_from_db()
    assert pairing.state == State.EXPIRED


def test_the_expiry_is_recorded_as_nobodys_act_and_owed() -> None:
    tess = a_teen()
    offered(tess)
    expire_pairings(at=LATE)
    assert_told(tess, "pairing.expired", "system", actor_id="")


def test_expiring_twice_is_once() -> None:
    tess = a_teen()
    offered(tess)
    assert (expire_pairings(at=LATE), expire_pairings(at=LATE)) == (1, 0)
    assert kinds(tess).count("pairing.expired") == 1


def test_an_active_pairing_never_expires() -> None:
    pairing = paired(a_teen(), a_parent())
    assert expire_pairings(at=LATE) == 0
    pairing.refresh_from_db()
    assert pairing.state == State.ACTIVE
