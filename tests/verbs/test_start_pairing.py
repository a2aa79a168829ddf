"""A teen offers to pair, with a code that lives ten minutes."""

from __future__ import annotations

import importlib.util
import re

import pytest
from argon2 import Type, extract_parameters
from django.test import override_settings

from accounts import codes
from accounts.models import Invite, State
from accounts.pairing import cancel_pairing
from tests.builders import (
    AT,
    HOUR,
    MINUTE,
    a_parent,
    a_person,
    a_teen,
    assert_told,
    kinds,
    newest,
    offered,
    paired,
    refused,
)


def test_an_offer_has_a_code_a_token_and_ten_minutes() -> None:
    offer = offered(a_teen())
    assert offer.pairing.state == State.INVITED
    assert offer.pairing.expires_at == AT + 10 * MINUTE
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{5}){2}", offer.code)
    assert len(offer.token) >= 22


def test_only_hashes_of_the_code_and_the_token_are_stored() -> None:
    offer = offered(a_teen())
    invite = Invite.objects.get(pairing=offer.pairing)
    code = codes.read_code(offer.code)
    assert code is not None
    assert invite.verifier.startswith("$argon2id$")
    assert code.verifier not in invite.verifier
    assert bytes(invite.token_sha256) == codes.token_hash(offer.token)


def test_the_start_is_recorded_and_owed() -> None:
    tess = a_teen()
    offer = offered(tess)
    assert_told(tess, "pairing.started", "teen", actor_id=str(tess.pk))
    assert newest(tess).told.body == {"pairing": str(offer.pairing.pk), "parent": None}
    assert offer.code not in repr(newest(tess).told.body)


def test_a_second_offer_waits_for_the_first() -> None:
    tess = a_teen()
    first = offered(tess)
    with refused("already_open"):
        offered(tess)
    cancel_pairing(first.pairing, actor=tess.actor, at=AT)
    assert offered(tess).pairing.state == State.INVITED


def test_an_overdue_offer_makes_room_and_is_recorded_as_expired() -> None:
    tess = a_teen()
    former = offered(tess).pairing
    offered(tess, at=AT + 10 * MINUTE)
    former.refresh_from_db()
    assert former.state == State.EXPIRED
    assert kinds(tess)[-2:] == ["pairing.expired", "pairing.started"]


@pytest.mark.parametrize("most", [2, 4])
def test_no_more_parents_than_the_operator_allows(most: int) -> None:
    tess = a_teen()
    with override_settings(MOST_PARENTS=most):
        for name in ("paula", "pierre", "grandma", "grandpa")[:most]:
            paired(tess, a_person(name))
        with refused("already_open"):
            offered(tess)


def test_another_teen_may_offer_at_the_same_time() -> None:
    offered(a_teen())
    assert offered(a_teen(name="theo")).pairing.state == State.INVITED
    assert a_parent().pairings.count() == 0


def test_a_selector_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, free = codes.Code("AAAA", "0" * 10), codes.Code("BBBB", "1" * 10)
    draws = iter([taken, taken, taken, free])
    monkeypatch.setattr(codes, "new_code", lambda: next(draws))
    assert offered(a_teen()).code.startswith("AAAA")
    assert offered(a_teen(name="theo")).code.startswith("BBBB")


def test_guessing_a_stored_verifier_is_slow() -> None:
    # These tests hash quickly; a fresh copy of the module has what is served.
    spec = importlib.util.find_spec("accounts.codes")
    assert spec is not None
    assert spec.loader is not None
    served = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(served)
    made = extract_parameters(served.NOBODYS)
    assert (made.type, made.time_cost, made.memory_cost) == (Type.ID, 2, 19_456)


def test_twenty_offers_an_hour_are_counted() -> None:
    tess = a_teen()
    for _ in range(20):
        cancel_pairing(offered(tess).pairing, actor=tess.actor, at=AT)
    with refused("too_many"):
        offered(tess)
    assert offered(tess, at=AT + HOUR).pairing.state == State.INVITED
