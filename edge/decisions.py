"""The evaluator: AuthZEN's questions, answered by the core from what is known of both accounts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

from accounts import ties
from accounts.ties import WrittenTies, relationship_between
from controls.decisions.actions import ACTIONS, Action, read_properties
from controls.decisions.briefs import Brief
from controls.decisions.decide import (
    OPEN,
    Case,
    blocked,
    decide,
    malformed,
    unavailable,
    unknown_action,
    until_known,
)
from controls.decisions.properties import Malformed, read_age_band
from controls.decisions.words import Code, Decision, Outcome, Relationship
from edge.authzen.evaluator import Decided, Entity, Page, Question
from edge.people import Known, People, Person
from ledger.moments import iso

ACCOUNT: Final = "account"
PARENT: Final = "parent"
# A search looks at no more accounts than these for one page.
LOOKED_AT: Final = 100
_HELD: Final = {each: Relationship(each.value) for each in ties.Relationship}


@dataclass(frozen=True)
class Rules:
    """What decisions need beside the two accounts: all of it is in memory."""

    # The brief of an account that is not enrolled, by the band that is told of it; None where there is no such band.
    brief_of_band: Callable[[str], Brief | None]
    # The brief of somebody who acts and of whom nothing is known.
    brief_of_nobody: Callable[[], Brief]
    # Where a rule stands: for each law or pack that reasons name, what a person can look up.
    citations: Callable[[str], Sequence[Mapping[str, str]]]
    now: Callable[[], float]
    unenrolled_allowed: bool = True
    ties_kept_by_us: bool = True


class Matter(NamedTuple):
    """A question that could be read: who acts, who is acted upon, and what is told of it."""

    action: Action
    me: Entity
    # None where nobody is acted upon.
    other: Entity | None
    told: Mapping[str, Any]
    my_band: Brief | None
    other_band: Brief | None
    # Who made what is looked at, where that is told and nobody is acted upon.
    author: Entity | None
    # The accounts that have to be known.
    names: list[str]


class Evaluator:
    """Answers questions and searches over the accounts that are enrolled here."""

    def __init__(self, people: People, rules: Rules):
        self._people = people
        self._rules = rules

    async def evaluate(self, questions: Sequence[Question]) -> list[Decided]:
        """Return one decision for each question, in their order."""
        asked = [self._asked(question) for question in questions]
        names = {name for each in asked if type(each) is Matter for name in each.names}
        known = await self._people.read(names)
        at = datetime.fromtimestamp(self._rules.now(), UTC)
        decided = self._decided
        return [decided(question, each, known, at) for question, each in zip(questions, asked, strict=True)]

    async def subjects(self, search: Question, after: str, limit: int) -> Page:
        """Return the accounts tied to the resource that may do this to it."""
        action = ACTIONS.get(search.action)
        if action is None or action.other != "id" or search.resource.type != action.resource:
            return Page()
        if search.subject.type != ACCOUNT:
            return Page()
        return await self._search(
            after,
            limit,
            await self._tied(search.resource),
            lambda name: search._replace(subject=search.subject._replace(id=name)),
        )

    async def resources(self, search: Question, after: str, limit: int) -> Page:
        """Return the accounts tied to the subject to which it may do this."""
        action = ACTIONS.get(search.action)
        if action is None or action.other != "id" or search.resource.type != action.resource:
            return Page()
        return await self._search(
            after,
            limit,
            await self._tied(search.subject),
            lambda name: search._replace(resource=search.resource._replace(id=name)),
        )

    async def actions(self, search: Question, after: str, limit: int) -> Page:
        """Return what the subject may do to the resource."""
        names = [name for name, action in ACTIONS.items() if action.resource == search.resource.type]
        return await self._search(after, limit, names, lambda name: search._replace(action=name))

    async def _search(
        self, after: str, limit: int, candidates: Collection[str], question_of: Callable[[str], Question]
    ) -> Page:
        """Return the candidates that are allowed, in the order of their names."""
        left = list(islice(sorted(name for name in candidates if name > after), LOOKED_AT))
        decided = await self.evaluate([question_of(name) for name in left])
        allowed = [name for name, each in zip(left, decided, strict=True) if each.decision]
        if len(allowed) > limit:
            return Page(allowed[:limit], allowed[limit - 1], asked=len(left))
        return Page(allowed, left[-1] if len(left) == LOOKED_AT else None, asked=len(left))

    async def _tied(self, entity: Entity) -> Sequence[str]:
        """Return the accounts that an enrolled one is tied to; whoever is blocked is not found."""
        if entity.type == PARENT:
            return ()
        person = (await self._people.read([entity.id])).people.get(entity.id)
        return person.ties.accounts() if person else ()

    def _asked(self, question: Question) -> Matter | Decision:
        """Read a question, or refuse it."""
        action = ACTIONS.get(question.action)
        if action is None:
            return unknown_action()
        if action.always_open:
            # Whatever else is told: help is open.
            return OPEN
        try:
            return self._read(action, question)
        except Malformed as error:
            return malformed(error)

    def _read(self, action: Action, question: Question) -> Matter:
        """Read a question.

        Raises Malformed.
        """
        me, resource = question.subject, question.resource
        if me.type not in (ACCOUNT, PARENT):
            raise Malformed("/subject/type", f"`{ACCOUNT}` or `{PARENT}`")
        is_parent = resource.type == PARENT and action.resource == ACCOUNT
        if resource.type != action.resource and not is_parent:
            raise Malformed("/resource/type", f"`{action.resource}`")
        told = read_properties(action, question.action_properties, resource.properties)
        other = resource if action.other == "id" else None
        author = Entity(ACCOUNT, told["author"], resource.properties) if "author" in told else None
        if action.other == "author":
            other, author = author, None
        mine = self._band(me.properties, "subject")
        theirs = self._band(resource.properties, "resource") if action.other else None
        names = [] if me.type == PARENT else [me.id]
        if other is not None and other.type != PARENT:
            names.append(other.id)
        if author is not None:
            names.append(author.id)
        return Matter(action, me, other, told, mine, theirs, author, names)

    def _band(self, properties: Mapping[str, Any], of: str) -> Brief | None:
        """Return the brief of the age band that is told.

        Raises Malformed.
        """
        if "age_band" not in properties:
            return None
        band = read_age_band(properties, of)
        if band is None:
            return None
        brief = self._rules.brief_of_band(band)
        if brief is None:
            raise Malformed(f"/{of}/properties/age_band", "the name of an age band such as `13-15`")
        return brief

    def _decided(self, question: Question, asked: Matter | Decision, known: Known, at: datetime) -> Decided:
        """Return what is answered to one question."""
        if not isinstance(asked, Matter):
            return self._answer(asked, question, "")
        if known.unread and not known.unread.isdisjoint(asked.names):
            return self._answer(unavailable(at), question, "")
        me, other = _known(known, asked.me), _known(known, asked.other)
        if asked.author is not None:
            block = self._block(asked, asked.author, known)
            if block is not None:
                return self._answer(blocked(block, at), question, "")
        case = Case(
            asked.action,
            me.brief if me else asked.my_band or self._rules.brief_of_nobody(),
            other.brief if other else asked.other_band,
            self._relationship(asked, me and me.ties, other and other.ties),
            asked.told,
            at,
            asked.me.id,
            asked.other.id if asked.other else "",
        )
        decision = decide(case, unenrolled_allowed=self._rules.unenrolled_allowed)
        if me is None:
            return self._answer(until_known(decision, at), question, "")
        return self._answer(decision, question, me.brief.version)

    def _block(self, asked: Matter, author: Entity, known: Known) -> Code | None:
        """Return why nothing of the author is shown, None where neither of the two blocks the other."""
        me, other = _known(known, asked.me), _known(known, author)
        if me is not None and me.ties.says(author.id) is ties.Relationship.BLOCKED:
            return Code.ACCOUNT_BLOCKED
        is_blocked = other is not None and other.ties.says(asked.me.id) is ties.Relationship.BLOCKED
        return Code.RECIPIENT_SETTINGS if is_blocked else None

    def _relationship(self, asked: Matter, mine: WrittenTies | None, theirs: WrittenTies | None) -> Relationship | None:
        """Return how the two stand to each other, as told and as held; a block counts whoever knows it."""
        if asked.other is None:
            return None
        if PARENT in (asked.me.type, asked.other.type):
            return _paired(asked.me, asked.other, mine, theirs)
        held = _HELD[relationship_between(asked.me.id, mine, asked.other.id, theirs)]
        told = asked.told.get("relationship")
        if held is Relationship.BLOCKED or told is Relationship.BLOCKED:
            return Relationship.BLOCKED
        if not self._rules.ties_kept_by_us:
            return told
        return held if told is None else _lesser(held, told)

    def _answer(self, decision: Decision, question: Question, version: str) -> Decided:
        """Return a decision as it is told: a reason where it is refused, everything where that is asked."""
        code = decision.reasons[0].code
        if not decision.obligations and not question.explained and code is not Code.MALFORMED:
            return _plain(decision.outcome, code)
        is_allowed = decision.outcome is Outcome.ALLOW
        context: dict[str, Any] = {}
        if decision.obligations:
            context["obligations"] = [each.dump() for each in decision.obligations]
        if not is_allowed:
            context |= {"outcome": decision.outcome.value, "reason": code.value}
        if question.explained or code is Code.MALFORMED:
            context["reasons"] = [each.dump() for each in decision.reasons]
        if question.explained:
            context |= self._explained(decision, version)
        return Decided(is_allowed, context or None)

    def _explained(self, decision: Decision, version: str) -> dict[str, Any]:
        until = decision.valid_until
        rules = dict.fromkeys(each.rule for each in decision.reasons if each.rule)
        return {
            "outcome": decision.outcome.value,
            "version": version,
            "valid_until": None if until is None else iso(datetime.fromtimestamp(until, UTC)),
            "citations": [dict(each) for rule in rules for each in self._rules.citations(rule)],
        }


def _known(known: Known, entity: Entity | None) -> Person | None:
    """Return what is known of an account; a parent is none, whatever the id."""
    return None if entity is None or entity.type == PARENT else known.people.get(entity.id)


@cache
def _plain(outcome: Outcome, code: Code) -> Decided:
    """Return a decision with nothing to do and nothing to explain, as most are; nobody changes what it holds."""
    if outcome is Outcome.ALLOW:
        return Decided(True)
    return Decided(False, {"outcome": outcome.value, "reason": code.value})


def _paired(me: Entity, other: Entity, mine: WrittenTies | None, theirs: WrittenTies | None) -> Relationship:
    """Return whether one of the two is a parent who is paired with the other."""
    if me.type == PARENT:
        is_paired = theirs is not None and theirs.has_parent(me.id)
    else:
        is_paired = mine is not None and mine.has_parent(other.id)
    return Relationship.PARENT if is_paired else Relationship.NONE


def _lesser(held: Relationship, told: Relationship) -> Relationship:
    """Return the tie on which both agree."""
    if told is held or held is Relationship.FRIEND:
        return told
    return held if told is Relationship.FRIEND else Relationship.NONE
