"""What happened to one teen, newest first: every change with its actor, for both sides.

What the teen keeps alone are events of kinds of their own: whoever reads for a parent leaves them out by kind, also
when a body was erased. A request is shown to a parent by what its body asks, and not at all without one.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet

from accounts.models import Pairing, User
from accounts.ties import TIE_KINDS, UNTOLD_KINDS
from controls.labels.upcoming import titled
from controls.models import RequestKind
from family_pairing.problems import Fault, Problem
from ledger.actor import ActorKind
from ledger.models import Event
from ledger.moments import iso

TEENS_ALONE = "own_lists.changed"
# What no parent reads: neither the events nor, by a gap, that there are any.
UNSHARED = (TEENS_ALONE, *TIE_KINDS, *UNTOLD_KINDS)
TIE_ENDS = ("follower", "followed", "blocker", "blocked")
PAGE = 50
LARGEST_PAGE = 200


class Page(NamedTuple):
    """Some entries, and the cursor of those that follow."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def history_for_teen(teen_id: UUID, *, cursor: str = "", limit: int = PAGE) -> Page:
    """Return one page of all that happened, with what moved as it was.

    Raises Problem `invalid_value` for a cursor that was not given out for this teen.
    """
    page = page_of(Event.objects.filter(teen=teen_id).exclude(kind__in=UNTOLD_KINDS), teen_id, cursor, limit)
    items = [{**entry(each, page.names, whole_of(each)), **tie_in(body_of(each))} for each in page.events]
    return Page(items, page.next_cursor)


def history_for_parent(pairing: Pairing, *, cursor: str = "", limit: int = PAGE, reader: str = "") -> Page:
    """Return one page of what a parent may read: of requests none to leave another parent.

    `reader` is the id of the parent who reads, if the acts of that one are to be marked as their own.
    Raises Problem `invalid_value` for a cursor that was not given out for this teen.
    """
    shown = events_for_parents(pairing.teen_id).filter(~Q(kind__startswith="request.") | requests_shown_to(pairing))
    return shared_page(shown, pairing.teen_id, cursor, limit, reader)


def history_for_support(teen_id: UUID) -> Page:
    """Return the newest page of what both sides read, whichever parent it is about."""
    return shared_page(events_for_parents(teen_id), teen_id, "", PAGE)


def events_for_parents(teen_id: UUID) -> QuerySet[Event]:
    """Return the events without what the teen keeps alone, in words or by a gap."""
    return Event.objects.filter(teen=teen_id).exclude(kind__in=UNSHARED)


def requests_shown_to(pairing: Pairing) -> Q:
    """Return which requests the parent of a pairing reads: of leaving only those about this pairing."""
    others = [kind.value for kind in RequestKind if kind is not RequestKind.LEAVING]
    return Q(told__body__asks__kind__in=others) | Q(told__body__asks__subject=str(pairing.pk))


def shared_page(events: QuerySet[Event], teen_id: UUID, cursor: str, limit: int, reader: str = "") -> Page:
    """Return one page of events in the words that both sides read, with the reader's own acts marked."""
    page = page_of(events, teen_id, cursor, limit)
    items = [marked(entry(each, page.names, body_of(each)), each, reader) for each in page.events]
    return Page(items, page.next_cursor)


class Found(NamedTuple):
    """The events of one page, the names of who acted, and the next cursor."""

    events: list[Event]
    names: dict[str, str]
    next_cursor: str | None


def page_of(events: QuerySet[Event], teen_id: UUID, cursor: str, limit: int) -> Found:
    """Return some of a teen's events."""
    events = events.select_related("told").order_by("-id")
    if cursor:
        events = events.filter(pk__lt=read_cursor(cursor, teen_id))
    found = list(events[: limit + 1])
    # A cursor can be read, so it names the entry by its code: numbers in a row would count what is not shown.
    more = signing.dumps([str(teen_id), str(found[limit - 1].code)], salt="history") if len(found) > limit else None
    return Found(found[:limit], names_of(found), more)


def body_of(event: Event) -> dict[str, Any]:
    """Return what an event says to both sides; nothing where that was erased."""
    told = getattr(event, "told", None)
    return told.body if told else {}


def whole_of(event: Event) -> dict[str, Any]:
    """Return what an event says to the teen."""
    body = body_of(event)
    return {**body, "moved": body["moved_for_teen"]} if "moved_for_teen" in body else body


def entry(event: Event, names: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Return one event as its reader may have it."""
    actor = {"kind": event.actor_kind, "display_name": names.get(event.actor_id)}
    return {
        "id": str(event.code),
        "at": iso(event.at),
        "kind": event.kind,
        "actor": actor,
        "cause": body.get("cause"),
        "changes": body.get("moved", []),
        "said": [
            {"key": word["control"], "value": word["value"], "until": word["until"]} for word in body.get("said", [])
        ],
        "removed": [word["control"] for word in body.get("removed", [])],
        "request": asked_in(body),
        **({"change": titled(body["change"])} if "change" in body else {}),
    }


def marked(item: dict[str, Any], event: Event, reader: str) -> dict[str, Any]:
    """Return an entry that says whether its reader did it, where that was asked: two parents may be called alike."""
    return {**item, "mine": event.actor_kind == ActorKind.PARENT and event.actor_id == reader} if reader else item


def asked_in(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return the request that an event is about, with what was asked and the reason that was given."""
    if "request" not in body:
        return None
    return {"id": body["request"], **body.get("asks", {}), "reason": body.get("reason", "")}


def tie_in(body: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the member that names both accounts of a follow or a block; an entry of another kind has none."""
    ends = {end: body[end] for end in TIE_ENDS if end in body}
    return {"tie": ends} if ends else {}


def names_of(events: list[Event]) -> dict[str, str]:
    """Return the names of the parents who acted; staff act without a name."""
    parents = {event.actor_id for event in events if event.actor_kind == ActorKind.PARENT}
    return {str(user.pk): user.display_name for user in User.objects.filter(pk__in=parents)}


def read_cursor(cursor: str, teen_id: UUID) -> int:
    """Return the id of the last event of the page before."""
    try:
        teen, last = signing.loads(cursor, salt="history")
    except signing.BadSignature:
        teen, last = "", ""
    if teen != str(teen_id):
        fault = Fault("/cursor", "invalid_value", "Expected the `next_cursor` of a former page.")
        raise Problem("invalid_value", faults=[fault])
    return Event.objects.get(code=last).pk
