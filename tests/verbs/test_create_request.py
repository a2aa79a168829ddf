"""A teen asks: every parent in the way is asked, nobody else, and only for what could be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Account, Pairing, State, Tally
from controls.asking import pairings_of, way_of
from controls.endings import end_pairing, leave_pairing
from controls.models import Request, RequestState
from controls.requests import ask_for_account, ask_to_leave, create_request
from controls.snapshots import present_account
from family_pairing.problems import Problem
from tests.builders import (
    AT,
    DAY,
    HOUR,
    a_parent,
    a_teen,
    applies,
    asks,
    asks_for_time,
    assert_told,
    chooses,
    claimed,
    minutes,
    newest,
    paired,
    refused,
    sets,
    stored,
)


def missing(teen: Account, request: Request) -> list[str]:
    """Return whose answer is missing."""
    present = present_account(teen, at=AT)
    return [str(each.parent) for each in way_of(request, present, pairings_of(present)).missing]


def test_a_request_waits_and_changes_nothing_that_applies() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers", reason="For my drawings.")
    assert (request.state, request.reason, request.due_at) == ("open", "For my drawings.", AT + 7 * DAY)
    assert applies(tess, "comment.who") == "friends"


def test_a_request_is_recorded_with_what_is_asked_and_owed() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    assert_told(tess, "request.created", "teen", actor_id=str(tess.pk))
    asked = {"kind": "control", "control": "comment.who", "subject": "", "value": "followers"}
    assert newest(tess).told.body == {"request": str(request.pk), "asks": asked}


def test_asking_twice_is_refused_until_the_first_has_ended() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    asks(tess, "comment.who", "followers")
    with refused("already_open"):
        asks(tess, "comment.who", "followers", at=AT + HOUR)
    asks(tess, "account.visibility", "public")
    again = asks(tess, "comment.who", "followers", at=AT + 7 * DAY)
    assert Request.objects.filter(state=RequestState.EXPIRED).count() == 2
    assert Request.objects.open().get() == again


def test_where_nobody_has_spoken_any_verified_parent_may_permit() -> None:
    tess = a_teen()
    for name, is_verified in (("paula", True), ("pierre", True), ("priya", False)):
        paired(tess, a_parent(name), verified=is_verified)
    assert missing(tess, asks(tess, "comment.who", "followers")) == ["Paula", "Pierre"]


def test_whoever_is_in_the_way_is_asked_and_nobody_else() -> None:
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"time.daily_minutes": minutes(60)})
    sets(pierre, {"time.daily_minutes": minutes(120)})
    assert missing(tess, asks_for_time(tess, 120)) == ["Paula"]


def test_a_setting_that_comes_later_is_in_the_way_as_well() -> None:
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"time.daily_minutes": minutes(60)})
    request = asks_for_time(tess, 120)
    sets(pierre, {"time.daily_minutes": minutes(90)})
    assert missing(tess, request) == ["Paula", "Pierre"]


def test_an_unverified_parent_in_the_way_is_asked_as_well() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    sets(paired(tess, a_parent("priya"), verified=False), {"comment.who": "nobody"})
    assert missing(tess, asks(tess, "comment.who", "friends")) == ["Priya"]
    other = a_teen(name="theo")
    sets(paired(other, a_parent("pierre"), verified=False), {"comment.who": "nobody"})
    with refused("tie_unverified"):
        asks(other, "comment.who", "followers")


def test_more_time_is_the_total_of_the_local_date_and_ends_with_it() -> None:
    tess = a_teen(15, "US-CA")
    paired(tess, a_parent())
    request = asks_for_time(tess, 90, at=AT.replace(hour=2))
    # At 02:00 UTC on Tuesday it is Monday evening in California.
    assert request.value == {"mon": {"limited": True, "minutes": 90}}
    assert request.due_at == AT.replace(hour=8)


def test_what_is_the_teens_to_choose_needs_no_asking() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    for key, value in (("comment.who", "friends"), ("comment.who", "nobody"), ("mention.who", "followed")):
        with refused("invalid_value"):
            asks(tess, key, value)


def test_only_what_could_be_is_asked() -> None:
    tess = a_teen()
    paired(tess, a_parent())
    for code, key, value in (
        ("past_the_loosest", "comment.who", "everyone"),
        ("past_the_loosest", "dm.who_can_send", "friends"),
        ("invalid_value", "comment.who", "loud"),
        ("invalid_value", "time.daily_minutes", {"monday": {"limited": False}}),
        ("invalid_value", "content.keywords", {"all": False, "items": []}),
    ):
        with refused(code):
            asks(tess, key, value)


def test_what_another_control_caps_is_not_asked() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    with refused("invalid_value"):
        asks(tess, "comment.who", "followers")


def test_without_a_parent_nobody_is_asked() -> None:
    tess, paula = a_teen(), a_parent()
    with refused("not_yours_to_loosen"):
        asks(tess, "comment.who", "followers")
    end_pairing(paired(tess, paula), actor=paula.actor, at=AT)
    with refused("not_yours_to_loosen"):
        asks(tess, "comment.who", "followers")


def test_five_requests_a_day_to_a_parent() -> None:
    tess = a_teen(15)
    paired(tess, a_parent())
    for total in range(61, 66):
        request = asks_for_time(tess, total)
        Request.objects.filter(pk=request.pk).update(state=RequestState.CANCELLED, closed_at=AT)
    with refused("too_many"):
        asks_for_time(tess, 66)
    assert Tally.objects.get(name="requests_day").count == 5
    asks_for_time(tess, 66, at=AT + DAY)


def test_a_request_to_leave_goes_to_that_parent_alone() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    paired(tess, a_parent("pierre"))
    request = create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT)
    assert missing(tess, request) == ["Paula"]
    with refused("already_open"):
        create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT)


@pytest.mark.parametrize("state", [state for state in State if not Pairing(state=state).binds])
@pytest.mark.parametrize("is_alone", [True, False])
def test_a_pairing_that_does_not_bind_cannot_be_asked_to_end(state: State, is_alone: bool) -> None:
    tess = a_teen()
    if not is_alone:
        paired(tess, a_parent("pierre"))
    pairing = claimed(tess, a_parent())
    Pairing.objects.filter(pk=pairing.pk).update(state=state)
    with refused("gone"):
        create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT)


def test_a_pairing_that_is_ending_can_still_be_asked_to_end_at_once() -> None:
    tess = a_teen()
    pairing = leave_pairing(paired(tess, a_parent()), actor=tess.actor, at=AT)
    assert pairing.state == State.ENDING
    assert missing(tess, create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT)) == ["Paula"]


def test_an_account_is_asked_of_whoever_has_it_on_the_list_and_the_teens_own_list_stays_out_of_it() -> None:
    tess = a_teen()
    paula = paired(tess, a_parent())
    paired(tess, a_parent("pierre"))
    chooses(tess, "accounts.blocked", {"all": False, "items": ["other-1", "other-2"]})
    sets(paula, {"accounts.blocked": {"all": False, "items": ["other-1"]}})
    request = create_request(tess, ask_for_account("other-1"), actor=tess.actor, at=AT)
    assert missing(tess, request) == ["Paula"]
    with refused("invalid_value"):
        create_request(tess, ask_for_account("other-2"), actor=tess.actor, at=AT)


@pytest.mark.parametrize("until", [None, AT + HOUR])
@pytest.mark.parametrize("other", [None, {"all": False, "items": ["other-1"]}])
def test_where_a_parent_blocks_everything_no_single_account_is_asked(until: datetime | None, other: Any) -> None:
    tess = a_teen()
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    for pairing in (paula, pierre):
        sets(pairing, {"accounts.blocked": other})
    sets(paula, {"accounts.blocked": {"all": True}}, until=until)
    before = stored()
    with pytest.raises(Problem, match="Every account is blocked"):
        create_request(tess, ask_for_account("other-1"), actor=tess.actor, at=AT)
    assert stored() == before
    sets(paula, {"accounts.blocked": None})
    sets(pierre, {"accounts.blocked": {"all": False, "items": ["other-1"]}})
    chooses(tess, "accounts.blocked", {"all": True})
    assert missing(tess, create_request(tess, ask_for_account("other-1"), actor=tess.actor, at=AT)) == ["Pierre"]


def test_what_the_policy_alone_decides_is_not_asked() -> None:
    tess = a_teen(None)
    paired(tess, a_parent())
    with refused("not_available_at_your_age"):
        asks(tess, "comment.who", "followers")
