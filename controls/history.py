"""What happened to one teen, newest first: every change with its actor, for the teen and the parents alike."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing

from accounts.models import User
from family_pairing.problems import Fault, Problem
from ledger.actor import ActorKind
from ledger.models import Event

PAGE = 50
LARGEST_PAGE = 200


class Page(NamedTuple):
    """Some entries, and the cursor of those that follow."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def history(teen_id: UUID, *, cursor: str = "", limit: int = PAGE) -> Page:
    """Return one page of a teen's history.

    Raises Problem `invalid_value` for a cursor that was not given out for this teen.
    """
    events = Event.objects.filter(teen=teen_id).select_related("told").order_by("-id")
    if cursor:
        events = events.filter(pk__lt=read_cursor(cursor, teen_id))
    found = list(events[: limit + 1])
    names = names_of(found)
    more = signing.dumps([str(teen_id), found[limit - 1].pk], salt="history") if len(found) > limit else None
    return Page([entry(event, names) for event in found[:limit]], more)


def entry(event: Event, names: dict[str, str]) -> dict[str, Any]:
    """Return one event as both sides read it."""
    told = getattr(event, "told", None)
    body: dict[str, Any] = told.body if told else {}
    actor = {"kind": event.actor_kind, "display_name": names.get(event.actor_id)}
    return {
        "id": str(event.code),
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "kind": event.kind,
        "actor": actor,
        "cause": body.get("cause"),
        "changes": body.get("moved", []),
        "said": [
            {"key": word["control"], "value": word["value"], "until": word["until"]} for word in body.get("said", [])
        ],
        "removed": [word["control"] for word in body.get("removed", [])],
    }


def names_of(events: list[Event]) -> dict[str, str]:
    """Return the names of the parents who acted; staff act without a name."""
    parents = {event.actor_id for event in events if event.actor_kind == ActorKind.PARENT}
    return {str(user.pk): user.display_name for user in User.objects.filter(pk__in=parents)}


def read_cursor(cursor: str, teen_id: UUID) -> int:
    """Return the id of the last event of the page before."""
    try:
        teen, last = signing.loads(cursor, salt="history")
    except signing.BadSignature:
        teen, last = "", 0
    if teen != str(teen_id):
        fault = Fault("/cursor", "invalid_value", "Expected the `next_cursor` of a former page.")
        raise Problem("invalid_value", faults=[fault])
    return int(last)
