"""The teen leaves: at once from sixteen on, below after two days in which the parent still binds."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import State
from accounts.ties import WrittenTies
from controls.decisions.briefs import load_brief
from controls.endings import end_pairing, finish_endings, leave_pairing
from controls.gather import gather_with_ties
from controls.laws.admission import Tie
from controls.snapshots import present_of, snapshot_of
from tests.builders import (
    AT,
    HOUR,
    SECOND,
    a_parent,
    a_teen,
    applies,
    assert_told,
    claimed,
    kinds,
    newest,
    paired,
    refused,
    seq,
    sets,
)

GRACE = timedelta(hours=48)


def test_at_sixteen_leaving_ends_at_once() -> None:
    theo, paula = a_teen(16, name="theo"), a_parent()
    pairing = leave_pairing(paired(theo, paula), actor=theo.actor, at=AT)
    assert (pairing.state, pairing.ended_at) == (State.ENDED, AT)
    assert_told(theo, "pairing.ended", "teen", actor_id=str(theo.pk))


def test_below_sixteen_the_parent_binds_for_two_more_days() -> None:
    tess, paula = a_teen(14), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    leave_pairing(pairing, actor=tess.actor, at=AT)
    assert (pairing.state, pairing.ends_at) == (State.ENDING, AT + GRACE)
    assert applies(tess, "comment.who") == "nobody"
    sets(pairing, {"mention.who": "nobody"})
    assert applies(tess, "mention.who") == "nobody"


def test_from_the_end_on_nobody_is_a_parent_also_before_it_is_swept() -> None:
    tess, paula = a_teen(14), a_parent()
    leave_pairing(paired(tess, paula), actor=tess.actor, at=AT)
    end = AT + GRACE
    seen = {}
    for at in (end - SECOND, end):
        found = gather_with_ties(tess.pk)
        assert found is not None
        snapshot = snapshot_of(present_of(found[0], at=at), found[1])
        assert snapshot.brief is not None
        assert snapshot.ties is not None
        brief = load_brief(snapshot.brief)
        is_parent = WrittenTies(snapshot.ties).has_parent(str(paula.pk))
        seen[at] = (is_parent, brief.supervised, found[0].tie_at(at), brief.valid_until)
    assert seen[end - SECOND] == (True, True, Tie.VERIFIED, int(end.timestamp()))
    assert seen[end][:3] == (False, False, Tie.NONE)
    assert seen[end][3] != int(end.timestamp())


def test_the_leaving_is_recorded_with_its_end_and_owed() -> None:
    tess, paula = a_teen(14), a_parent()
    pairing = leave_pairing(paired(tess, paula), actor=tess.actor, at=AT)
    assert_told(tess, "pairing.ending", "teen", actor_id=str(tess.pk))
    ends_at = (AT + GRACE).isoformat()
    assert newest(tess).told.body == {"pairing": str(pairing.pk), "parent": str(paula.pk), "ends_at": ends_at}


def test_leaving_twice_is_once_and_does_not_lengthen_the_grace() -> None:
    tess, paula = a_teen(14), a_parent()
    pairing = leave_pairing(paired(tess, paula), actor=tess.actor, at=AT)
    before = seq(tess)
    assert leave_pairing(pairing, actor=tess.actor, at=AT + HOUR).ends_at == AT + GRACE
    assert seq(tess) == before


def test_when_the_grace_is_over_the_pairing_ends_by_itself() -> None:
    tess, paula = a_teen(14), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    leave_pairing(pairing, actor=tess.actor, at=AT)
    assert finish_endings(at=AT + GRACE - SECOND) == 0
    assert (finish_endings(at=AT + GRACE), finish_endings(at=AT + GRACE)) == (1, 0)
    assert_told(tess, "pairing.ended", "system", actor_id="")
    assert applies(tess, "comment.who", at=AT + GRACE) == "friends"


def test_a_parent_may_let_go_before_the_grace_is_over() -> None:
    tess, paula = a_teen(14), a_parent()
    pairing = leave_pairing(paired(tess, paula), actor=tess.actor, at=AT)
    assert end_pairing(pairing, actor=paula.actor, at=AT + HOUR).state == State.ENDED
    assert finish_endings(at=AT + GRACE) == 0
    assert kinds(tess).count("pairing.ended") == 1


def test_only_a_pairing_that_binds_can_be_left() -> None:
    tess = a_teen()
    pairing = claimed(tess, a_parent())
    with refused("gone"):
        leave_pairing(pairing, actor=tess.actor, at=AT)
