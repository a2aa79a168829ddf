"""Searches and discovery: what their requests and answers hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from family_pairing_client.errors import Unreadable
from family_pairing_client.questions import Entity, Question

# A search that goes on for longer than this goes round in a circle.
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Search:
    """A question in which one part is looked for: ``subject`` or ``resource`` without an id, or the ``action``."""

    looked_for: str
    question: Question

    def dump(self, token: str) -> dict[str, Any]:
        """Write one page of it as JSON."""
        told = self.question.dump()
        if self.looked_for == "action":
            del told["action"]
        else:
            told[self.looked_for].pop("id")
        return {**told, "page": {"token": token}} if token else told


class Page(NamedTuple):
    """What was found, and the token of the next page."""

    found: list[Entity]
    token: str


def read_page(raw: Any, looked_for: str) -> Page:
    """Read one page; an action is told as an entity of the type ``action``.

    Raises Unreadable.
    """
    results = raw.get("results") if isinstance(raw, dict) else None
    page = raw.get("page", {}) if isinstance(raw, dict) else None
    if not isinstance(results, list) or not isinstance(page, dict):
        raise Unreadable("a search has no `results`")
    token = page.get("next_token", "")
    if not isinstance(token, str):
        raise Unreadable("`next_token` is no text")
    return Page([_found(each, looked_for) for each in results], token)


def _found(raw: Any, looked_for: str) -> Entity:
    kind, id = ("action", "name") if looked_for == "action" else ("type", "id")
    told = {**raw, "action": "action"} if isinstance(raw, dict) else {}
    if not isinstance(told.get(kind), str) or not isinstance(told.get(id), str):
        raise Unreadable("a result of a search has no name")
    return Entity(told[kind], told[id])


def subjects(action: str, resource: Entity, type: str, **parts: Any) -> Search:
    """Look for who may do this."""
    return Search("subject", replace(Question(Entity(type, ""), action, resource), **parts))


def resources(subject: Entity, action: str, type: str, properties: Mapping[str, Any], **parts: Any) -> Search:
    """Look for what this may be done to."""
    return Search("resource", replace(Question(subject, action, Entity(type, "", properties)), **parts))


def actions(subject: Entity, resource: Entity, **parts: Any) -> Search:
    """Look for what may be done."""
    return Search("action", replace(Question(subject, "", resource), **parts))


@dataclass(frozen=True)
class Configuration:
    """What the decision point says of itself; to be shown, never to be followed with a key."""

    decision_point: str
    endpoints: Mapping[str, str]


def read_configuration(raw: Any) -> Configuration:
    """Read what a decision point says of itself.

    Raises Unreadable.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("policy_decision_point"), str):
        raise Unreadable("it does not say which decision point it is")
    ends = {name: url for name, url in raw.items() if name.endswith("_endpoint") and isinstance(url, str)}
    return Configuration(raw["policy_decision_point"], ends)
