"""From a request's JSON to questions: only the types of fields are looked at, and unknown fields are passed over.

Every wrong part is named by its pointer. What is wrong with one question of a batch is told in its place; what is wrong
with the whole is a problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import orjson

from edge.authzen.evaluator import Entity, Question
from family_pairing.problems import Fault, Problem

MOST: Final = 100
EXECUTE_ALL: Final = "execute_all"
# At which decision a batch ends.
ENDS: Final[Mapping[str, bool | None]] = {
    EXECUTE_ALL: None,
    "deny_on_first_deny": False,
    "permit_on_first_permit": True,
}
Raw: TypeAlias = dict[str, Any]
Faults: TypeAlias = list[Fault]

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_NOBODY: Final = Entity("", "", NOTHING)
_ABSENT: Final = object()
_REQUIRED: Final = "This is required."
_OBJECT: Final = "Expected an object."
# What names an entity: the only parts of a default that an object of the same name is filled up with.
_NAMED_BY: Final = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}


class Batch(NamedTuple):
    """Questions in their order, faults in the place of one that is none; and at which decision the answers end."""

    items: list[Question | Faults]
    ends: bool | None


def read_object(body: bytes) -> Raw:
    """Return the JSON object that a body is.

    Raises the problem `malformed`.
    """
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Problem("malformed", "The body is not JSON." if body else "The body is empty.") from None
    if type(raw) is not dict:
        raise malformed([Fault("", "malformed", _OBJECT)])
    return raw


def malformed(faults: Faults) -> Problem:
    """Return the refusal of a request with these wrong parts."""
    return Problem("malformed", faults=faults)


def read_question(raw: Raw) -> Question:
    """Return the one question that a request asks.

    Raises the problem `malformed`.
    """
    faults: Faults = []
    question = Question(
        entity(raw, "subject", "", faults),
        *action(raw, "", faults),
        entity(raw, "resource", "", faults),
        mapping(raw, "context", "", faults),
    )
    if faults:
        raise malformed(faults)
    return question


def read_batch(raw: Raw) -> Batch | None:
    """Return the questions of a batch; None where the request is a single one.

    Raises the problem `malformed` for what concerns all of them, and `too_large`.
    """
    faults: Faults = []
    evaluations = raw.get("evaluations", [])
    if type(evaluations) is not list:
        faults.append(Fault("/evaluations", "malformed", "Expected an array."))
    ends = semantic(raw, faults)
    if faults:
        raise malformed(faults)
    if not evaluations:
        return None
    if len(evaluations) > MOST:
        raise Problem("too_large", f"Expected at most {MOST} evaluations, got {len(evaluations)}.")
    defaults = Defaults(raw)
    return Batch([defaults.quick(each) or defaults.complete(each, at) for at, each in enumerate(evaluations)], ends)


class Defaults:
    """What holds for every question of a batch that does not say otherwise.

    An object of a question's own takes the place of the whole default; only what names it is filled up.
    """

    def __init__(self, raw: Raw) -> None:
        """Read the defaults; one that lacks a part may still be filled up.

        Raises the problem `malformed` for one of a wrong type.
        """
        faults: Faults = []
        self._raw = raw
        subject, named = entity(raw, "subject", "", faults), action(raw, "", faults)
        resource, self._context = entity(raw, "resource", "", faults), mapping(raw, "context", "", faults)
        wrong = [fault for fault in faults if fault.detail is not _REQUIRED]
        if wrong:
            raise malformed(wrong)
        self._lacking = {name: [each for each in faults if each.pointer.startswith(f"/{name}")] for name in _NAMED_BY}
        self._subject = None if self._lacking["subject"] else subject
        self._action = None if self._lacking["action"] else named
        self._resource = None if self._lacking["resource"] else resource

    def quick(self, item: Any) -> Question | None:
        """Return the question of an item with nothing to fill up and nothing wrong, as most are; None for any other."""
        if type(item) is not dict:
            return None
        subject = plain(item["subject"]) if "subject" in item else self._subject
        named = plain_action(item["action"]) if "action" in item else self._action
        resource = plain(item["resource"]) if "resource" in item else self._resource
        context = item.get("context", self._context)
        if subject is None or named is None or resource is None or not is_mapping(context):
            return None
        return Question(subject, *named, resource, context)

    def complete(self, item: Any, index: int) -> Question | Faults:
        """Return the question of any item, or what is wrong with it."""
        at = f"/evaluations/{index}"
        if type(item) is not dict:
            return [Fault(at, "malformed", _OBJECT)]
        faults: Faults = []
        subject, named, resource, context = self._subject, self._action, self._resource, self._context
        if "subject" in item:
            subject = entity(self._filled(item, "subject"), "subject", at, faults)
        if "action" in item:
            named = action(self._filled(item, "action"), at, faults)
        if "resource" in item:
            resource = entity(self._filled(item, "resource"), "resource", at, faults)
        if "context" in item:
            context = mapping(item, "context", at, faults)
        for name, lacking in self._lacking.items():
            if lacking and name not in item:
                faults += lacking if name in self._raw else [Fault(f"{at}/{name}", "malformed", _REQUIRED)]
        if faults or subject is None or named is None or resource is None:
            return faults
        return Question(subject, *named, resource, context)

    def _filled(self, item: Raw, name: str) -> Raw:
        """Return an item in which an object of its own is named as the default is, where it has no name."""
        own, default = item[name], self._raw.get(name)
        if type(own) is not dict or type(default) is not dict:
            return item
        missing = {part: default[part] for part in _NAMED_BY[name] if part not in own and part in default}
        return {name: {**own, **missing}} if missing else item


def plain(own: Any) -> Entity | None:
    """Return a subject or a resource; None where anything is wrong with it."""
    if type(own) is dict:
        kind, id, properties = own.get("type"), own.get("id"), own.get("properties", NOTHING)
        if type(kind) is str and type(id) is str and is_mapping(properties):
            return Entity(kind, id, properties)
    return None


def plain_action(own: Any) -> tuple[str, Mapping[str, Any]] | None:
    """Return an action's name and properties; None where anything is wrong with it."""
    if type(own) is dict:
        name, properties = own.get("name"), own.get("properties", NOTHING)
        if type(name) is str and is_mapping(properties):
            return name, properties
    return None


def is_mapping(value: Any) -> bool:
    """Say whether a value is an object, or one that was left out."""
    return type(value) is dict or value is NOTHING


def entity(raw: Raw, name: str, at: str, faults: Faults, *, named: bool = True) -> Entity:
    """Return a subject or a resource; without `named` its id is passed over. Notes what is wrong."""
    own = raw.get(name, _ABSENT)
    if named and (whole := plain(own)) is not None:
        return whole
    if type(own) is not dict:
        faults.append(Fault(f"{at}/{name}", "malformed", _REQUIRED if own is _ABSENT else _OBJECT))
        return _NOBODY
    return Entity(
        text(own, "type", at, name, faults),
        text(own, "id", at, name, faults) if named else "",
        mapping(own, "properties", f"{at}/{name}", faults),
    )


def action(raw: Raw, at: str, faults: Faults) -> tuple[str, Mapping[str, Any]]:
    """Return an action's name and properties. Notes what is wrong."""
    own = raw.get("action", _ABSENT)
    if (whole := plain_action(own)) is not None:
        return whole
    if type(own) is not dict:
        faults.append(Fault(f"{at}/action", "malformed", _REQUIRED if own is _ABSENT else _OBJECT))
        return "", NOTHING
    return text(own, "name", at, "action", faults), mapping(own, "properties", f"{at}/action", faults)


def semantic(raw: Raw, faults: Faults) -> bool | None:
    """Return at which decision the answers end, None for never. Notes what is wrong."""
    chosen = mapping(raw, "options", "", faults).get("evaluations_semantic", EXECUTE_ALL)
    if type(chosen) is str and chosen in ENDS:
        return ENDS[chosen]
    faults.append(Fault("/options/evaluations_semantic", "malformed", f"Expected one of {', '.join(ENDS)}."))
    return None


def text(own: Raw, name: str, at: str, of: str, faults: Faults) -> str:
    """Return a text that must be there. Notes what is wrong."""
    value = own.get(name, _ABSENT)
    if type(value) is str:
        return value
    faults.append(Fault(f"{at}/{of}/{name}", "malformed", _REQUIRED if value is _ABSENT else "Expected a text."))
    return ""


def mapping(raw: Raw, name: str, at: str, faults: Faults) -> Mapping[str, Any]:
    """Return an object that may be missing. Notes what is wrong."""
    value = raw.get(name, NOTHING)
    if is_mapping(value):
        return value  # type: ignore[no-any-return]  # it has just been looked at
    faults.append(Fault(f"{at}/{name}", "malformed", _OBJECT))
    return NOTHING
