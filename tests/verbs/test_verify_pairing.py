"""A tie is verified: from then on the parent's word may loosen."""

from __future__ import annotations

import pytest

from accounts.models import Proof
from accounts.pairing import verify_pairing
from ledger.actor import SYSTEM
from ledger.models import Debt, Event
from tests.builders import AT, a_parent, a_teen, paired, refused, sets

pytestmark = pytest.mark.django_db


def test_a_verified_parent_may_loosen_and_an_unverified_one_not() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent(), verified=False)
    with refused("tie_unverified"):
        sets(pairing, {"comment.who": "followers"})
    verify_pairing(pairing, Proof.IN_PERSON, actor=SYSTEM, at=AT)
    sets(pairing, {"comment.who": "followers"})


def test_it_is_recorded_and_owed_and_twice_is_once() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent(), verified=False)
    for _ in range(2):
        verify_pairing(pairing, Proof.IN_PERSON, actor=SYSTEM, at=AT)
    event = Event.objects.get(kind="pairing.verified")
    assert event.teen == tess.pk
    assert set(Debt.objects.filter(teen=tess.pk).values_list("wanted", flat=True)) == {event.seq}
