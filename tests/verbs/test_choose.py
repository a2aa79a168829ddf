"""A teen chooses, within what parents and the policy allow, and may always go stricter."""

from __future__ import annotations

from controls.models import Choice
from tests.builders import (
    AT,
    HOUR,
    a_parent,
    a_teen,
    applies,
    assert_told,
    chooses,
    minutes,
    newest,
    paired,
    reasons,
    refused,
    seq,
    sets,
)


def test_a_stricter_choice_binds_at_once() -> None:
    tess = a_teen()
    chooses(tess, "comment.who", "nobody")
    assert (applies(tess, "comment.who"), reasons(tess, "comment.who")) == ("nobody", ["teen_choice"])


def test_a_choice_is_recorded_with_its_band_and_owed() -> None:
    tess = a_teen()
    chooses(tess, "comment.who", "nobody")
    assert_told(tess, "settings.changed", "teen", actor_id=str(tess.pk))
    told = newest(tess).told.body
    assert (told["cause"], told["band"]) == ("choice", "13-15")
    assert told["said"] == [{"control": "comment.who", "value": "nobody", "until": None}]
    assert [each["key"] for each in told["moved"]] == ["comment.who"]


def test_choosing_twice_is_once() -> None:
    tess = a_teen()
    chooses(tess, "comment.who", "nobody")
    before = seq(tess)
    assert chooses(tess, "comment.who", "nobody", at=AT + HOUR).said == []
    assert (seq(tess), Choice.objects.get().said_at) == (before, AT)


def test_taking_a_choice_back_gives_the_default_again_and_twice_is_once() -> None:
    tess = a_teen()
    chooses(tess, "comment.who", "nobody")
    chooses(tess, "comment.who", None)
    assert (applies(tess, "comment.who"), Choice.objects.exists()) == ("friends", False)
    assert newest(tess).told.body["said"] == [{"control": "comment.who", "value": None, "until": None}]
    before = seq(tess)
    chooses(tess, "comment.who", None)
    assert seq(tess) == before


def test_a_new_choice_replaces_the_former() -> None:
    tess = a_teen()
    chooses(tess, "mention.who", "nobody")
    chooses(tess, "mention.who", "followed")
    assert (applies(tess, "mention.who"), Choice.objects.get().value) == ("followed", "followed")


def test_at_sixteen_messages_become_available_and_stay_off_until_chosen() -> None:
    tess, theo = a_teen(15), a_teen(16, name="theo")
    with refused("past_the_loosest"):
        chooses(tess, "dm.who_can_send", "friends")
    assert applies(theo, "dm.who_can_send") == "nobody"
    chooses(theo, "dm.who_can_send", "friends")
    assert applies(theo, "dm.who_can_send") == "friends"


def test_a_teen_asks_a_parent_where_a_parent_has_to_agree() -> None:
    tess = a_teen()
    with refused("not_yours_to_loosen"):
        chooses(tess, "comment.who", "followers")
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "followers"})
    chooses(tess, "comment.who", "friends")
    chooses(tess, "comment.who", "followers")
    assert applies(tess, "comment.who") == "followers"


def test_an_unverified_parents_word_is_no_permission() -> None:
    tess = a_teen()
    paired(tess, a_parent(), verified=False)
    with refused("not_yours_to_loosen"):
        chooses(tess, "account.visibility", "public")


def test_a_choice_within_the_policy_is_held_by_a_stricter_parent() -> None:
    theo = a_teen(16, name="theo")
    sets(paired(theo, a_parent(), verified=False), {"dm.who_can_send": "nobody"})
    chooses(theo, "dm.who_can_send", "friends")
    assert applies(theo, "dm.who_can_send") == "nobody"


def test_a_teen_may_always_tighten_what_a_parent_set() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"time.daily_minutes": minutes(90)})
    chooses(tess, "time.daily_minutes", minutes(30))
    assert applies(tess, "time.daily_minutes") == minutes(30)


def test_what_the_policy_alone_decides_says_so() -> None:
    tess = a_teen(None)
    with refused("not_available_at_your_age"):
        chooses(tess, "profile.online_status", "friends")


def test_nobody_passes_the_loosest() -> None:
    tess = a_teen()
    with refused("past_the_loosest"):
        chooses(tess, "mention.who", "everyone")


def test_what_is_no_value_of_its_kind_is_refused() -> None:
    tess = a_teen()
    for value in ("loud", 1, ["nobody"], {"value": "nobody"}):
        with refused("invalid_value"):
            chooses(tess, "comment.who", value)


def test_an_adults_values_are_the_persons_own() -> None:
    tara = a_teen(18, name="tara")
    sets(paired(tara, a_parent()), {"comment.who": "nobody"})
    chooses(tara, "comment.who", "everyone")
    assert applies(tara, "comment.who") == "everyone"
