"""The events of a teen, applied in order, give the stored settings; and deciding from either gives the same."""

from __future__ import annotations

import pytest

from accounts.actions import revoke_device, rotate_device
from accounts.models import Account
from accounts.ties import TIE_KINDS, UNTOLD_KINDS
from controls import actions
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import end_pairing, finish_endings, leave_pairing
from controls.requests import expire_requests
from ledger.actor import SYSTEM
from tests.builders import (
    AT,
    DAY,
    HOUR,
    a_device,
    a_parent,
    a_teen,
    approves,
    asks,
    asks_for_time,
    chooses,
    minutes,
    offered,
    paired,
    refuses,
    sets,
)
from tests.replay.replay import assert_told_again, events_of, replayed, stored_of
from tests.ties import STRANGER, befriended, blocks, follows, says_no, unblocks, unfollows


def a_long_story() -> Account:
    """Return a teen to whom most things have happened."""
    tess, paula = a_teen(), a_parent()
    first, second = paired(tess, paula), paired(tess, a_parent("pierre"), verified=False)
    phone = a_device(tess)
    rotate_device(phone.device, actor=SYSTEM, at=AT)
    revoke_device(a_device(tess).device, actor=SYSTEM, at=AT)
    sets(first, {"account.visibility": "public", "comment.who": "nobody", "time.daily_minutes": minutes(120)})
    chooses(tess, "account.visibility", "public")
    chooses(tess, "mention.who", "nobody")
    sets(second, {"account.visibility": "private"}, until=AT + HOUR)
    sets(first, {"comment.who": "friends"}, until=AT + 2 * HOUR)
    sets(first, {"account.visibility": None})
    chooses(tess, "mention.who", None)
    end_temporaries(at=AT + HOUR)
    leave_pairing(first, actor=tess.actor, at=AT + HOUR)
    a_social_hour(tess)
    offered(tess, at=AT + HOUR)
    finish_endings(at=AT + 3 * DAY)
    return tess


def a_social_hour(tess: Account) -> None:
    """Let tess make a friend and lose one, ask and be asked, block and be blocked."""
    theo = a_teen(19, name="theo")
    for other in (theo, "platform-tara", "platform-lea"):
        befriended(tess, other)
    unfollows(theo, tess)
    follows(STRANGER, tess)
    says_no(tess, STRANGER)
    follows(tess, "platform-ida")
    unfollows(tess, "platform-ida")
    blocks(tess, "platform-tara")
    for other in (theo, STRANGER):
        blocks(other, tess)
    blocks(tess, theo)
    unblocks(tess, theo)
    blocks("platform-ida", tess)
    unblocks("platform-ida", tess)


def test_a_long_story_is_told_again() -> None:
    tess = a_long_story()
    assert_told_again(tess)
    assert {event.kind for event in events_of(tess)} >= {"settings.changed", "pairing.ending", "device.rotated"}
    assert {event.kind for event in events_of(tess)} >= {*TIE_KINDS, *UNTOLD_KINDS}


def test_what_was_asked_and_answered_is_told_again() -> None:
    tess = a_teen(15)
    paula, pierre = paired(tess, a_parent()), paired(tess, a_parent("pierre"))
    sets(paula, {"time.daily_minutes": minutes(30)})
    sets(pierre, {"time.daily_minutes": minutes(45)}, until=AT + DAY)
    chooses(tess, "time.daily_minutes", {"wed": {"limited": True, "minutes": 10}})
    tonight = asks_for_time(tess, 90)
    approves(paula, tonight, "once")
    refuses(pierre, tonight)
    for_good = asks(tess, "time.daily_minutes", {"tue": {"limited": True, "minutes": 100}})
    approves(paula, for_good)
    approves(pierre, for_good)
    approves(paula, asks(tess, "account.visibility", "public"), "once")
    chooses(tess, "account.visibility", "private")
    end_temporaries(at=AT + DAY)
    asks(tess, "comment.who", "followers", at=AT + DAY)
    end_pairing(pierre, actor=SYSTEM, at=AT + DAY)
    expire_requests(at=AT + 9 * DAY)
    assert_told_again(tess)


def test_a_birthday_changes_no_word() -> None:
    tess = a_long_story()
    before = stored_of(tess)
    assert enter_bands(at=AT + 800 * DAY) == 1
    assert stored_of(tess) == before
    assert_told_again(tess)


def test_a_change_without_an_event_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    tess = a_long_story()
    monkeypatch.setattr(actions, "keep", lambda _, tried, *__, **___: tried.after)
    chooses(tess, "mention.who", "nobody")
    with pytest.raises(AssertionError):
        assert_told_again(tess)


def test_an_event_that_is_left_out_would_be_seen() -> None:
    tess, paula = a_teen(), a_parent()
    pairing = paired(tess, paula)
    sets(pairing, {"comment.who": "nobody"})
    end_pairing(pairing, actor=paula.actor, at=AT)
    events = events_of(tess)
    told = stored_of(tess)
    assert replayed(events).words == told.words
    assert replayed(each for each in events if each.kind != "settings.changed").words != told.words
