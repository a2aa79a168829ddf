"""What a decision says beside its outcome: whose word, which rule, what it obliges to, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from controls.decisions.actions import ACTIONS
from controls.decisions.briefs import Bar, Brief
from controls.decisions.decide import Case, decide
from controls.decisions.hours import MINUTE, seconds_of
from controls.decisions.words import Code, Decision, Duty, Obligation, Outcome, Relationship, Why
from tests.decisions.questions import AT, brief_for

PACK = "baseline/2026-11-01"
DM = {"control": "dm.who_can_send", "value": "friends"}
NOW = int(AT.timestamp())


def tess(**more: Any) -> Brief:
    """Return a teen of 16 who chose to write with friends."""
    return brief_for({"age": 16, "choices": [DM], **more}, AT)


def asked(name: str, me: Brief, other: Brief | None = None, **more: Any) -> Decision:
    """Ask about an action between friends."""
    told = {"content_type": "text", "is_new_contact": False, **more.pop("told", {})}
    case = Case(ACTIONS[name], me, other, Relationship.FRIEND, told, AT, "tess", "tom")
    return decide(case._replace(**more))


def test_a_reason_tells_what_is_known_of_it_and_nothing_else() -> None:
    assert Why(Code.MALFORMED).dump() == {"code": "malformed"}
    assert Why(Code.LABEL, "teen", "FR-1", "content.labels", "/a", "b").dump() == {
        "code": "label",
        "by": "teen",
        "rule": "FR-1",
        "control": "content.labels",
        "pointer": "/a",
        "expected": "b",
    }


def test_a_permission_says_whose_word_it_rests_on() -> None:
    assert asked("message.send", tess(), tess()).reasons == (Why(Code.ALLOWED, "pack", PACK, "dm.who_can_send"),)
    assert asked(
        "post.publish", tess(choices=[{"control": "post.audience", "value": "friends"}]), told={"audience": "friends"}
    ).reasons == (Why(Code.ALLOWED, "teen", PACK, "post.audience"),)


def test_a_refusal_by_the_own_side_gives_every_reason() -> None:
    pause = {"parent": "paula", "control": "time.pause", "value": "on"}
    decision = asked("message.send", tess(settings=[pause], choices=[]), tess(), told={"content_type": "video"})
    assert decision.reasons == (
        Why(Code.PAUSED, "parent", PACK, "time.pause"),
        Why(Code.NOBODY, "pack", PACK, "dm.who_can_send"),
        Why(Code.CONTENT_TYPE, "pack", PACK, "dm.media"),
    )
    assert [each.dump() for each in decision.reasons[:1]] == [
        {"code": "paused", "by": "parent", "rule": PACK, "control": "time.pause"}
    ]


def test_a_refusal_by_the_other_gives_none() -> None:
    decision = asked("message.send", tess(), tess(choices=[]))
    assert decision == Decision(Outcome.DENY, (Why(Code.RECIPIENT_SETTINGS),), (), NOW + 60)


def test_a_bar_names_every_law() -> None:
    bars = (Bar(Code.PERMISSION_NEEDED, ("US-FL-HB3", "FR-2023-566")), Bar(Code.PAIRING_NEEDED))
    decision = asked("content.view", replace(tess(), bars=bars))
    assert decision.reasons == (
        Why(Code.PERMISSION_NEEDED, "pack", "US-FL-HB3"),
        Why(Code.PERMISSION_NEEDED, "pack", "FR-2023-566"),
        Why(Code.PAIRING_NEEDED, "pack", ""),
    )
    assert decision.valid_until == tess().valid_until


@pytest.mark.parametrize("change", [{"bars": (Bar(Code.PAIRING_NEEDED),)}, {"valid_until": NOW}, {"values": {}}])
def test_whatever_is_wrong_with_the_other_is_refused_in_the_same_words(change: Any) -> None:
    decision = asked("message.send", tess(), replace(tess(), **change))
    assert decision == Decision(Outcome.DENY, (Why(Code.RECIPIENT_SETTINGS),), (), NOW + 60)


def test_of_somebody_who_is_not_there_nothing_is_known() -> None:
    assert asked("profile.view", tess()).reasons == (Why(Code.RECIPIENT_SETTINGS),)
    assert asked("message.send", tess(), relationship=None).outcome is Outcome.DENY


def test_both_sides_oblige_and_the_same_obligation_is_there_once() -> None:
    decision = asked("message.send", tess(), tess(), told={"is_new_contact": True})
    assert decision.obligations == (Obligation(Duty.REPORT_CONTACT),)
    assert decision.obligations[0].dump() == {"type": "report_contact", "properties": {}}


def test_what_obliges_beside_a_refusal_or_a_question_is_left_out() -> None:
    cap = {
        "parent": "paula",
        "control": "purchase.monthly_cap",
        "value": {"limited": True, "minor_units": "9", "currency": "EUR"},
    }
    decision = asked("purchase.create", tess(settings=[cap]), told={"amount": 9, "currency": "EUR"})
    assert (decision.outcome, decision.obligations) == (Outcome.ASK, ())
    assert [why.code for why in decision.reasons] == [Code.ASK_EACH_TIME]


@pytest.mark.parametrize(
    ("mine", "theirs", "until"),
    [
        (None, None, NOW + 60),
        (NOW + 59, None, NOW + 59),
        (NOW + 60, NOW + 61, NOW + 60),
        (None, NOW + 1, NOW + 1),
        (NOW + 5, NOW + 7, NOW + 5),
    ],
)
def test_an_answer_about_two_ends_with_the_minute_or_before(mine: int | None, theirs: int | None, until: int) -> None:
    me, other = replace(tess(), valid_until=mine), replace(tess(), valid_until=theirs)
    assert asked("message.send", me, other).valid_until == until
    assert asked("message.send", me, replace(other, values={})).valid_until == until
    stranger = replace(me, known=False)
    assert asked("message.send", stranger, other).valid_until == until


def test_a_minute_ends_where_clocks_show_the_next() -> None:
    later = AT + timedelta(seconds=17.5)
    assert asked("message.send", tess(), tess(), at=later).valid_until == NOW + 60


def test_an_answer_about_one_lives_as_long_as_the_brief() -> None:
    assert asked("live.host", tess()).valid_until == tess().valid_until
    assert asked("live.host", replace(tess(), valid_until=None)).valid_until is None


def test_a_paired_parent_is_one_until_an_age_changes() -> None:
    me, other = replace(tess(), valid_until=NOW + 7), replace(tess(), valid_until=NOW + 5)
    parent = Relationship.PARENT
    assert asked("message.send", me, other, relationship=parent).valid_until == NOW + 5
    assert asked("message.send", me, replace(other, valid_until=None), relationship=parent).valid_until == NOW + 7
    assert asked("message.send", me, None, relationship=parent).valid_until == NOW + 7
    # Of what concerns nobody else a parent is no part.
    assert asked("live.host", tess(), None, relationship=parent).outcome is Outcome.DENY


@pytest.mark.parametrize(("name", "other"), [("live.view", None), ("message.send", tess())])
def test_a_brief_that_has_ended_says_so_and_is_not_kept(name: str, other: Brief | None) -> None:
    ended = asked(name, replace(tess(), valid_until=NOW), other, told={"level": "teen"})
    assert ended == Decision(Outcome.DENY, (Why(Code.OUT_OF_DATE, "system"),), (), NOW)
    assert asked(name, replace(tess(), valid_until=NOW + 1), other, told={"level": "teen"}).outcome is Outcome.ALLOW


def test_what_cannot_be_read_says_so_and_is_not_kept() -> None:
    for name, other in (("live.host", None), ("message.send", tess())):
        decision = asked(name, replace(tess(), values={}), other)
        assert decision == Decision(Outcome.DENY, (Why(Code.UNREADABLE, "system"),), (), NOW)


def test_who_has_no_ground_for_a_value_still_gives_the_reason() -> None:
    assert asked("live.host", replace(tess(), grounds={})).reasons == (Why(Code.TURNED_OFF, "system", "", "live.host"),)
    permission = asked("message.send", replace(tess(), grounds={}), tess()).reasons
    assert permission == (Why(Code.ALLOWED, "system", "", "dm.who_can_send"),)


def test_an_account_that_is_not_named_may_be_any_on_a_list() -> None:
    blocked = {"control": "accounts.blocked", "value": {"all": False, "items": ["mallory"]}}
    assert asked("message.send", tess(choices=[DM, blocked]), tess()).outcome is Outcome.ALLOW
    assert asked("message.send", tess(choices=[DM, blocked]), tess(), other_id="").outcome is Outcome.DENY
    assert asked("message.send", tess(), tess(choices=[DM, blocked]), my_id="").outcome is Outcome.DENY
    nameless = Case(ACTIONS["profile.view"], tess(), tess(), Relationship.FRIEND, {}, AT)
    assert decide(nameless).outcome is Outcome.ALLOW
    assert decide(nameless._replace(me=tess(choices=[blocked]))).outcome is Outcome.DENY
    assert decide(nameless._replace(other=tess(choices=[blocked]))).outcome is Outcome.DENY


def test_strangers_are_let_be_unless_the_operator_says_otherwise() -> None:
    stranger = brief_for({"known": False}, AT)
    case = Case(ACTIONS["message.send"], stranger, stranger, None, {}, AT)
    end = seconds_of(AT) // MINUTE * MINUTE + MINUTE
    assert decide(case) == Decision(Outcome.ALLOW, (Why(Code.UNENROLLED, "system"),), (), end)
    assert decide(case, unenrolled_allowed=False).outcome is Outcome.DENY
    assert decide(case._replace(relationship=Relationship.BLOCKED)).outcome is Outcome.DENY
