"""A parent claims what a code or a link offers; the teen still has to confirm."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

import pytest

from accounts.models import Invite, Pairing, State, User
from accounts.pairing import TRIES, cancel_pairing, claim_pairing
from family_pairing.problems import Problem
from tests.builders import (
    AT,
    DAY,
    MINUTE,
    SECOND,
    a_parent,
    a_teen,
    applies,
    assert_told,
    mallory,
    newest,
    offered,
    paired,
    refused,
    sets,
)


def claims(parent: User, code: str = "", *, token: str = "", at: datetime = AT) -> Pairing:
    """Let the parent try a code or a link's token."""
    return claim_pairing(parent, code=code, token=token, address="192.0.2.1", at=at)


def misses() -> AbstractContextManager[object]:
    """Expect a code that opens nothing; the try is counted."""
    return pytest.raises(Problem, match="not_found")


def wrong(code: str) -> str:
    """Return a code with the same selector and another verifier."""
    return code[:-1] + ("0" if code[-1] != "0" else "1")


def test_the_right_code_claims_and_a_wrong_one_does_not() -> None:
    tess, paula = a_teen(), a_parent()
    offer = offered(tess)
    with misses():
        claims(paula, wrong(offer.code))
    pairing = claims(paula, offer.code)
    assert (pairing.state, pairing.parent, pairing.teen) == (State.CLAIMED, paula, tess)
    assert pairing.expires_at == AT + 10 * MINUTE


def test_the_token_of_the_link_claims_as_well() -> None:
    offer = offered(a_teen())
    paula = a_parent()
    with refused("not_found"):
        claims(paula, token=offer.token[:-1])
    assert claims(paula, token=offer.token).state == State.CLAIMED


@pytest.mark.parametrize("dash", ["", " ", "-", " - "])
def test_a_code_is_read_as_people_type_it(dash: str) -> None:
    offer = offered(a_teen())
    typed = offer.code.lower().replace("0", "o").replace("1", "l").replace("-", dash)
    assert claims(a_parent(), f" {typed} ").state == State.CLAIMED


def test_the_claim_is_recorded_under_the_parent_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = claims(paula, offered(tess).code)
    assert_told(tess, "pairing.claimed", "parent", actor_id=str(paula.pk))
    assert newest(tess).told.body == {"pairing": str(pairing.pk), "parent": str(paula.pk)}


def test_a_code_works_once() -> None:
    offer, pierre = offered(a_teen()), a_parent("pierre")
    claims(a_parent(), offer.code)
    assert not Invite.objects.exists()
    with refused("not_found"):
        claims(pierre, offer.code)
    with refused("not_found"):
        claims(pierre, token=offer.token)


def test_a_code_lives_ten_minutes() -> None:
    paula = a_parent()
    offer = offered(a_teen())
    with refused("not_found"):
        claims(paula, token=offer.token, at=AT + 10 * MINUTE)
    assert claims(paula, offer.code, at=AT + 10 * MINUTE - SECOND).state == State.CLAIMED


def test_a_cancelled_code_opens_nothing() -> None:
    tess, paula = a_teen(), a_parent()
    offer = offered(tess)
    cancel_pairing(offer.pairing, actor=tess.actor, at=AT)
    with refused("not_found"):
        claims(paula, offer.code)


def test_a_parent_who_is_paired_already_is_told_nothing_else() -> None:
    tess, paula = a_teen(), a_parent()
    paired(tess, paula)
    offer = offered(tess)
    with misses():
        claims(paula, offer.code)
    assert claims(a_parent("pierre"), offer.code).state == State.CLAIMED


def test_five_wrong_tries_burn_a_code_whoever_tries() -> None:
    offer, guesser, paula = offered(a_teen()), mallory(), a_parent()
    for _ in range(TRIES):
        with misses():
            claims(guesser, wrong(offer.code))
    with refused("not_found"):
        claims(paula, offer.code)


def test_four_wrong_tries_do_not() -> None:
    offer = offered(a_teen())
    guesser = mallory()
    for _ in range(TRIES - 1):
        with misses():
            claims(guesser, wrong(offer.code))
    assert claims(a_parent(), offer.code).state == State.CLAIMED


def test_a_right_guess_only_asks() -> None:
    tess, paula = a_teen(), a_parent()
    before = applies(tess, "comment.who")
    pairing = claims(paula, offered(tess).code)
    with refused("not_found"):
        sets(pairing, {"comment.who": "nobody"})
    assert applies(tess, "comment.who") == before


def test_twenty_claims_a_day_are_counted_and_the_next_day_begins_anew() -> None:
    paula = a_parent()
    for number in range(20):
        with misses():
            claims(paula, "AAAA-00000-00000", at=AT + 10 * MINUTE * number)
    with refused("too_many"):
        claims(paula, "AAAA-00000-00000", at=AT + 10 * MINUTE * 20)
    with refused("not_found"):
        claims(paula, "AAAA-00000-00000", at=AT + DAY)


def test_five_claims_in_ten_minutes_are_counted_for_each_parent() -> None:
    paula, other, offer = a_parent(), mallory(), offered(a_teen())
    for _ in range(5):
        with misses():
            claims(paula, "AAAA-00000-00000")
    with refused("too_many"):
        claims(paula, offer.code)
    with refused("not_found"):
        claims(other, "AAAA-00000-00000")
