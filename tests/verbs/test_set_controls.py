"""A parent says what applies, standing or until a moment; all or none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from controls.endings import end_pairing
from controls.models import Choice, Setting
from controls.snapshots import present_account
from tests.builders import (
    AT,
    DAY,
    HOUR,
    a_parent,
    a_teen,
    applies,
    assert_told,
    chooses,
    kinds,
    minutes,
    newest,
    paired,
    reasons,
    refused,
    seq,
    sets,
)


def test_a_stricter_setting_binds_at_once_and_says_whose_it_is() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    assert applies(tess, "comment.who") == "friends"
    done = sets(pairing, {"comment.who": "nobody"})
    assert applies(tess, "comment.who") == "nobody"
    assert reasons(tess, "comment.who") == ["parent_setting"]
    assert [(each.key, each.dump()["direction"]) for each in done.moved] == [("comment.who", "stricter")]


def test_a_change_is_recorded_with_what_was_said_and_what_moved_and_owed() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    assert_told(tess, "settings.changed", "parent", actor_id=str(paula.pk))
    told = newest(tess).told.body
    assert (told["cause"], told["pairing"]) == ("setting", str(pairing.pk))
    assert told["said"] == [{"control": "comment.who", "value": "nobody", "until": None}]
    assert [(each["key"], each["from"], each["to"]) for each in told["moved"]] == [("comment.who", "friends", "nobody")]


def test_several_controls_are_one_change() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    before = seq(tess)
    sets(pairing, {"comment.who": "nobody", "mention.who": "nobody", "time.daily_minutes": minutes(30)})
    assert (seq(tess), kinds(tess).count("settings.changed")) == (before + 1, 1)
    assert Setting.objects.count() == 3


def test_saying_it_twice_is_once() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "nobody"})
    before = seq(tess)
    again = sets(pairing, {"comment.who": "nobody"}, at=AT + HOUR)
    assert (again.said, seq(tess), Setting.objects.get().said_at) == ([], before, AT)


def test_taking_a_word_back_gives_the_default_again_and_twice_is_once() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "nobody"})
    sets(pairing, {"comment.who": None})
    assert applies(tess, "comment.who") == "friends"
    assert newest(tess).told.body["said"] == [{"control": "comment.who", "value": None, "until": None}]
    before = seq(tess)
    sets(pairing, {"comment.who": None})
    assert (seq(tess), Setting.objects.exists()) == (before, False)


def test_all_or_none() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    with refused("past_the_loosest"):
        sets(pairing, {"comment.who": "nobody", "mention.who": "everyone"})
    assert applies(tess, "comment.who") == "friends"


def test_a_verified_parent_loosens_and_an_unverified_one_does_not() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    verified, unverified = paired(tess, a_parent()), paired(theo, a_parent("pierre"), verified=False)
    sets(verified, {"comment.who": "followers"})
    with refused("tie_unverified"):
        sets(unverified, {"comment.who": "followers"})
    sets(unverified, {"comment.who": "nobody"})
    assert applies(theo, "comment.who") == "nobody"


def test_loosening_asks_for_a_recent_sign_in_and_tightening_does_not() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "nobody"}, is_recent=False)
    for looser in ("friends", "followers", None):
        with refused("step_up_required"):
            sets(pairing, {"comment.who": looser}, is_recent=False)
    assert sets(pairing, {"comment.who": "friends"}, is_recent=True).loosening == ["comment.who"]


def test_what_the_policy_alone_decides_no_parent_loosens() -> None:
    pairing = paired(a_teen(), a_parent())
    with refused("past_the_loosest"):
        sets(pairing, {"dm.who_can_send": "friends"})
    older = paired(a_teen(17, name="theo"), a_parent("pierre"))
    with refused("past_the_loosest"):
        sets(older, {"dm.media": "images"})


def test_nobody_passes_the_loosest() -> None:
    pairing = paired(a_teen(), a_parent())
    with refused("past_the_loosest"):
        sets(pairing, {"comment.who": "everyone"})
    sets(pairing, {"comment.who": "followers"})


def test_where_both_are_needed_a_parents_word_alone_opens_nothing() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"account.visibility": "public"})
    assert applies(tess, "account.visibility") == "private"
    chooses(tess, "account.visibility", "public")
    assert applies(tess, "account.visibility") == "public"


def test_taking_a_permission_back_closes_what_it_opened() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    sets(pairing, {"account.visibility": None})
    assert applies(tess, "account.visibility") == "private"


def test_taking_a_permission_back_removes_a_choice_that_was_held_back() -> None:
    tess = a_teen()
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"), verified=False)
    sets(paula, {"account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    sets(pierre, {"account.visibility": "private"})
    done = sets(paula, {"account.visibility": None})
    assert done.removed == newest(tess).told.body["removed"] == [{"control": "account.visibility", "value": None}]
    assert not Choice.objects.exists()


def test_two_parents_and_the_strictest_binds_whoever_spoke_first() -> None:
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"time.daily_minutes": minutes(120)})
    sets(pierre, {"time.daily_minutes": minutes(60)})
    assert applies(tess, "time.daily_minutes") == minutes(60)
    sets(pierre, {"time.daily_minutes": minutes(120)}, until=AT + 8 * HOUR)
    assert applies(tess, "time.daily_minutes") == minutes(120)
    assert applies(tess, "time.daily_minutes", at=AT + 8 * HOUR) == minutes(60)


def test_a_temporary_word_stands_in_for_the_standing_one_until_its_end() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "friends"})
    sets(pairing, {"comment.who": "nobody"}, until=AT + HOUR)
    assert applies(tess, "comment.who", at=AT) == "nobody"
    assert applies(tess, "comment.who", at=AT + HOUR) == "friends"
    assert Setting.objects.count() == 2


def test_taking_a_word_back_takes_the_temporary_one_as_well() -> None:
    pairing = paired(a_teen(), a_parent())
    sets(pairing, {"comment.who": "friends"})
    sets(pairing, {"comment.who": "nobody"}, until=AT + HOUR)
    sets(pairing, {"comment.who": None})
    assert not Setting.objects.exists()


@pytest.mark.parametrize("until", [AT, AT - HOUR, AT + timedelta(days=366, seconds=1)])
def test_an_end_lies_ahead_and_within_a_year(until: object) -> None:
    pairing = paired(a_teen(), a_parent())
    with refused("invalid_value"):
        sets(pairing, {"comment.who": "nobody"}, until=until)  # type: ignore[arg-type]  # a moment
    sets(pairing, {"comment.who": "nobody"}, until=AT + 366 * DAY)


def test_who_looked_at_an_older_version_is_told_to_look_again() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    seen = str(present_account(tess, at=AT).version)
    sets(pairing, {"mention.who": "nobody"}, expect=seen)
    with refused("conflict"):
        sets(pairing, {"comment.who": "nobody"}, expect=seen)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("comment.who", "loud"),
        ("comment.who", 3),
        ("comment.who", {"value": "nobody"}),
        ("time.daily_minutes", {"mon": {"limited": True, "minutes": -1}}),
        ("time.daily_minutes", {"mon": {"limited": True, "minutes": 1441}}),
        ("time.daily_minutes", {"mon": {"limited": True, "minutes": True}}),
        ("time.daily_minutes", {"monday": {"limited": False}}),
        ("content.keywords", {"all": False, "items": [""]}),
        ("purchase.monthly_cap", {"limited": True, "minor_units": "500", "currency": "USD"}),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(key: str, value: object) -> None:
    pairing = paired(a_teen(), a_parent())
    with refused("invalid_value"):
        sets(pairing, {key: value})


def test_a_parent_of_an_adult_binds_nothing() -> None:
    tara = a_teen(18, name="tara")
    pairing = paired(tara, a_parent())
    before = applies(tara, "comment.who")
    sets(pairing, {"comment.who": "nobody"})
    assert applies(tara, "comment.who") == before


def test_who_is_not_paired_any_more_says_nothing() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    end_pairing(pairing, actor=paula.actor, at=AT)
    with refused("not_found"):
        sets(pairing, {"comment.who": "nobody"})
    assert User.objects.get() == paula
