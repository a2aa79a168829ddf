"""A parent approves, for the own setting; with the last that was missing the teen has what was asked."""

from __future__ import annotations

from accounts.models import Account, Pairing, Proof, State
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import end_pairing
from controls.models import Answer, Choice, Request, Setting
from controls.requests import ask_for_account, ask_to_leave, create_request
from tests.builders import (
    AT,
    DAY,
    HOUR,
    a_parent,
    a_teen,
    applies,
    approves,
    asks,
    asks_for_time,
    assert_told,
    chooses,
    kinds,
    minutes,
    newest,
    paired,
    refused,
    refuses,
    seq,
    sets,
)

MIDNIGHT = AT + 12 * HOUR
TIME = "time.daily_minutes"


def words() -> list[tuple[str, object, object]]:
    """Return every stored word: parents' and the teen's."""
    rows: list[Setting | Choice] = [*Setting.objects.order_by("id"), *Choice.objects.order_by("id")]
    return [(type(row).__name__, row.value, row.until) for row in rows]


def test_always_is_a_standing_setting_and_a_standing_choice() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = approves(pairing, asks(tess, "account.visibility", "public"))
    assert (request.state, request.closed_at) == ("approved", AT)
    assert words() == [("Setting", "public", None), ("Choice", "public", None)]
    assert applies(tess, "account.visibility") == "public"


def test_once_lasts_until_midnight_where_the_teen_lives_and_both_words_end_together() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    approves(pairing, asks(tess, "comment.who", "followers"), "once")
    assert words() == [("Setting", "followers", MIDNIGHT), ("Choice", "followers", MIDNIGHT)]
    assert applies(tess, "comment.who") == "followers"
    assert applies(tess, "comment.who", at=MIDNIGHT) == "friends"
    end_temporaries(at=MIDNIGHT)
    assert words() == []


def test_until_lasts_until_that_moment() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    approves(pairing, asks(tess, "comment.who", "followers"), "until", AT + 3 * DAY)
    assert words() == [("Setting", "followers", AT + 3 * DAY), ("Choice", "followers", AT + 3 * DAY)]


def test_an_approval_is_recorded_with_what_was_said_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    request = approves(pairing, asks(tess, "comment.who", "followers"))
    assert_told(tess, "request.approved", "parent", actor_id=str(paula.pk))
    assert kinds(tess)[-2:] == ["settings.changed", "request.approved"]
    assert (newest(tess).told.body["request"], newest(tess).told.body["done"]) == (str(request.pk), True)


def test_approving_twice_is_once() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = approves(pairing, asks(tess, "comment.who", "followers"))
    before = seq(tess)
    approves(pairing, request, "once", at=AT + HOUR)
    assert (seq(tess), Answer.objects.get().lasting) == (before, "always")


def two_homes() -> tuple[Account, Pairing, Pairing]:
    """Return a teen of fifteen whose parents set 60 and 120 minutes."""
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {TIME: minutes(60)})
    sets(pierre, {TIME: minutes(120)})
    return tess, paula, pierre


def test_in_two_homes_the_one_who_is_in_the_way_grants_tonight() -> None:
    tess, paula, pierre = two_homes()
    request = asks_for_time(tess, 120)
    with refused("gone"):
        approves(pierre, request, "once")
    assert approves(paula, request, "once").state == "approved"
    assert applies(tess, TIME) == {**minutes(60), "tue": {"limited": True, "minutes": 120}}
    assert applies(tess, TIME, at=MIDNIGHT) == minutes(60)


def test_each_parent_answers_for_the_own_setting() -> None:
    tess, paula, pierre = two_homes()
    request = asks_for_time(tess, 180)
    assert approves(pierre, request, "once").state == "open"
    assert applies(tess, TIME) == minutes(60)
    assert newest(tess).told.body["done"] is False
    assert approves(paula, request, "once").state == "approved"
    assert applies(tess, TIME)["tue"] == {"limited": True, "minutes": 180}
    assert Choice.objects.get().until == MIDNIGHT


def test_the_choice_ends_with_the_first_approval_that_ends() -> None:
    tess, paula, pierre = two_homes()
    request = asks(tess, TIME, {"tue": {"limited": True, "minutes": 180}})
    approves(pierre, request, "always")
    approves(paula, request, "until", AT + 2 * DAY)
    assert Choice.objects.get().until == AT + 2 * DAY
    assert applies(tess, TIME, at=AT + 2 * DAY) == minutes(60)


def test_asking_twice_never_adds_up() -> None:
    tess = a_teen(15)
    pairing = paired(tess, a_parent())
    approves(pairing, asks_for_time(tess, 90), "once")
    approves(pairing, asks_for_time(tess, 100, at=AT + HOUR), "once", at=AT + HOUR)
    assert applies(tess, TIME, at=AT + HOUR)["tue"] == {"limited": True, "minutes": 100}


def test_what_was_said_of_other_parts_stays() -> None:
    tess = a_teen(15)
    pairing = paired(tess, a_parent())
    sets(pairing, {TIME: {"wed": {"limited": True, "minutes": 20}, "tue": {"limited": True, "minutes": 30}}})
    chooses(tess, TIME, {"thu": {"limited": True, "minutes": 10}})
    approves(pairing, asks(tess, TIME, {"tue": {"limited": True, "minutes": 90}}))
    now = applies(tess, TIME)
    assert [now[day]["minutes"] for day in ("tue", "wed", "thu", "fri")] == [90, 20, 10, 60]


def test_a_longer_temporary_word_of_the_parent_is_not_cut_short() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "nobody"}, until=AT + 3 * DAY)
    request = asks(tess, "comment.who", "friends")
    with refused("invalid_value"):
        approves(pairing, request, "once")
    approves(pairing, request, "always")
    assert (applies(tess, "comment.who"), Setting.objects.get().until) == ("friends", None)


def test_approving_asks_for_a_recent_sign_in() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    with refused("step_up_required"):
        approves(pairing, request, is_recent=False)
    assert approves(pairing, request).state == "approved"


def test_more_time_is_for_today_and_leaving_is_for_good() -> None:
    tess, paula = a_teen(15), a_parent()
    pairing = paired(tess, paula)
    more, leave = asks_for_time(tess, 90), create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT)
    for request, lasting in ((more, "always"), (leave, "once")):
        with refused("invalid_value"):
            approves(pairing, request, lasting)
    for lasting, until in (("until", None), ("once", AT + DAY), ("until", AT), ("until", AT + 367 * DAY)):
        with refused("invalid_value"):
            approves(pairing, leave, lasting, until)


def test_approving_to_leave_ends_the_pairing_at_once_and_what_else_waited_for_it() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    other = asks(tess, "comment.who", "followers")
    approves(pairing, create_request(tess, ask_to_leave(pairing), actor=tess.actor, at=AT))
    pairing.refresh_from_db()
    other.refresh_from_db()
    assert (pairing.state, other.state) == (State.ENDED, "expired")


def test_an_account_is_not_let_through_while_a_parent_blocks_everything() -> None:
    tess = a_teen()
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"accounts.blocked": {"all": False, "items": ["other-1"]}})
    request = create_request(tess, ask_for_account("other-1"), actor=tess.actor, at=AT)
    sets(pierre, {"accounts.blocked": {"all": True}})
    assert approves(paula, request).state == "open"
    for lasting in ("always", "once"):
        with refused("invalid_value"):
            approves(pierre, request, lasting)
    assert (Request.objects.get().state, applies(tess, "accounts.blocked")) == ("open", {"all": True})
    sets(pierre, {"accounts.blocked": {"all": False, "items": ["other-2"]}})
    assert (Request.objects.get().state, applies(tess, "accounts.blocked")["items"]) == ("approved", ["other-2"])


def test_an_account_goes_from_the_lists_of_parents_and_from_no_other() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"accounts.blocked": {"all": False, "items": ["other-1", "other-2"]}})
    chooses(tess, "accounts.blocked", {"all": False, "items": ["other-3"]})
    approves(pairing, create_request(tess, ask_for_account("other-1"), actor=tess.actor, at=AT), "always")
    assert Setting.objects.get().value["items"] == ["other-2"]
    assert applies(tess, "accounts.blocked")["items"] == ["other-2", "other-3"]
    approves(pairing, create_request(tess, ask_for_account("other-2"), actor=tess.actor, at=AT), "once")
    assert applies(tess, "accounts.blocked")["items"] == ["other-3"]
    assert applies(tess, "accounts.blocked", at=MIDNIGHT)["items"] == ["other-2", "other-3"]


def test_an_unverified_parent_approves_nothing_looser_than_the_default() -> None:
    tess = a_teen()
    paula, priya = paired(tess, a_parent()), paired(tess, a_parent("priya"), verified=False)
    sets(priya, {"comment.who": "nobody"})
    approves(priya, asks(tess, "comment.who", "friends"))
    assert applies(tess, "comment.who") == "friends"
    request = asks(tess, "comment.who", "followers")
    with refused("tie_unverified"):
        approves(priya, request)
    approves(paula, request)
    assert (applies(tess, "comment.who"), request.state) == ("friends", "open")
    sets(priya, {"comment.who": None})
    request.refresh_from_db()
    assert (applies(tess, "comment.who"), request.state) == ("followers", "approved")


def test_a_word_that_is_changed_elsewhere_ends_the_request_as_well() -> None:
    tess, paula, pierre = two_homes()
    request = asks_for_time(tess, 180)
    approves(pierre, request, "once")
    sets(paula, {TIME: {"tue": {"limited": False}}})
    request.refresh_from_db()
    assert (request.state, applies(tess, TIME)["tue"]["minutes"]) == ("approved", 180)


def test_what_has_happened_meanwhile_is_said_and_nothing_is_half_done() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    refused_one = refuses(pairing, asks(tess, "comment.who", "followers"))
    with refused("gone"):
        approves(pairing, refused_one)
    request = asks(tess, "comment.who", "followers")
    with refused("gone"):
        approves(pairing, request, at=AT + 7 * DAY)
    end_pairing(pairing, actor=paula.actor, at=AT)
    with refused("gone"):
        approves(pairing, request)


def test_a_request_of_another_age_group_is_over() -> None:
    tess = a_teen(15)
    pairing = paired(tess, a_parent())
    birthday = AT + 400 * DAY
    request = asks(tess, "comment.who", "followers")
    Request.objects.update(due_at=birthday + DAY)
    with refused("gone"):
        approves(pairing, request, at=birthday)
    enter_bands(at=birthday)
    request.refresh_from_db()
    assert (request.state, kinds(tess)[-1]) == ("expired", "request.expired")


def test_what_is_past_the_loosest_by_now_is_not_approved() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    Request.objects.update(value="everyone")
    request.refresh_from_db()
    with refused("past_the_loosest"):
        approves(pairing, request)


def test_a_tie_that_is_verified_no_more_approves_no_more() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    request = asks(tess, "comment.who", "followers")
    Pairing.objects.update(proof=Proof.NONE)
    with refused("gone"):
        approves(pairing, request)


def test_a_choice_of_the_teens_own_ends_what_was_granted_for_a_while() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    approves(pairing, asks(tess, "comment.who", "followers"), "once")
    chooses(tess, "comment.who", "nobody", at=AT + HOUR)
    assert applies(tess, "comment.who", at=AT + HOUR) == "nobody"
    assert newest(tess).told.body["ended_choices"] == ["comment.who"]
