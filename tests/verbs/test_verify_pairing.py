"""A tie is verified: from then on the parent's word may loosen."""

from __future__ import annotations

import pytest
from django.core.management import CommandError

from accounts.models import Proof
from controls.endings import end_pairing
from controls.models import RequestState, Setting
from controls.verification import verify_pairing
from ledger.actor import SYSTEM
from ledger.models import Debt, Event
from tests.builders import (
    AT,
    a_parent,
    a_teen,
    applies,
    asks,
    claimed,
    kinds,
    newest,
    paired,
    refused,
    seq,
    sets,
    stored,
)  # fmt: skip
from tests.commands import called

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


def test_the_event_says_whose_tie_it_is_and_what_it_moves() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula, verified=False)
    # Said while the default was looser, and kept.
    Setting.objects.create(pairing=pairing, key="comment.who", value="followers", said_at=AT)
    assert applies(tess, "comment.who") == "friends"
    verify_pairing(pairing, Proof.IN_PERSON, actor=SYSTEM, at=AT)
    told = newest(tess).told.body
    assert (told["pairing"], told["parent"]) == (str(pairing.pk), str(paula.pk))
    assert [(each["key"], each["to"]) for each in told["moved"]] == [("comment.who", applies(tess, "comment.who"))]


def test_a_request_that_waited_for_this_alone_is_settled() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    pierre = paired(tess, a_parent("pierre"), verified=False)
    Setting.objects.create(pairing=pierre, key="comment.who", value="followers", said_at=AT)
    request = asks(tess, "comment.who", "followers")
    verify_pairing(pierre, Proof.IN_PERSON, actor=SYSTEM, at=AT)
    request.refresh_from_db()
    assert (request.state, applies(tess, "comment.who")) == (RequestState.APPROVED, "followers")


def test_only_a_pairing_that_binds_is_verified() -> None:
    tess, paula = a_teen(), a_parent()
    waiting, ended = claimed(tess, paula), paired(a_teen(name="theo"), paula, verified=False)
    end_pairing(ended, actor=paula.actor, at=AT)
    for pairing in (waiting, ended):
        with refused("gone"):
            verify_pairing(pairing, Proof.IN_PERSON, actor=SYSTEM, at=AT)


def test_an_operator_verifies_by_a_command_that_names_both() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula, verified=False)
    before = stored()
    assert called("verify", tess.external_id, paula.email, "--dry-run") == f"would verify pairing {pairing.pk}"
    assert stored() == before
    assert called("verify", tess.external_id, paula.email.upper()).startswith(f"verified pairing {pairing.pk}")
    assert (kinds(tess)[-1], newest(tess).actor_kind) == ("pairing.verified", "system")
    sets(pairing, {"comment.who": "followers"})
    last = seq(tess)
    assert called("verify", tess.external_id, paula.email) == f"pairing {pairing.pk} is verified already"
    assert seq(tess) == last


def test_the_command_refuses_whoever_is_not_paired() -> None:
    tess, mallory = a_teen(), a_parent("mallory")
    claimed(tess, mallory)
    for teen, parent in ((tess.external_id, mallory.email), (tess.external_id, "nobody@family.example"), ("x", "y")):
        with pytest.raises(CommandError, match="no active pairing"):
            called("verify", teen, parent)
