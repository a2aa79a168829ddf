"""What was said until a moment is taken away when the moment has come."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Account, Pairing
from controls.boundaries import end_temporaries
from controls.models import Request, Setting
from controls.snapshots import present_account
from ledger.models import Event
from tests.builders import (
    AT,
    HOUR,
    SECOND,
    a_parent,
    a_teen,
    applies,
    approves,
    asks,
    assert_told,
    newest,
    paired,
    seq,
    sets,
)

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


def test_a_request_that_the_end_clears_the_way_of_is_granted_and_one_that_still_waits_waits() -> None:
    tess, paula = two_homes(until=END)
    granted, waiting = asks(tess, "comment.who", "followers"), asks(tess, "account.visibility", "public")
    approves(paula, granted)
    assert end_temporaries(at=END - SECOND) == 0
    assert (state_of(granted), applies(tess, "comment.who")) == ("open", "nobody")
    end_temporaries(at=END)
    assert (state_of(granted), state_of(waiting)) == ("approved", "open")
    assert applies(tess, "comment.who", at=END) == "followers"
    assert_told(tess, "request.approved", "system", actor_id="")


def test_an_approval_that_ends_first_is_missing_again() -> None:
    tess, paula = two_homes(until=END + SECOND)
    request = approves(paula, asks(tess, "comment.who", "followers"), "until", END)
    for at in (END, END + SECOND):
        end_temporaries(at=at)
    assert (state_of(request), applies(tess, "comment.who", at=END + SECOND)) == ("open", "nobody")


def two_homes(*, until: datetime) -> tuple[Account, Pairing]:
    """Return a teen to whom one parent has said something for good, and the other until a moment."""
    tess = a_teen()
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"comment.who": "nobody"})
    sets(pierre, {"comment.who": "nobody"}, until=until)
    return tess, paula


def state_of(request: Request) -> str:
    """Return the stored state."""
    return Request.objects.get(pk=request.pk).state


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
