"""Requests as both sides see them: what was asked, who has answered what, and whose answer is still missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet

from accounts.models import Account, Pairing, User
from controls.access import shown_to
from controls.asking import Way
from controls.history import LARGEST_PAGE, PAGE
from controls.models import Request, RequestQuerySet, RequestState
from controls.settlement import way_or_none
from controls.snapshots import Present, present_for_parents
from family_pairing.problems import Fault, Problem

NOTHING = Way()


@dataclass(frozen=True)
class Seen:
    """One request at a moment; `pairing` is that of the parent who looks, None for the teen."""

    request: Request
    state: str
    way: Way
    present: Present
    pairing: Pairing | None = None

    @property
    def waits_for_me(self) -> bool:
        """Tell whether the answer of the parent who looks is missing."""
        return self.pairing is not None and self.way.waits_for(self.pairing)


@dataclass(frozen=True)
class SeenPage:
    """Some requests, the newest first, and the cursor of those that follow."""

    items: list[Seen]
    next_cursor: str | None


def requests_of(account: Account, *, at: datetime, cursor: str = "", limit: int = PAGE) -> SeenPage:
    """Return a teen's own requests.

    Raises Problem `invalid_value` for a cursor that was not given out for them.
    """
    return page(Request.objects.filter(account=account), {}, f"teen:{account.pk}", at=at, cursor=cursor, limit=limit)


def requests_for(parent: User, *, at: datetime, cursor: str = "", limit: int = PAGE) -> SeenPage:
    """Return the requests of a parent's teens.

    Raises Problem `invalid_value` for a cursor that was not given out for them.
    """
    found, mine = shown_requests(parent)
    return page(found, mine, f"parent:{parent.pk}", at=at, cursor=cursor, limit=limit)


def waiting_requests(parent: User, *, at: datetime) -> list[Seen]:
    """Return every request that waits for a parent, the newest first."""
    found, mine = shown_requests(parent)
    return [seen for seen in seen_all(list(told(found.open().filter(due_at__gt=at))), mine, at=at) if seen.waits_for_me]


def shown_requests(parent: User) -> tuple[RequestQuerySet, dict[UUID, Pairing]]:
    """Return the requests that a parent may see, and the parent's pairing with each teen."""
    pairings = Pairing.objects.active().filter(parent=parent).select_related("teen", "parent")
    return Request.objects.filter(shown_to(pairings)), {pairing.teen_id: pairing for pairing in pairings}


def open_requests(teen_ids: Iterable[UUID], *, at: datetime) -> list[Request]:
    """Return what several teens ask now."""
    return list(Request.objects.open().filter(account_id__in=list(teen_ids), due_at__gt=at))


def waiting_for(pairing: Pairing, present: Present, asked: Iterable[Request]) -> int:
    """Return how many of some open requests are this teen's and wait for this parent."""
    ways = (way_or_none(request, present) for request in asked if request.account_id == pairing.teen_id)
    return sum(1 for way in ways if way is not None and way.waits_for(pairing))


def seen_one(request: Request, *, at: datetime, pairing: Pairing | None = None) -> Seen:
    """Return one request as it is now."""
    return seen_of(request, present_for_parents(request.account, at=at), pairing)


def page(
    found: QuerySet[Request], mine: dict[UUID, Pairing], owner: str, *, at: datetime, cursor: str, limit: int
) -> SeenPage:
    """Return one page of requests with what is in the way of each."""
    if cursor:
        found = found.filter(pk__lt=read_cursor(cursor, owner))
    rows = list(told(found)[: min(limit, LARGEST_PAGE) + 1])
    shown = rows[:limit]
    more = signing.dumps([owner, str(shown[-1].pk)], salt="requests") if len(rows) > limit else None
    return SeenPage(seen_all(shown, mine, at=at), more)


def told(found: QuerySet[Request]) -> QuerySet[Request]:
    """Return requests with all that is told of each, the newest first."""
    return found.select_related("account").prefetch_related("answers__pairing__parent").order_by("-id")


def seen_all(rows: list[Request], mine: dict[UUID, Pairing], *, at: datetime) -> list[Seen]:
    """Return requests with what is in the way of each."""
    presents = {
        row.account_id: present_for_parents(row.account, at=at) for row in {r.account_id: r for r in rows}.values()
    }
    return [seen_of(row, presents[row.account_id], mine.get(row.account_id)) for row in rows]


def seen_of(request: Request, present: Present, pairing: Pairing | None) -> Seen:
    """Return one request with what is in its way while it is open; one that is over in all but name has expired."""
    state = request.state_at(present.at)
    if state != RequestState.OPEN:
        return Seen(request, state, NOTHING, present, pairing)
    way = way_or_none(request, present)
    if way is None:
        return Seen(request, RequestState.EXPIRED.value, NOTHING, present, pairing)
    return Seen(request, state, way, present, pairing)


def read_cursor(cursor: str, owner: str) -> UUID:
    """Return the id of the last request of the page before."""
    try:
        theirs, last = signing.loads(cursor, salt="requests")
    except signing.BadSignature:
        theirs, last = "", ""
    if theirs != owner:
        fault = Fault("/cursor", "invalid_value", "Expected the `next_cursor` of a former page.")
        raise Problem("invalid_value", faults=[fault])
    return UUID(last)
