"""An evaluator for tests alone, with the fixture of AuthZEN's certification behind the product's own HTTP layer.

Source: `certification/authorization-api-1_0-scenario.md` in the repository openid/authzen, of 2026-06-25, section
"Required Fixture": two users, two records, three actions, eight decisions and six searches. Of every other decision the
scenario says that it is not looked at; here the same few rules give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from edge.authzen.evaluator import Decided, Entity, Page, Question

USERS: Mapping[str, Mapping[str, Any]] = {"alice": {}, "bob": {"role": "admin"}}
RECORDS: Mapping[str, Mapping[str, Any]] = {"record-1": {"status": "active"}, "record-2": {"status": "archived"}}
ACTIONS = ("read", "write", "delete")
NOTICE = {"id": "notice", "type": "notice"}


class Scenario:
    """Decides by the fixture; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def evaluate(self, questions: Sequence[Question]) -> list[Decided]:
        self.asked += questions
        return [decided(each) for each in questions]

    async def subjects(self, search: Question, after: str, limit: int) -> Page:
        users = USERS if search.subject.type == "user" else ()
        return found(users, lambda user: search._replace(subject=search.subject._replace(id=user)), after, limit)

    async def resources(self, search: Question, after: str, limit: int) -> Page:
        records = RECORDS if search.resource.type == "record" else ()
        return found(
            records, lambda record: search._replace(resource=search.resource._replace(id=record)), after, limit
        )

    async def actions(self, search: Question, after: str, limit: int) -> Page:
        return found(ACTIONS, lambda name: search._replace(action=name), after, limit)


def decided(question: Question) -> Decided:
    """Return the decision; the reason of a refusal, and of an allowance what is always said beside it."""
    reason = refusal(question)
    if reason is not None:
        return Decided(False, {"reason": reason})
    context: dict[str, Any] = {"reasons": ["fixture"]}
    if question.context.get("oblige"):
        context["obligations"] = [NOTICE]
    return Decided(True, context)


def refusal(question: Question) -> str | None:
    """Return why not, or None."""
    user, record = held(USERS, "user", question.subject), held(RECORDS, "record", question.resource)
    if user is None or record is None or question.action not in ACTIONS:
        return "unknown"
    # Rules 1 and 3: both users read.
    if question.action == "read":
        return None
    # Rules 7 and 8: the owner deletes softly.
    if question.action == "delete":
        is_soft = question.action_properties.get("soft") is True
        return None if is_soft and question.subject.id == "alice" else "hard"
    # Rules 5 and 6: what is archived is written by an admin alone.
    if record.get("status") == "archived":
        return None if user.get("role") == "admin" else "archived"
    # Rules 2 and 4.
    return None if question.subject.id == "alice" else "not_yours"


def held(fixture: Mapping[str, Mapping[str, Any]], kind: str, entity: Entity) -> Mapping[str, Any] | None:
    """Return what is known of an entity, and what the caller says of it over that; None where it is unknown."""
    if entity.type != kind or entity.id not in fixture:
        return None
    return {**fixture[entity.id], **entity.properties}


def found(names: Iterable[str], ask: Callable[[str], Question], after: str, limit: int) -> Page:
    """Return one page of those for which the answer is yes."""
    fitting = sorted(name for name in names if refusal(ask(name)) is None)
    rest = [name for name in fitting if name > after]
    return Page(rest[:limit], rest[limit - 1] if len(rest) > limit else None, len(fitting))
