"""Questions to the simulator as JSON: an evaluation as AuthZEN has it, about a teen who acts, and a draft."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import StrictSerializer, pointer
from accounts.languages import accepted
from controls.actions import Change
from controls.api.changes import changes_of, instant, invalid
from controls.deciding import brief_of_band, youngest
from controls.decisions.actions import ACTIONS, Action, read_properties
from controls.decisions.properties import LONGEST_ID, Malformed, read_age_band
from controls.decisions.words import Decision, Outcome, Relationship
from controls.labels.decisions import DUTIES, OUTCOMES, why_words
from controls.policy.catalogue import Control
from controls.simulation import Simulated, Supposed
from controls.upcoming import HORIZON
from family_pairing.problems import Fault, Problem
from ledger.moments import iso

OLDEST: Final = 130


class SimulationSerializer(StrictSerializer):
    """`{"evaluation", "draft"?}`: what is asked, and what would be said."""

    evaluation = serializers.JSONField()
    draft = serializers.JSONField(required=False)


class Read(NamedTuple):
    """What was asked: the question, the moment, and the words that nobody saves."""

    asked: Supposed
    at: datetime
    draft: list[Change]


def read_simulation(body: Any, now: datetime) -> Read:
    """Read the body of a simulation.

    Raises Problem `unknown_field`, `unknown_control` or `invalid_value`, naming where.
    """
    told = members(body, "", ("evaluation", "draft"), needs=("evaluation",))
    evaluation = members(
        told["evaluation"], "/evaluation", ("action", "resource", "context"), needs=("action", "resource")
    )
    with under("/draft"):
        draft = changes_of(members(told.get("draft", {}), "", None))
    return Read(asked_of(evaluation, now), moment_of(evaluation.get("context", {}), now), draft)


def asked_of(evaluation: Mapping[str, Any], now: datetime) -> Supposed:
    """Read who is supposed to do what to whom."""
    where = "/evaluation/action"
    said = members(evaluation["action"], where, ("name", "properties"), needs=("name",))
    action = ACTIONS.get(said["name"]) if isinstance(said["name"], str) else None
    if action is None:
        raise invalid(f"{where}/name", "Expected the name of an action of `GET /v1/controls`.")
    resource = resource_of(action, evaluation["resource"])
    other = dict(members(resource.get("properties", {}), "/evaluation/resource/properties", None))
    tie, age, band = tie_of(action, other), age_of(action, other, now), band_of(action, other, now)
    if age is not None and band:
        raise invalid(f"{PROPERTIES}/age_band", "Expected either `age` or `age_band`.")
    told = told_of(action, said.get("properties", {}), other)
    return Supposed(action, tie or told.get("relationship", Relationship.NONE), age, band, told)


def resource_of(action: Action, raw: Any) -> Mapping[str, Any]:
    """Read what it is done to; an account is never a real one."""
    where = "/evaluation/resource"
    resource = members(raw, where, ("type", "id", "properties"), needs=("type",))
    if resource["type"] != action.resource:
        raise invalid(f"{where}/type", f"Expected `{action.resource}`, which `{action.name}` is about.")
    if "id" in resource and action.other:
        raise invalid(f"{where}/id", "Expected none: the other person is supposed, by `age` and `relationship`.")
    if "id" in resource and not (isinstance(resource["id"], str) and 0 < len(resource["id"]) <= LONGEST_ID):
        raise invalid(f"{where}/id", f"Expected an id of 1 to {LONGEST_ID} characters.")
    return resource


def tie_of(action: Action, other: dict[str, Any]) -> Relationship | None:
    """Take out that the other is a paired parent, which no platform tells and everybody may suppose."""
    if other.get("relationship") != Relationship.PARENT:
        return None
    if action.resource != "account":
        raise invalid(
            f"{PROPERTIES}/relationship", "Expected another one: a paired parent has no profile and no posts."
        )
    del other["relationship"]
    return Relationship.PARENT


def age_of(action: Action, other: dict[str, Any], now: datetime) -> int | None:
    """Take out the other's age in years."""
    if "age" not in other or not action.other:
        return None
    age, least = other.pop("age"), youngest(at=now)
    if type(age) is not int or not least <= age <= OLDEST:
        raise invalid(f"{PROPERTIES}/age", f"Expected whole years from {least} to {OLDEST}.")
    return age


def band_of(action: Action, other: dict[str, Any], now: datetime) -> str:
    """Take out the other's age band."""
    if "age_band" not in other or not action.other:
        return ""
    with readable():
        band = read_age_band(other, "resource") or ""
        if brief_of_band(band, at=now) is None:
            raise Malformed("/resource/properties/age_band", "the name of an age band such as `13-15`")
    del other["age_band"]
    return band


def told_of(action: Action, said: Any, other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read the properties; one that the action does not have is a mistake, and an author would be a real account."""
    known: dict[str, set[str]] = {"action": set(), "resource": set()}
    for each in action.properties:
        known[each.of].add(each.name)
    if "author" in other:
        raise invalid(f"{PROPERTIES}/author", "Expected none: no account is looked up here.")
    members(said, "/evaluation/action/properties", known["action"])
    members(other, PROPERTIES, {*known["resource"] - {"author"}, *(("age", "age_band") if action.other else ())})
    with readable():
        return read_properties(action, said, other)


def moment_of(context: Any, now: datetime) -> datetime:
    """Read the moment that is asked about: now, or one that lies ahead."""
    told = members(context, "/evaluation/context", ("time",))
    if "time" not in told:
        return now
    at = instant(told["time"], "/evaluation/context/time")
    if not now <= at <= now + HORIZON:
        raise invalid("/evaluation/context/time", f"Expected a moment of the next {HORIZON.days} days.")
    return at


def members(raw: Any, where: str, names: Collection[str] | None, needs: Collection[str] = ()) -> Mapping[str, Any]:
    """Return an object that has no member but these, and each of those that it needs; None for any."""
    if not isinstance(raw, Mapping):
        raise invalid(where, "Expected an object.")
    unknown = sorted(set(raw) - set(names)) if names is not None else []
    if unknown:
        expected = f"Expected one of {', '.join(f'`{name}`' for name in sorted(names or ())) or 'no members'}."
        raise Problem(
            "unknown_field", faults=[Fault(where + pointer(name), "unknown_field", expected) for name in unknown]
        )
    for name in needs:
        if name not in raw:
            raise invalid(where + pointer(name), "This field is required.")
    return raw


def choices_of(draft: list[Change]) -> list[tuple[Control, Any]]:
    """Return a draft as a teen's choices, which have no end.

    Raises Problem `unknown_field`.
    """
    ending = [change.control.key for change in draft if change.until is not None]
    if ending:
        raise Problem(
            "unknown_field",
            faults=[Fault(pointer(key) + "/until", "unknown_field", "Expected `value`.") for key in ending],
        )
    return [(change.control, change.value) for change in draft]


@contextmanager
def readable() -> Generator[None, None, None]:
    """Turn a property that cannot be read into a problem that names it."""
    try:
        yield
    except Malformed as error:
        raise invalid(f"/evaluation{error.pointer}", f"Expected {error.expected}.") from error


@contextmanager
def under(where: str) -> Generator[None, None, None]:
    """Let a refusal of some words name where they stand in the body."""
    try:
        yield
    except Problem as problem:
        problem.faults = [replace(fault, pointer=where + fault.pointer) for fault in problem.faults]
        raise


def answer_simulation(request: Request, simulated: Simulated, *, parents: bool) -> Response:
    """Answer what is decided now and with the draft, in the reader's words and language."""
    language = accepted(request.headers.get("Accept-Language", ""))
    with translation.override(language):
        body = {
            "version": simulated.version,
            "at": iso(simulated.at),
            "now": decision_body(simulated.now, parents=parents),
            "then": decision_body(simulated.then, parents=parents),
            "changes": [each.dump() for each in simulated.moved],
        }
    return Response(body, headers={"Content-Language": language, "Vary": "Accept-Language"})


def decision_body(decision: Decision, *, parents: bool) -> dict[str, Any]:
    """Return a decision with its words."""
    until = decision.valid_until
    return {
        "decision": decision.outcome is Outcome.ALLOW,
        "outcome": decision.outcome.value,
        "words": str(OUTCOMES[decision.outcome].to(parents=parents)),
        "reasons": [{**why.dump(), "words": why_words(why, parents=parents)} for why in decision.reasons],
        "obligations": [
            {**each.dump(), "words": str(DUTIES[each.type].to(parents=parents))} for each in decision.obligations
        ],
        "valid_until": None if until is None else iso(datetime.fromtimestamp(until, UTC)),
    }


PROPERTIES: Final = "/evaluation/resource/properties"
