"""A pairing ends at once: it binds no longer, and nothing becomes looser than the default or what was before."""

from __future__ import annotations

from accounts.models import State
from controls.endings import end_pairing
from controls.models import Choice
from tests.builders import (
    AT,
    HOUR,
    a_parent,
    a_teen,
    applies,
    assert_told,
    chooses,
    claimed,
    minutes,
    newest,
    offered,
    paired,
    refused,
    seq,
    sets,
)


def test_an_ended_pairing_no_longer_binds() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    end_pairing(pairing, actor=paula.actor, at=AT)
    assert (pairing.state, pairing.ended_at) == (State.ENDED, AT)
    assert applies(tess, "comment.who") == "friends"


def test_after_an_ending_the_parent_says_nothing_more() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    end_pairing(pairing, actor=paula.actor, at=AT)
    with refused("not_found"):
        sets(pairing, {"comment.who": "friends"})


def test_the_ending_is_recorded_with_what_moved_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    end_pairing(pairing, actor=paula.actor, at=AT)
    assert_told(tess, "pairing.ended", "parent", actor_id=str(paula.pk))
    told = newest(tess).told.body
    assert (told["pairing"], told["parent"], told["removed"]) == (str(pairing.pk), str(paula.pk), [])
    assert [(each["key"], each["from"], each["to"]) for each in told["moved"]] == [("comment.who", "nobody", "friends")]


def test_ending_twice_is_once() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = end_pairing(paired(tess, paula), actor=paula.actor, at=AT)
    before = seq(tess)
    assert end_pairing(pairing, actor=paula.actor, at=AT + HOUR).ended_at == AT
    assert seq(tess) == before


def test_a_choice_that_a_parent_held_back_does_not_switch_on() -> None:
    tess, paula = a_teen(16), a_parent()
    chooses(tess, "time.daily_minutes", minutes(800))
    pairing = paired(tess, paula)
    sets(pairing, {"time.daily_minutes": minutes(60)})
    end_pairing(pairing, actor=paula.actor, at=AT)
    assert applies(tess, "time.daily_minutes") == minutes(60)
    assert not Choice.objects.exists()
    assert newest(tess).told.body["removed"] == [{"control": "time.daily_minutes", "value": None}]


def test_of_a_choice_in_parts_only_the_held_back_parts_go() -> None:
    tess, paula = a_teen(16), a_parent()
    longer = {"limited": True, "minutes": 90}
    chooses(tess, "time.daily_minutes", {"mon": longer, "sun": longer})
    pairing = paired(tess, paula)
    sets(pairing, {"time.daily_minutes": {"mon": {"limited": True, "minutes": 30}}})
    end_pairing(pairing, actor=paula.actor, at=AT)
    assert Choice.objects.get().value == {"sun": longer}
    assert applies(tess, "time.daily_minutes") == {**minutes(60), "sun": longer}


def test_what_a_parent_had_opened_closes_again() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "followers", "account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    assert applies(tess, "account.visibility") == "public"
    end_pairing(pairing, actor=paula.actor, at=AT)
    assert (applies(tess, "comment.who"), applies(tess, "account.visibility")) == ("friends", "private")


def test_the_other_parent_still_binds() -> None:
    tess, paula, pierre = a_teen(), a_parent(), a_parent("pierre")
    first, second = paired(tess, paula), paired(tess, pierre)
    sets(first, {"comment.who": "nobody"})
    sets(second, {"mention.who": "nobody"})
    end_pairing(first, actor=paula.actor, at=AT)
    assert (applies(tess, "comment.who"), applies(tess, "mention.who")) == ("friends", "nobody")


def test_only_a_pairing_that_binds_can_end() -> None:
    tess, paula = a_teen(), a_parent()
    for pairing in (offered(a_teen(name="theo")).pairing, claimed(tess, paula)):
        with refused("gone"):
            end_pairing(pairing, actor=paula.actor, at=AT)
