"""The laws of decisions. Each takes a question and draws what else it needs; each must hold whatever is drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import assume
from hypothesis import strategies as st

from controls.decisions.briefs import Brief, dump_brief, load_brief
from controls.decisions.decide import Case
from controls.decisions.words import Code, Outcome, Relationship, Why
from controls.policy.catalogue import CATALOGUE
from controls.policy.lists import Listed
from tests.core.worlds import NONSENSE, whole_values
from tests.decisions.worlds import briefs, decided, rank, with_value

Law = Callable[[Case, st.DataObject], None]
LAWS: dict[str, Law] = {}


def law(check: Law) -> Law:
    """List a law."""
    LAWS[check.__name__] = check
    return check


def stricter(case: Case, side: str, data: st.DataObject) -> Case:
    """Return the question with one value of one side stricter, or as strict."""
    brief = getattr(case, side)
    assume(brief is not None and case.action.controls)
    key = data.draw(st.sampled_from(sorted(case.action.controls)))
    kind = CATALOGUE[key].kind
    value = kind.stricter_of(brief.values[key], data.draw(whole_values(kind)))
    return replaced(case, side, with_value(brief, key, value))


def replaced(case: Case, side: str, brief: Brief) -> Case:
    """Return the question with another brief on one side."""
    return case._replace(me=brief) if side == "me" else case._replace(other=brief)


@law
def a_stricter_value_of_either_never_allows_more(case: Case, data: st.DataObject) -> None:
    for side in data.draw(st.sampled_from([("me",), ("other",)])):
        assert rank(decided(stricter(case, side, data))) <= rank(decided(case))


@law
def blocks_win(case: Case, data: st.DataObject) -> None:
    assume(case.action.other and case.relationship is not Relationship.PARENT and case.other and case.other.known)
    mine, theirs = Listed(frozenset(["bee"])), Listed(frozenset(["ant"]))
    case = case._replace(my_id="ant", other_id="bee")
    assert case.other is not None
    for blocked in (
        case._replace(me=with_value(case.me, "accounts.blocked", mine)),
        case._replace(other=with_value(case.other, "accounts.blocked", theirs)),
        case._replace(relationship=Relationship.BLOCKED),
    ):
        assert decided(blocked).outcome is Outcome.DENY


@law
def floors_are_symmetric(case: Case, data: st.DataObject) -> None:
    floor = {"message.send": "dm.who_can_send", "call.start": "call.who"}.get(case.action.name)
    assume(floor and case.other and case.relationship is not Relationship.PARENT)
    assume(case.me.known or (case.other and case.other.known))
    assert floor
    assert case.other
    assert decided(case._replace(me=with_value(case.me, floor, "nobody"))).outcome is Outcome.DENY
    assert decided(case._replace(other=with_value(case.other, floor, "nobody"))).outcome is Outcome.DENY


@law
def help_and_paired_parents_are_never_refused(case: Case, data: st.DataObject) -> None:
    if case.action.always_open or (case.action.other and case.relationship is Relationship.PARENT):
        assert decided(case).outcome is Outcome.ALLOW


@law
def a_barred_account_does_nothing_else(case: Case, data: st.DataObject) -> None:
    open_to_all = case.action.always_open or (case.action.other and case.relationship is Relationship.PARENT)
    assume(case.me.bars and not open_to_all)
    assert decided(case)._replace(valid_until=None).reasons == (Why(Code.PAIRING_NEEDED, "pack", "BR-1"),)


@law
def it_never_raises_and_every_answer_gives_a_reason(case: Case, data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(case.action.controls or {"time.pause"}))
    for side in ("me", "other"):
        if getattr(case, side) is not None:
            nonsense = with_value(getattr(case, side), data.draw(keys), data.draw(NONSENSE))
            case = replaced(case, side, nonsense)
    decision = decided(case)
    assert decision.reasons
    assert json.dumps([why.dump() for why in decision.reasons])
    assert json.dumps([obligation.dump() for obligation in decision.obligations])


@law
def what_cannot_be_read_allows_nothing_that_reads_it(case: Case, data: st.DataObject) -> None:
    assume(case.me.known and not case.action.always_open)
    assume(not case.action.other or case.relationship is not Relationship.PARENT)
    for check in case.action.acts:
        case = case._replace(me=replace(case.me, bars=(), values={}))
        assert check.controls
        assert decided(case).outcome is Outcome.DENY


@law
def refusals_by_the_other_are_all_the_same(case: Case, data: st.DataObject) -> None:
    assume(case.other is not None)
    assert case.other is not None
    same = {name: getattr(case.other, name) for name in ("known", "adult", "said_adult")}
    another = replace(data.draw(briefs(case.action)), **same)
    relationship = data.draw(st.sampled_from([case.relationship, Relationship.BLOCKED]))
    assume(relationship is case.relationship or case.relationship is Relationship.FRIEND)
    one, other = decided(case), decided(case._replace(other=another, relationship=relationship))
    if one.outcome is other.outcome is Outcome.DENY:
        assert one == other


@law
def who_only_says_to_be_an_adult_is_one_towards_others(case: Case, data: st.DataObject) -> None:
    side = data.draw(st.sampled_from(["me", "other"]))
    brief = getattr(case, side)
    assume(brief is not None and brief.known)
    sure, unsure, minor = (
        decided(replaced(case, side, replace(brief, adult=adult, said_adult=said)))
        for adult, said in ((True, False), (False, True), (False, False))
    )
    # Nothing that an account of which nothing is known does to them passes, as with any minor.
    is_protected = side == "other" and not case.me.known
    assert unsure == (minor if is_protected else sure)
    assert rank(unsure) <= rank(minor)


@law
def nothing_changes_before_its_end(case: Case, data: st.DataObject) -> None:
    decision = decided(case)
    now = int(case.at.timestamp())
    if decision.valid_until is None:
        later = data.draw(st.integers(0, 30 * 86_400))
        assume(case.me.valid_until is None and (case.other is None or case.other.valid_until is None))
    else:
        assume(decision.valid_until > now)
        later = data.draw(
            st.sampled_from([decision.valid_until - now - 1]) | st.integers(0, decision.valid_until - now - 1)
        )
    assert decided(case._replace(at=case.at + timedelta(seconds=later)))[:3] == decision[:3]


@law
def an_answer_about_two_people_ends_with_the_minute(case: Case, data: st.DataObject) -> None:
    assume(case.action.other and case.other and case.relationship is not Relationship.PARENT and not case.me.bars)
    assume(case.me.known or (case.other and case.other.known))
    decision = decided(case)
    assert decision.valid_until is not None
    assert decision.valid_until <= int(case.at.timestamp()) // 60 * 60 + 60


@law
def nothing_is_kept_of_what_is_out_of_date(case: Case, data: st.DataObject) -> None:
    now = int(case.at.timestamp())
    assume(not case.me.bars and not case.action.always_open)
    assume(not case.action.other or case.relationship is not Relationship.PARENT)
    decision = decided(case._replace(me=replace(case.me, valid_until=now)))
    assert decision.outcome is Outcome.DENY
    assert decision.reasons[0].code is Code.OUT_OF_DATE
    assert decision.valid_until == now
    fresh = decided(case._replace(me=replace(case.me, valid_until=now + 1)))
    assert fresh.reasons[0].code is not Code.OUT_OF_DATE


@law
def what_was_written_is_read_again(case: Case, data: st.DataObject) -> None:
    for brief in filter(None, (case.me, case.other)):
        again = load_brief(dump_brief(brief))
        assert again == brief
        assert all(each.values["time.away"].time_zone == brief.values["time.away"].time_zone for each in (again, brief))
