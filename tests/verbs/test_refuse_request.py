"""A parent refuses: for the teen and the other parents alike, with a reason."""

from __future__ import annotations

from accounts.models import Account, Pairing
from controls.models import Answer
from tests.builders import (
    AT,
    HOUR,
    a_parent,
    a_teen,
    applies,
    approves,
    asks,
    asks_for_time,
    assert_told,
    minutes,
    newest,
    paired,
    refused,
    refuses,
    seq,
    sets,
)


def two_homes() -> tuple[Account, Pairing, Pairing]:
    """Return a teen whose parents are both in the way of more than an hour."""
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    for pairing in (paula, pierre):
        sets(pairing, {"time.daily_minutes": minutes(60)})
    return tess, paula, pierre


def test_a_refusal_ends_the_request_and_changes_nothing() -> None:
    tess = a_teen()
    request = refuses(paired(tess, a_parent()), asks(tess, "comment.who", "followers"), "Ask again in spring.")
    assert (request.state, request.closed_at, applies(tess, "comment.who")) == ("refused", AT, "friends")
    assert (Answer.objects.get().says, Answer.objects.get().reason) == ("refused", "Ask again in spring.")


def test_a_refusal_is_recorded_with_its_reason_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    request = refuses(paired(tess, paula), asks(tess, "comment.who", "followers"), "Ask again in spring.")
    assert_told(tess, "request.refused", "parent", actor_id=str(paula.pk))
    told = newest(tess).told.body
    assert (told["request"], told["reason"]) == (str(request.pk), "Ask again in spring.")


def test_refusing_twice_is_once() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = refuses(pairing, asks(tess, "comment.who", "followers"))
    before = seq(tess)
    refuses(pairing, request, at=AT + HOUR)
    assert seq(tess) == before


def test_one_refusal_refuses_it_for_all() -> None:
    tess, paula, pierre = two_homes()
    request = asks_for_time(tess, 120)
    approves(pierre, request, "once")
    refuses(paula, request)
    assert applies(tess, "time.daily_minutes") == minutes(60)
    with refused("gone"):
        approves(pierre, request, "once")
    with refused("gone"):
        refuses(pierre, request)


def test_who_is_not_asked_refuses_nothing() -> None:
    tess, _, pierre = two_homes()
    sets(pierre, {"time.daily_minutes": minutes(300)})
    request = asks_for_time(tess, 120)
    with refused("gone"):
        refuses(pierre, request)


def test_an_unverified_parent_in_the_way_may_refuse() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    priya = paired(tess, a_parent("priya"), verified=False)
    sets(priya, {"comment.who": "nobody"})
    assert refuses(priya, asks(tess, "comment.who", "followers")).state == "refused"
