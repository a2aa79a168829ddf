"""Questions and decisions, and how they are written and read in AuthZEN 1.0."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from family_pairing_client.errors import FamilyPairingError, UnknownObligation, Unreadable

# Decided here, without asking anybody: help and reports never wait for a network.
ALWAYS_OPEN: Final = frozenset({"help.open", "report.create"})
# What one request may hold: questions, and bytes of them.
MOST: Final = 100
LARGEST: Final = 60_000


@dataclass(frozen=True)
class Entity:
    """Who acts, or what is acted upon."""

    type: str
    id: str
    properties: Mapping[str, Any] = field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """Write it as JSON."""
        told: dict[str, Any] = {"type": self.type, "id": self.id}
        return {**told, "properties": dict(self.properties)} if self.properties else told


def account(id: str, **properties: Any) -> Entity:
    """Return an account of the platform, by the platform's own id."""
    return Entity("account", id, properties)


@dataclass(frozen=True)
class Question:
    """Whether the subject may do this to the resource."""

    subject: Entity
    action: str
    resource: Entity
    action_properties: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    def dump(self, *, explain: bool = False) -> dict[str, Any]:
        """Write it as JSON."""
        action: dict[str, Any] = {"name": self.action}
        if self.action_properties:
            action["properties"] = dict(self.action_properties)
        told = {"subject": self.subject.dump(), "action": action, "resource": self.resource.dump()}
        context = {**self.context, "explain": True} if explain else dict(self.context)
        return {**told, "context": context} if context else told


@dataclass(frozen=True)
class Obligation:
    """Something that you do as well where you let it happen."""

    type: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """Whether it may happen; true where it may.

    ``error`` says why there is no decision of the server's; then ``allowed`` is what was chosen for that.
    """

    allowed: bool
    outcome: str
    reason: str = ""
    obligations: tuple[Obligation, ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()
    citations: tuple[Mapping[str, Any], ...] = ()
    version: str = ""
    valid_until: datetime | None = None
    error: FamilyPairingError | None = None

    def __bool__(self) -> bool:
        return self.allowed


OPEN: Final = Decision(True, "allow", "always_open")


def unsure(error: FamilyPairingError, *, allowed: bool = False) -> Decision:
    """Return what stands in the place of a decision that could not be had."""
    return Decision(allowed, "allow" if allowed else "deny", error.code, error=error)


def read(raw: Any, understood: Collection[str]) -> Decision:
    """Read one decision; what may happen only with an obligation that is not understood may not happen.

    Raises Unreadable.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("decision"), bool):
        raise Unreadable("an answer has no `decision`")
    context = raw.get("context", {})
    if not isinstance(context, dict):
        raise Unreadable("the `context` of an answer is no object")
    obligations = tuple([_obligation(each) for each in _objects(context, "obligations")])
    allowed: bool = raw["decision"]
    unknown = [each.type for each in obligations if each.type not in understood]
    if allowed and unknown:
        return unsure(UnknownObligation(unknown[0]))
    outcome = "allow" if allowed else "ask" if context.get("outcome") == "ask" else "deny"
    reason, version = context.get("reason", ""), context.get("version", "")
    return Decision(
        allowed,
        outcome,
        reason if isinstance(reason, str) else "",
        obligations,
        tuple(_objects(context, "reasons")),
        tuple(_objects(context, "citations")),
        version if isinstance(version, str) else "",
        _moment(context.get("valid_until")),
    )


def read_all(raw: Any, asked: int, understood: Collection[str]) -> list[Decision]:
    """Read the decisions about a batch; whose is whose is known only where there is one for each question.

    Raises Unreadable.
    """
    found = raw.get("evaluations") if isinstance(raw, dict) else None
    if not isinstance(found, list) or len(found) != asked:
        raise Unreadable(f"the answer has not {asked} decisions")
    return [read(each, understood) for each in found]


def batches(questions: Sequence[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Return as few requests as the questions need: of each how many it asks, and its JSON."""
    made: list[tuple[int, dict[str, Any]]] = []
    some: list[dict[str, Any]] = []
    size = 0
    for question in questions:
        bytes_of_it = len(json.dumps(question)) + 1
        if some and (len(some) == MOST or size + bytes_of_it > LARGEST):
            made.append((len(some), _batch(some)))
            some, size = [], 0
        some.append(question)
        size += bytes_of_it
    return [*made, (len(some), _batch(some))] if some else made


def _batch(questions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the JSON of a batch; what all have alike stands there once."""
    first = questions[0]
    alike = [name for name in first if all(each.get(name) == first[name] for each in questions)]
    # Python takes 1, 1.0 and true for the same, the server does not.
    alike = [name for name in alike if len({json.dumps(each[name], sort_keys=True) for each in questions}) == 1]
    own = [{name: each[name] for name in each if name not in alike} for each in questions]
    return {**{name: first[name] for name in alike}, "evaluations": own}


def _objects(context: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = context.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Unreadable(f"`{name}` is no list of objects")
    return found


def _obligation(raw: Mapping[str, Any]) -> Obligation:
    kind, properties = raw.get("type"), raw.get("properties", {})
    if not isinstance(kind, str) or not isinstance(properties, dict):
        raise Unreadable("an obligation has no `type`")
    return Obligation(kind, properties)


def _moment(raw: Any) -> datetime | None:
    if not isinstance(raw, str):
        return None
    try:
        at = datetime.fromisoformat(raw)
    except ValueError:
        return None
    # A moment without a zone is nobody's.
    return at if at.tzinfo is not None else None
