"""A draft of a teen's choices shows what they will do before they are made, and stores nothing."""

from __future__ import annotations

from typing import Any

from accounts.models import Account
from controls.actions import Attempt, preview_choices
from controls.policy.catalogue import CATALOGUE
from tests.builders import AT, a_parent, a_teen, chooses, paired, refused, sets, stored


def previews(tess: Account, wishes: dict[str, Any]) -> Attempt:
    """Let the teen look at what some choices would do."""
    return preview_choices(tess, [(CATALOGUE[key], value) for key, value in wishes.items()], at=AT)


def test_a_preview_says_what_the_choice_then_does() -> None:
    tess = a_teen(16)
    shown = previews(tess, {"dm.who_can_send": "friends"})
    done = chooses(tess, "dm.who_can_send", "friends")
    assert [each.dump() for each in shown.moved] == [each.dump() for each in done.moved] != []


def test_a_preview_stores_nothing_also_where_it_takes_back() -> None:
    tess = a_teen(16)
    chooses(tess, "dm.who_can_send", "friends")
    before = stored()
    shown = previews(tess, {"dm.who_can_send": None, "call.who": "nobody", "content.keywords": {"all": True}})
    assert {each.key for each in shown.moved} >= {"dm.who_can_send", "content.keywords"}
    assert stored() == before


def test_a_preview_is_refused_as_the_choice_is() -> None:
    tess = a_teen()
    before = stored()
    for wish, code in (({"comment.who": "loud"}, "invalid_value"), ({"comment.who": "everyone"}, "past_the_loosest")):
        with refused(code):
            previews(tess, {"mention.who": "nobody", **wish})
    assert stored() == before


def test_a_choice_that_does_not_count_beside_a_parents_word_moves_nothing() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    assert previews(tess, {"comment.who": "friends"}).moved == ()
