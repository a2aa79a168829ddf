"""Deciding: one question, both briefs and a moment give an outcome, reasons and obligations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from controls.decisions.actions import Action
from controls.decisions.briefs import UNKNOWN, Brief
from controls.decisions.checks import Finding, View
from controls.decisions.hours import MINUTE, seconds_of
from controls.decisions.properties import Malformed
from controls.decisions.words import TURNED, Code, Decision, Obligation, Outcome, Relationship, Why
from controls.policy.reasons import By


class Case(NamedTuple):
    """One question.

    ``me`` acts, ``other`` is acted upon: None where nothing is known of whom, or nobody is. ``relationship`` is what
    holds, however it became known; ``Relationship.PARENT`` where the two are paired. ``properties`` are as
    ``read_properties`` gives them. The ids are the platform's, by which lists of accounts are written.
    """

    action: Action
    me: Brief
    other: Brief | None
    relationship: Relationship | None
    properties: Mapping[str, Any]
    at: datetime
    my_id: str = ""
    other_id: str = ""


def decide(case: Case, *, unenrolled_allowed: bool = True) -> Decision:
    """Return whether it may happen, why, what it obliges to, and until when that holds."""
    action, me = case.action, case.me
    if action.always_open:
        return OPEN
    if action.other and case.relationship is Relationship.PARENT:
        return _family(me, case.other, seconds_of(case.at))
    now = seconds_of(case.at)
    if me.bars:
        return _barred(me)
    if me.valid_until is not None and me.valid_until <= now:
        return _refused(Code.OUT_OF_DATE, now)
    if not action.other:
        return _alone(case, now)
    other = case.other or UNKNOWN
    if me.known:
        return _together(case, other, now)
    if other.known:
        return _stranger(case, other, now)
    allowed = unenrolled_allowed and case.relationship is not Relationship.BLOCKED
    # Each of the two may be enrolled the next moment.
    return Decision(Outcome.ALLOW if allowed else Outcome.DENY, _UNENROLLED, (), _end_of_minute(now))


def unknown_action() -> Decision:
    """Return the refusal of what is not in the table."""
    return Decision(Outcome.DENY, (Why(Code.UNKNOWN_ACTION, _SYSTEM),))


def malformed(error: Malformed) -> Decision:
    """Return the refusal of a question that cannot be read."""
    why = Why(Code.MALFORMED, _SYSTEM, pointer=error.pointer, expected=error.expected)
    return Decision(Outcome.DENY, (why,))


def unavailable(at: datetime) -> Decision:
    """Return the refusal where what applies to one of the two cannot be read now."""
    return _refused(Code.UNAVAILABLE, seconds_of(at))


def blocked(code: Code, at: datetime) -> Decision:
    """Return the refusal of what a blocked account has made; the code says no more of whose block it is than may be."""
    why = Why(code) if code is Code.RECIPIENT_SETTINGS else Why(code, By.TEEN.value)
    return Decision(Outcome.DENY, (why,), (), _end_of_minute(seconds_of(at)))


def until_known(decision: Decision, at: datetime) -> Decision:
    """Return a decision about somebody who is not enrolled, and may be the next moment: it ends with the minute."""
    end = _end_of_minute(seconds_of(at))
    return decision._replace(valid_until=end if decision.valid_until is None else min(end, decision.valid_until))


def _alone(case: Case, now: int) -> Decision:
    """Decide what concerns one person."""
    action, me, _, _, told, _, _, _ = case
    try:
        outcome, found = _judged(action, View(me, me, Relationship.NONE, told, now, ""))
        until = _until(action, me, now)
    except _UNREADABLE:
        return _refused(Code.UNREADABLE, now)
    return _answer(action, me, outcome, found, until)


def _together(case: Case, other: Brief, now: int) -> Decision:
    """Decide what concerns two: first by the values of who acts, then by the other's, of which nothing is told."""
    action, me, _, relationship, told, _, my_id, other_id = case
    blocked = relationship is Relationship.BLOCKED
    # A block ends every tie, and stays untold: who is blocked is answered like somebody whose tie was ended.
    tie = Relationship.NONE if blocked else relationship or Relationship.NONE
    try:
        outcome, found = _judged(action, View(me, other, tie, told, now, other_id))
        soon = _soon(other, now, _until(action, me, now))
    except _UNREADABLE:
        return _refused(Code.UNREADABLE, now)
    if outcome is Outcome.DENY:
        return _answer(action, me, outcome, found, soon)
    theirs = None if blocked else _theirs(action, View(other, me, TURNED[tie], told, now, my_id))
    if theirs is None:
        return Decision(Outcome.DENY, _RECIPIENT, (), soon)
    return _answer(action, me, outcome, [*found, *theirs], soon)


def _stranger(case: Case, other: Brief, now: int) -> Decision:
    """Decide for an account of which nothing is known: every refusal is the same, whoever the other one is."""
    decision = _together(case, other, now)
    if other.adult and decision.outcome is Outcome.ALLOW:
        return decision
    return Decision(Outcome.DENY, _UNENROLLED, (), _soon(other, now, case.me.valid_until))


def _judged(action: Action, view: View) -> tuple[Outcome, list[Finding]]:
    """Return what the checks of who acts say together: the strictest, and all that they found."""
    outcome = Outcome.ALLOW
    found = []
    for judge in action.judges:
        finding = judge(view)
        if finding is not None:
            found.append(finding)
            if outcome is Outcome.ALLOW or finding.outcome is Outcome.DENY:
                outcome = finding.outcome
    return outcome, found


def _theirs(action: Action, view: View) -> list[Finding] | None:
    """Return what the other's values oblige to, None where they refuse, ask, or cannot be read."""
    until = view.mine.valid_until
    if view.mine.bars or (until is not None and until <= view.now):
        return None
    found = []
    try:
        for judge in action.judges_upon:
            finding = judge(view)
            if finding is not None:
                if finding.outcome is not Outcome.ALLOW:
                    return None
                found.append(finding)
    except _UNREADABLE:
        return None
    return found


def _answer(action: Action, me: Brief, outcome: Outcome, found: list[Finding], until: int | None) -> Decision:
    """Return the decision that some findings make; its obligations are those of the findings that decide."""
    if not found:
        return Decision(outcome, _permission(action, me), (), until)
    decisive = found if len(found) == 1 else [finding for finding in found if finding.outcome is outcome]
    several = len(decisive) > 1
    obligations = tuple([o for each in decisive for o in each.obligations]) if several else decisive[0].obligations
    if outcome is Outcome.ALLOW:
        return Decision(outcome, _permission(action, me), _once(obligations), until)
    grounds = me.grounds
    reasons = [_why(each.code, each.control, *grounds.get(each.control, _NO_GROUND)) for each in decisive if each.code]
    return Decision(outcome, tuple(dict.fromkeys(reasons) if len(reasons) > 1 else reasons), obligations, until)


def _once(obligations: tuple[Obligation, ...]) -> tuple[Obligation, ...]:
    """Return obligations, each once: both sides may oblige to the same."""
    return tuple([each for place, each in enumerate(obligations) if each not in obligations[:place]])


def _permission(action: Action, me: Brief) -> tuple[Why, ...]:
    control = action.rests_on
    return _allowed(control, *me.grounds.get(control, _NO_GROUND)) if control else _RECIPIENT


@lru_cache(maxsize=4096)
def _allowed(control: str, by: str, rule: str) -> tuple[Why, ...]:
    return (_why(Code.ALLOWED, control, by, rule),)


@lru_cache(maxsize=8192)
def _why(code: Code, control: str, by: str, rule: str) -> Why:
    return Why(code, by, rule, control)


def _barred(me: Brief) -> Decision:
    """Return the refusal of an account that may not be used, with every law that says so."""
    reasons = [Why(bar.code, By.PACK.value, law) for bar in me.bars for law in bar.laws or ("",)]
    return Decision(Outcome.DENY, tuple(reasons), (), me.valid_until)


def _refused(code: Code, until: int) -> Decision:
    """Return a refusal that nobody may keep."""
    return Decision(Outcome.DENY, (Why(code, _SYSTEM),), (), until)


def _family(me: Brief, other: Brief | None, now: int) -> Decision:
    """Return that a paired parent is never refused; the pairing may end the next minute."""
    ends = [each.valid_until for each in (me, other) if each is not None and each.valid_until is not None]
    return Decision(Outcome.ALLOW, _PARENT, (), min([_end_of_minute(now), *(end for end in ends if end > now)]))


def _until(action: Action, me: Brief, now: int) -> int | None:
    """Return when the values of who acts may answer otherwise by themselves."""
    until = me.valid_until
    for check in action.timed:
        change = check.until(me, now)
        if change is not None and (until is None or change < until):
            until = change
    return until


def _end_of_minute(now: int) -> int:
    return now - now % MINUTE + MINUTE


def _soon(other: Brief, now: int, until: int | None) -> int:
    """Return the end of this minute, or what ends before: hours of the other do not show through a later end."""
    soon = _end_of_minute(now)
    if until is not None and until < soon:
        soon = until
    theirs = other.valid_until
    return theirs if theirs is not None and now < theirs < soon else soon


# What a value that cannot be read does to a check.
_UNREADABLE: Final = (LookupError, TypeError, AttributeError, ValueError, OverflowError)
_SYSTEM: Final = By.SYSTEM.value
_NO_GROUND: Final = (_SYSTEM, "")
OPEN: Final = Decision(Outcome.ALLOW, (Why(Code.ALWAYS_OPEN, _SYSTEM),))
_PARENT: Final = (Why(Code.PAIRED_PARENT, _SYSTEM),)
_UNENROLLED: Final = (Why(Code.UNENROLLED, _SYSTEM),)
_RECIPIENT: Final = (Why(Code.RECIPIENT_SETTINGS),)
