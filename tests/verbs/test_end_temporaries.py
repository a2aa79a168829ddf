"""What was said until a moment is taken away when the moment has come."""

from __future__ import annotations

from controls.boundaries import end_temporaries
from controls.models import Setting
from controls.snapshots import present_account
from ledger.models import Event
from tests.builders import AT, HOUR, SECOND, a_parent, a_teen, applies, assert_told, newest, paired, seq, sets

END = AT + HOUR


def test_it_ends_at_its_end_and_not_before() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"comment.who": "nobody"}, until=END)
    assert end_temporaries(at=END - SECOND) == 0
    assert applies(tess, "comment.who", at=END - SECOND) == "nobody"
    assert end_temporaries(at=END) == 1
    assert (applies(tess, "comment.who", at=END), Setting.objects.exists()) == ("friends", False)


def test_what_applies_changes_at_the_end_even_when_nobody_sweeps() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"comment.who": "nobody"}, until=END)
    before = present_account(tess, at=END - SECOND)
    after = present_account(tess, at=END)
    assert before.resolution.valid_until == END
    assert after.version > before.version
    assert applies(tess, "comment.who", at=END) == "friends"


def test_the_end_is_recorded_with_what_moved_and_owed() -> None:
    tess = a_teen()
    pairing = paired(tess, a_parent())
    sets(pairing, {"comment.who": "nobody"}, until=END)
    end_temporaries(at=END + HOUR)
    assert_told(tess, "settings.changed", "system", actor_id="")
    told = newest(tess).told.body
    assert (told["cause"], told["ended_choices"]) == ("time", [])
    assert told["ended"] == [{"control": "comment.who", "pairing": str(pairing.pk)}]
    assert [(each["key"], each["from"], each["to"]) for each in told["moved"]] == [("comment.who", "nobody", "friends")]


def test_ending_twice_is_once() -> None:
    tess = a_teen()
    sets(paired(tess, a_parent()), {"comment.who": "nobody"}, until=END)
    end_temporaries(at=END)
    before = seq(tess)
    assert (end_temporaries(at=END), seq(tess)) == (0, before)


def test_standing_words_and_other_families_stay() -> None:
    tess, theo = a_teen(), a_teen(name="theo")
    sets(paired(tess, a_parent()), {"comment.who": "nobody"})
    sets(paired(theo, a_parent("pierre")), {"comment.who": "nobody"}, until=END + SECOND)
    before = Event.objects.count()
    assert end_temporaries(at=END) == 0
    assert (Setting.objects.count(), Event.objects.count()) == (2, before)


def test_what_several_parents_said_until_then_ends_in_one_change() -> None:
    tess = a_teen()
    for name in ("paula", "pierre"):
        sets(paired(tess, a_parent(name)), {"comment.who": "nobody"}, until=END)
    before = seq(tess)
    assert end_temporaries(at=END) == 1
    assert (seq(tess), len(newest(tess).told.body["ended"])) == (before + 1, 2)
