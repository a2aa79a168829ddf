"""A change shows what it will do before it is saved, and stores nothing."""

from __future__ import annotations

from typing import Any

from accounts.models import Pairing
from controls.actions import Attempt, preview_controls
from controls.policy.values import WEEKDAYS
from controls.simulation import changed_answers
from controls.snapshots import present_account
from tests.builders import AT, a_parent, a_teen, changes_of, chooses, paired, refused, sets, stored


def previews(pairing: Pairing, said: dict[str, Any], *, expect: str = "") -> Attempt:
    """Let the parent look at what a change would do."""
    return preview_controls(pairing, changes_of(said), at=AT, expect=expect)


def test_a_preview_says_what_the_change_then_does() -> None:
    pairing = paired(a_teen(), a_parent())
    said = {"comment.who": "followers", "mention.who": "nobody"}
    shown = previews(pairing, said)
    done = sets(pairing, said)
    assert [each.dump() for each in shown.moved] == [each.dump() for each in done.moved]
    assert shown.loosening == done.loosening == ["comment.who"]


def test_a_preview_stores_nothing() -> None:
    tess = a_teen()
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"), verified=False)
    sets(paula, {"account.visibility": "public"})
    chooses(tess, "account.visibility", "public")
    sets(pierre, {"account.visibility": "private"})
    before = stored()
    shown = previews(paula, {"account.visibility": None})
    assert [word["control"] for word in shown.removed] == ["account.visibility"]
    assert stored() == before


def test_loosening_is_shown_without_a_recent_sign_in() -> None:
    pairing = paired(a_teen(), a_parent())
    assert previews(pairing, {"comment.who": "followers"}).loosening == ["comment.who"]


def test_a_preview_is_refused_as_the_change_is() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent(), verified=False)
    for said, code in (
        ({"comment.who": "loud"}, "invalid_value"),
        ({"comment.who": "everyone"}, "past_the_loosest"),
        ({"comment.who": "followers"}, "tie_unverified"),
    ):
        with refused(code):
            previews(pairing, said)


def test_a_preview_of_an_older_version_is_refused() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    seen = str(present_account(tess, at=AT).version)
    sets(pairing, {"mention.who": "nobody"})
    with refused("conflict"):
        previews(pairing, {"comment.who": "nobody"}, expect=seen)


def test_a_preview_knows_which_common_answers_it_turns() -> None:
    pairing = paired(a_teen(), a_parent())
    nights = {"windows": [{"days": list(WEEKDAYS), "from": "21:00", "until": "07:00"}]}
    for said, turned in (
        ({"comment.write": "off"}, [("comment_friend", "allow", "deny")]),
        ({"time.bedtime": nights, "time.bedtime_action": "block"}, [("use_late", "allow", "deny")]),
        ({"mention.who": "nobody"}, []),
    ):
        shown = previews(pairing, said)
        assert changed_answers(shown.before, shown.after) == turned
