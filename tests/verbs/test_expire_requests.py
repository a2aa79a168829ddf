"""Time ends what nobody answered: after a week, or with the day that it was about."""

from __future__ import annotations

from controls.requests import expire_requests
from tests.builders import AT, DAY, HOUR, SECOND, a_parent, a_teen, approves, asks, asks_for_time, assert_told, paired


def test_after_a_week_a_request_expires_once() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    assert expire_requests(at=AT + 7 * DAY - SECOND) == 0
    assert (expire_requests(at=AT + 7 * DAY), expire_requests(at=AT + 7 * DAY)) == (1, 0)
    request.refresh_from_db()
    assert (request.state, request.closed_at) == ("expired", AT + 7 * DAY)


def test_an_expiry_is_recorded_and_owed() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    asks(tess, "comment.who", "followers")
    expire_requests(at=AT + 7 * DAY)
    assert_told(tess, "request.expired", "system", actor_id="")


def test_more_time_tonight_expires_at_midnight() -> None:
    tess = a_teen(15)
    paired(tess, a_parent())
    asks_for_time(tess, 90)
    assert (expire_requests(at=AT + 12 * HOUR - SECOND), expire_requests(at=AT + 12 * HOUR)) == (0, 1)


def test_what_was_answered_does_not_expire() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = approves(pairing, asks(tess, "comment.who", "followers"))
    assert expire_requests(at=AT + 30 * DAY) == 0
    assert request.state == "approved"


def test_an_overdue_request_is_over_before_anybody_notes_it() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    assert (request.state_at(AT), request.state_at(AT + 7 * DAY)) == ("open", "expired")
