"""The verbs of a request: the teen asks and may take it back, each parent answers for the own setting, time ends it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from accounts import limits
from accounts.models import Account, Pairing
from controls.access import LONGEST_TEMPORARY, check_currency, check_setting, readable, refusal
from controls.actions import Change, say
from controls.asking import hold_everything, is_within_reach, pairings_of, passes_default, way_of, way_to
from controls.endings import end_pairing
from controls.models import Answer, Lasting, Request, RequestKind, RequestState, Says, Setting
from controls.policy.bands import zone_of
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.packs import MayLoosen
from controls.policy.values import WEEKDAYS
from controls.settlement import NOTHING_CHOSEN, Said, choose_wished, close, note, tell_change, word
from controls.snapshots import Present, present_teen
from controls.wishes import RemovalWish, ValueWish, Wish, wish_of
from family_pairing.problems import Fault, Problem
from ledger.actions import lock_teen
from ledger.actor import SYSTEM, Actor
from ledger.models import Teen

LASTS = timedelta(days=7)
TIME_CONTROL = CATALOGUE["time.daily_minutes"]
ACCOUNTS_CONTROL = CATALOGUE["accounts.blocked"]


class Ask(NamedTuple):
    """What a teen asks; `value` is JSON of the control's kind."""

    kind: RequestKind
    control: Control | None = None
    value: Any = None
    subject: str = ""
    pairing: Pairing | None = None
    reason: str = ""
    due_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.control.key if self.control else ""


def ask_for_time(account: Account, total: int, reason: str = "", *, at: datetime) -> Ask:
    """Ask for more time today: the total of this local date, so that asking twice never adds up."""
    today = at.astimezone(zone_of(account.time_zone) or UTC).date()
    value = {WEEKDAYS[today.weekday()]: {"limited": True, "minutes": total}}
    due_at = midnight_after(at, account.time_zone)
    return Ask(RequestKind.TIME, TIME_CONTROL, value, reason=reason, due_at=due_at)


def ask_for_account(item: str, reason: str = "") -> Ask:
    """Ask that one account goes from the parents' lists."""
    return Ask(RequestKind.ACCOUNT, ACCOUNTS_CONTROL, subject=item.strip(), reason=reason)


def ask_to_leave(pairing: Pairing, reason: str = "") -> Ask:
    """Ask a parent to end the pairing at once."""
    return Ask(RequestKind.LEAVING, subject=str(pairing.pk), pairing=pairing, reason=reason)


def midnight_after(at: datetime, time_zone: str) -> datetime:
    """Return the end of the local date."""
    zone = zone_of(time_zone) or UTC
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), zone).astimezone(UTC)


@transaction.atomic
def create_request(account: Account, ask: Ask, *, actor: Actor, at: datetime) -> Request:
    """Ask every parent whose answer is needed.

    Raises Problem `already_open`, `too_many`, or what `check_ask` refuses.
    """
    teen = lock_teen(account.pk)
    expire_overdue(teen, at=at)
    present = present_teen(teen, at=at)
    if Request.objects.open().filter(account=account, key=ask.key, subject=ask.subject).exists():
        raise Problem("already_open", "This was asked already, and waits for an answer.")
    asked = check_ask(ask, present)
    if ask.control is not None:
        check_currency(ask.control, ask.value, account.currency)
    for pairing in asked:
        limits.take(limits.REQUESTS_A_DAY, f"{account.pk}:{pairing.parent_id}", at=at)
    request = Request.objects.create(
        account=account,
        kind=ask.kind,
        key=ask.key,
        subject=ask.subject,
        value=ask.value,
        pairing=ask.pairing,
        reason=ask.reason,
        band=present.resolution.band,
        asked_at=at,
        due_at=ask.due_at or at + LASTS,
    )
    note("request.created", request, teen, actor=actor, at=at)
    return request


@transaction.atomic
def cancel_request(request: Request, *, actor: Actor, at: datetime) -> Request:
    """Take a request back; twice is once.

    Raises Problem `gone` when it has ended.
    """
    teen = lock_teen(request.account_id)
    request.refresh_from_db()
    if request.state == RequestState.CANCELLED:
        return request
    check_open(request, at)
    close(request, RequestState.CANCELLED, teen, actor=actor, at=at)
    return request


@transaction.atomic
def approve_request(
    request: Request,
    pairing: Pairing,
    lasting: Lasting,
    until: datetime | None = None,
    *,
    actor: Actor,
    at: datetime,
    is_recent: bool,
) -> Request:
    """Approve as one parent, for the own setting; with the last that was missing the teen has what was asked.

    Raises Problem `step_up_required`, what `look` refuses, or what `end_of`, `check_can_go` or `check_setting` does.
    """
    teen = lock_teen(request.account_id)
    request.refresh_from_db()
    if request.state == RequestState.APPROVED and has_said(request, pairing, Says.APPROVED):
        return request
    present = look(request, pairing, teen, at=at)
    if has_said(request, pairing, Says.APPROVED) and not waits(request, pairing, present):
        return request
    check_waits(request, pairing, present)
    if not is_recent:
        raise Problem("step_up_required")
    end = end_of(request, lasting, until, at)
    check_can_go(request, pairing, present)
    answer(request, pairing, Says.APPROVED, at=at, lasting=lasting, until=end)
    if request.kind == RequestKind.LEAVING:
        close(request, RequestState.APPROVED, teen, actor=actor, at=at)
        end_pairing(pairing, actor=actor, at=at)
    else:
        grant(request, pairing, end, teen, present, actor=actor, at=at)
    return request


@transaction.atomic
def refuse_request(request: Request, pairing: Pairing, reason: str, *, actor: Actor, at: datetime) -> Request:
    """Refuse as one parent, for the teen and the other parents alike; twice is once.

    Raises Problem as `look` does.
    """
    teen = lock_teen(request.account_id)
    request.refresh_from_db()
    if request.state == RequestState.REFUSED and has_said(request, pairing, Says.REFUSED):
        return request
    check_waits(request, pairing, look(request, pairing, teen, at=at))
    answer(request, pairing, Says.REFUSED, at=at, reason=reason)
    close(request, RequestState.REFUSED, teen, actor=actor, at=at, reason=reason)
    return request


@transaction.atomic
def expire_requests(*, at: datetime) -> int:
    """Expire the requests that nobody answered in time; returns how many teens were looked at."""
    late = Request.objects.overdue(at).values_list("account_id", flat=True)
    teens = sorted(set(late[:200]))
    for teen_id in teens:
        expire_overdue(lock_teen(teen_id), at=at)
    return len(teens)


def expire_overdue(teen: Teen, *, at: datetime) -> None:
    """Expire what is overdue of a locked teen's requests."""
    for request in Request.objects.overdue(at).filter(account_id=teen.pk).order_by("id"):
        close(request, RequestState.EXPIRED, teen, actor=SYSTEM, at=at)


def check_ask(ask: Ask, present: Present) -> tuple[Pairing, ...]:
    """Return the parents who are asked, if anybody has to be and can.

    Raises Problem `gone` where the pairing to leave does not bind, `not_yours_to_loosen` without a parent,
    `tie_unverified` where only a verified one could, `invalid_value` where nobody is in the way, or what `wish_in`
    refuses.
    """
    pairings = pairings_of(present)
    if ask.kind == RequestKind.LEAVING:
        return (bound_by(ask, pairings),)
    if not pairings:
        raise Problem("not_yours_to_loosen", "Nobody is paired who could be asked.")
    wish = wish_in(ask, present)
    if hold_everything(wish, present, pairings):
        raise unasked(ask, "Every account is blocked: there is no single one that could go from the list.")
    way = way_to(wish, present, pairings)
    if way.is_closed:
        raise Problem("tie_unverified", "Only a parent whose tie is verified could agree to this.")
    if way.is_clear:
        raise unasked(ask, "Nobody is in the way of this.")
    if isinstance(wish, ValueWish) and not is_within_reach(wish, present, pairings):
        raise unasked(ask, f"`{wish.control.capped_by}` keeps it from being wider; ask for that first.")
    return way.missing


def bound_by(ask: Ask, pairings: tuple[Pairing, ...]) -> Pairing:
    """Return the pairing that the teen asks to leave.

    Raises Problem `gone` when it does not bind: nobody could answer.
    """
    found = next((each for each in pairings if ask.pairing and each.pk == ask.pairing.pk), None)
    if found is None:
        raise Problem("gone", "This pairing is not active.")
    return found


def wish_in(ask: Ask, present: Present) -> Wish:
    """Return what is wished, if it is a value that could be enforced at this age.

    Raises Problem `invalid_value`, `past_the_loosest`, or `not_available_at_your_age`.
    """
    assert ask.control is not None
    if ask.kind == RequestKind.ACCOUNT:
        return RemovalWish(ask.control, ask.subject)
    if ask.control.teens_alone:
        raise unasked(ask, "Ask for one account instead of a list.")
    enforced = present.resolution.values[ask.control.key]
    wish = ValueWish(ask.control, readable(ask.value, enforced))
    if enforced.may_loosen is MayLoosen.NOBODY and passes_default(wish, enforced):
        raise refusal("not_available_at_your_age", ask.control, "Expected nothing looser than the default.")
    return wish


def unasked(ask: Ask, detail: str) -> Problem:
    """Return the problem of a request that nobody has to answer."""
    where = {RequestKind.TIME: "/minutes", RequestKind.ACCOUNT: "/account"}.get(ask.kind, "/value")
    return wrong(where, detail)


def check_open(request: Request, at: datetime) -> None:
    """Check that a request still waits.

    Raises Problem `gone` saying what became of it.
    """
    state = request.state_at(at)
    if state != RequestState.OPEN:
        raise Problem("gone", f"This request is {state}.", extra={"state": state})


def look(request: Request, pairing: Pairing, teen: Teen, *, at: datetime) -> Present:
    """Look whether a request can still be answered by this parent; returns what applies to the teen.

    Raises Problem `gone` saying what has happened since it was shown.
    """
    check_open(request, at)
    present = present_teen(teen, at=at)
    if request.band != present.resolution.band:
        raise Problem("gone", "The request was made in another age group.", extra={"state": RequestState.EXPIRED.value})
    pairing.refresh_from_db()
    if not pairing.binds:
        raise Problem("gone", "This pairing has ended.")
    return present


def waits(request: Request, pairing: Pairing, present: Present) -> bool:
    """Tell whether an open request waits for this parent."""
    return way_of(request, present, pairings_of(present)).waits_for(pairing)


def check_waits(request: Request, pairing: Pairing, present: Present) -> None:
    """Check that this parent's answer is missing.

    Raises Problem `gone`.
    """
    if not waits(request, pairing, present):
        raise Problem("gone", "Your answer is not needed: your setting is not in the way.")


def check_can_go(request: Request, pairing: Pairing, present: Present) -> None:
    """Check that what is asked could go from this parent's list.

    Raises Problem `invalid_value` when the list holds everything.
    """
    if request.kind == RequestKind.ACCOUNT and hold_everything(wish_of(request), present, (pairing,)):
        raise Problem("invalid_value", "You block every account: take that back first.")


def end_of(request: Request, lasting: Lasting, until: datetime | None, at: datetime) -> datetime | None:
    """Return the end of an approval, None for one that stands.

    Raises Problem `invalid_value`.
    """
    only = {RequestKind.TIME: Lasting.ONCE, RequestKind.LEAVING: Lasting.ALWAYS}.get(RequestKind(request.kind), lasting)
    if lasting != only:
        raise wrong("/for", f"Expected `{only.value}` for this kind of request.")
    if (until is not None) != (lasting == Lasting.UNTIL):
        raise wrong("/until", "Expected a moment with `until`, and none otherwise.")
    if until is not None and not at < until <= at + LONGEST_TEMPORARY:
        raise wrong("/until", "Expected a moment within the next year.")
    if lasting == Lasting.ONCE:
        return midnight_after(at, request.account.time_zone)
    return until and until.replace(microsecond=0)


def grant(
    request: Request,
    pairing: Pairing,
    until: datetime | None,
    teen: Teen,
    before: Present,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Write the parent's word, and the teen's choice once nobody is in the way any more; all of it is told."""
    spoken = speak(wish_of(request), pairing, until, before)
    after = present_teen(teen, at=at)
    is_done = way_of(request, after, pairings_of(after)).is_clear
    chose = choose_wished(request, after) if is_done else NOTHING_CHOSEN
    said = {**spoken._asdict(), **chose._asdict()}
    tell_change(request, teen, said, before, pairing=pairing, actor=actor, at=at)
    if is_done:
        close(request, RequestState.APPROVED, teen, actor=actor, at=at)
    else:
        note("request.approved", request, teen, actor=actor, at=at, done=False)


class Spoken(NamedTuple):
    """What an approval has made of the parent's words, as an event tells it."""

    said: list[Said]
    ended: list[Said]


def speak(wish: Wish, pairing: Pairing, until: datetime | None, present: Present) -> Spoken:
    """Write what is wished as the parent's word.

    Raises Problem as `check_setting` does, or `invalid_value` where a longer temporary word would be cut short.
    """
    mine = Setting.objects.filter(pairing=pairing, key=wish.control.key)
    temporary, standing = mine.filter(until__gt=present.at).first(), mine.filter(until=None).first()
    if until is None:
        cut, basis = cut_setting(temporary, wish), standing and standing.value
    else:
        check_room(temporary, wish, until)
        cut, basis = Spoken([], []), wish.basis(temporary and temporary.value, standing and standing.value)
    raw = wish.over(basis)
    if raw is None:
        return cut
    stored = check_setting(wish.control, raw, until, present.resolution, pairing.is_verified, present.at)
    said = say(pairing, Change(wish.control, stored, until), stored, at=present.at)
    return Spoken([*cut.said, *said], cut.ended)


def cut_setting(temporary: Setting | None, wish: Wish) -> Spoken:
    """Take what is granted for good out of a temporary setting, which would stand in for it."""
    rest = wish.beside(temporary.value) if temporary else None
    if temporary is None or rest == temporary.value:
        return Spoken([], [])
    if rest is None:
        temporary.delete()
        return Spoken([], [{"control": temporary.key, "pairing": str(temporary.pairing_id)}])
    temporary.value = rest
    temporary.save(update_fields=["value"])
    return Spoken([word(wish.control.key, rest, temporary.until)], [])


def check_room(temporary: Setting | None, wish: Wish, until: datetime) -> None:
    """Check that a temporary approval does not end what the parent has said for longer.

    Raises Problem `invalid_value`.
    """
    if temporary is None or temporary.until is None or temporary.until == until:
        return
    if temporary.until > until or not wish.covers(temporary.value):
        raise wrong("/until", "You have set this until another moment: take that back first, or approve until then.")


def answer(request: Request, pairing: Pairing, says: Says, *, at: datetime, **said: Any) -> None:
    """Write down what a parent answers."""
    saying = {"lasting": "", "until": None, "reason": "", **said, "says": says, "answered_at": at}
    Answer.objects.update_or_create(request=request, pairing=pairing, defaults=saying)


def has_said(request: Request, pairing: Pairing, says: Says) -> bool:
    """Tell whether this parent has answered so already."""
    return Answer.objects.filter(request=request, pairing=pairing, says=says).exists()


def wrong(where: str, detail: str) -> Problem:
    """Return the problem for a wrong part of an answer."""
    return Problem("invalid_value", detail, [Fault(where, "invalid_value", detail)])
