"""How a request ends without an answer to it: nobody is in its way any more, or nobody is left to answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from accounts.models import Pairing
from controls.asking import Way, pairings_of, way_of
from controls.differences import moved_of
from controls.models import Answer, Choice, Request, RequestKind, RequestState, Says
from controls.policy.resolve import Enforced
from controls.policy.values import Composite, InvalidValue
from controls.removals import remove_choices, withdrawn
from controls.snapshots import Present, present_teen
from controls.wishes import ValueWish, wish_of
from family_pairing.problems import Problem
from ledger.actions import Stamp, advance, owe, record
from ledger.actor import SYSTEM, Actor
from ledger.models import Teen

Said = dict[str, Any]


class Chose(NamedTuple):
    """What a granted request has made of the teen's choices, as an event tells it."""

    chose: list[Said]
    ended_choices: list[str]


NOTHING_CHOSEN = Chose([], [])


def settle_requests(teen: Teen, *, actor: Actor, at: datetime) -> Stamp | None:
    """End the open requests of a locked teen that nobody is in the way of, and those that nobody can answer.

    Called by every verb that changes who binds the teen or how; returns the last stamp that it made.
    """
    stamp = None
    for request in Request.objects.open().filter(account_id=teen.pk, due_at__gt=at).order_by("id"):
        present = present_teen(teen, at=at)
        way = way_or_none(request, present)
        if way is None or way.is_closed or (not way.missing and not pairings_of(present)):
            stamp = close(request, RequestState.EXPIRED, teen, actor=SYSTEM, at=at)
        elif way.is_clear:
            tell_change(request, teen, choose_wished(request, present)._asdict(), present, actor=actor, at=at)
            stamp = close(request, RequestState.APPROVED, teen, actor=actor, at=at)
    return stamp


def way_or_none(request: Request, present: Present) -> Way | None:
    """Return what stands in the way of a request; None where it is over: of another band, or its pairing has ended."""
    if request.band != present.resolution.band:
        return None
    try:
        way = way_of(request, present, pairings_of(present))
    except Problem:
        return None
    return None if request.kind == RequestKind.LEAVING and way.is_clear else way


def choose_wished(request: Request, present: Present) -> Chose:
    """Write the teen's choice of what parents have approved, until the first approval ends."""
    approvals = Answer.objects.filter(request=request, says=Says.APPROVED)
    ends = [answer.until for answer in approvals if answer.until is None or answer.until > present.at]
    wish = wish_of(request)
    if not ends or not isinstance(wish, ValueWish) or not wish.is_chosen:
        return NOTHING_CHOSEN
    until = min((end for end in ends if end is not None), default=None)
    return write_choice(request, wish, until, present)


def write_choice(request: Request, wish: ValueWish, until: datetime | None, present: Present) -> Chose:
    """Write what is wished as the teen's choice, beside what the teen has chosen of other parts."""
    mine = Choice.objects.filter(account_id=request.account_id, key=request.key)
    cut = cut_choice(mine, wish) if until is None else NOTHING_CHOSEN
    former = (mine.filter(until=None) if until is None else mine.exclude(until=None)).first()
    band = present.resolution.band
    is_beside = former is not None and former.until == until
    kept = kept_of(former, present.resolution.values[request.key], band) if is_beside and former else None
    value = wish.over(kept)
    if former is not None:
        former.delete()
    saying = {"value": value, "until": until, "band": band, "said_at": present.at}
    Choice.objects.create(account_id=request.account_id, key=request.key, **saying)
    return Chose([*cut.chose, word(request.key, value, until)], cut.ended_choices)


def cut_choice(mine: QuerySet[Choice], wish: ValueWish) -> Chose:
    """Take what is granted for good out of a temporary choice, which would stand in for it."""
    temporary = mine.exclude(until=None).first()
    if temporary is None:
        return NOTHING_CHOSEN
    rest = wish.beside(temporary.value)
    if rest is None:
        temporary.delete()
        return Chose([], [temporary.key])
    mine.filter(pk=temporary.pk).update(value=rest)
    return Chose([word(temporary.key, rest, temporary.until)], [])


def kept_of(choice: Choice, enforced: Enforced, band: str) -> Any:
    """Return what stays of a choice of several parts; what was made in another band only where it is strict."""
    kind = enforced.kind
    if not isinstance(kind, Composite) or not isinstance(choice.value, Mapping):
        return None
    if choice.band == band:
        return choice.value
    return {part: raw for part, raw in choice.value.items() if is_strict(kind, part, raw, enforced.default)}


def is_strict(kind: Composite[Any], part: str, raw: Any, default: Mapping[str, Any]) -> bool:
    """Tell whether one part of a stored choice is not looser than its default."""
    try:
        return part in default and kind.part.at_least_as_strict(kind.part.load(raw), default[part])
    except InvalidValue:
        return False


def word(key: str, value: Any, until: datetime | None = None) -> Said:
    """Return one saying as an event tells it."""
    return {"control": key, "value": value, "until": until.isoformat() if until else None}


def tell_change(
    request: Request,
    teen: Teen,
    said: Said,
    before: Present,
    *,
    pairing: Pairing | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Record and owe what a request has changed of settings and choices, if it has changed any."""
    if not any(said.values()):
        return
    after = present_teen(teen, at=at)
    removed = remove_choices(before, withdrawn(before, after))
    after = present_teen(teen, at=at) if removed else after
    moved = moved_of(before, after)
    about = {"cause": "request", "request": str(request.pk), "band": after.resolution.band}
    if pairing is not None:
        about["pairing"] = str(pairing.pk)
    tell("settings.changed", teen, {**about, **said, "removed": removed, **moved}, actor=actor, at=at)


def close(request: Request, state: RequestState, teen: Teen, *, actor: Actor, at: datetime, **said: Any) -> Stamp:
    """Move an open request to its end, and tell both sides."""
    request.state, request.closed_at = state, at
    request.save(update_fields=["state", "closed_at"])
    if state == RequestState.APPROVED:
        said["done"] = True
    return note(f"request.{state.value}", request, teen, actor=actor, at=at, **said)


def note(kind: str, request: Request, teen: Teen, *, actor: Actor, at: datetime, **said: Any) -> Stamp:
    """Record a move of a request and owe everybody the news."""
    asks = {"kind": request.kind, "control": request.key or None, "subject": request.subject, "value": request.value}
    return tell(kind, teen, {"request": str(request.pk), "asks": asks, **said}, actor=actor, at=at)


def tell(kind: str, teen: Teen, body: Said, *, actor: Actor, at: datetime) -> Stamp:
    """Count, record and owe one event."""
    stamp = advance(teen)
    record(kind, actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
    return stamp
