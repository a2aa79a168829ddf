"""A teen takes a request back."""

from __future__ import annotations

from controls.requests import cancel_request
from tests.builders import (
    AT,
    DAY,
    HOUR,
    a_parent,
    a_teen,
    approves,
    asks,
    assert_told,
    paired,
    refused,
    seq,
)


def test_a_cancelled_request_waits_no_more_and_may_be_asked_again() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = cancel_request(asks(tess, "comment.who", "followers"), actor=tess.actor, at=AT + HOUR)
    assert (request.state, request.closed_at) == ("cancelled", AT + HOUR)
    with refused("gone"):
        approves(pairing, request)
    assert asks(tess, "comment.who", "followers").state == "open"


def test_a_cancelling_is_recorded_and_owed() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    cancel_request(asks(tess, "comment.who", "followers"), actor=tess.actor, at=AT)
    assert_told(tess, "request.cancelled", "teen", actor_id=str(tess.pk))


def test_cancelling_twice_is_once() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    request = cancel_request(asks(tess, "comment.who", "followers"), actor=tess.actor, at=AT)
    before = seq(tess)
    assert cancel_request(request, actor=tess.actor, at=AT + HOUR).closed_at == AT
    assert seq(tess) == before


def test_what_has_ended_is_not_taken_back() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    late = asks(tess, "comment.who", "followers")
    with refused("gone"):
        cancel_request(late, actor=tess.actor, at=AT + 7 * DAY)
    approved = approves(pairing, late)
    with refused("gone"):
        cancel_request(approved, actor=tess.actor, at=AT)
