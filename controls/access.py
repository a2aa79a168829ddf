"""May this person say this about a control? A refusal is a Problem that names the control and what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.access import only
from accounts.models import Account, Pairing, PairingQuerySet, User
from controls.models import Request, RequestKind, Setting
from controls.policy.catalogue import Control, UnknownControl, control
from controls.policy.packs import MayLoosen
from controls.policy.resolve import Enforced, Resolution, ended
from controls.policy.values import NO_CURRENCY, Amount, Composite, InvalidValue
from controls.wishes import joined_words, word_in
from family_pairing.problems import Fault, Problem

LONGEST_TEMPORARY = timedelta(days=366)


def control_from_key(key: str) -> Control:
    """Return the control of a key.

    Raises Problem `unknown_control`.
    """
    try:
        return control(key)
    except UnknownControl as error:
        fault = Fault(step(key), "unknown_control", "Expected a key of `GET /v1/controls`.")
        raise Problem("unknown_control", f"There is no control `{key[:80]}`.", [fault]) from error


def request_for_teen(account: Account, request_id: UUID) -> Request:
    """Return one of the teen's own requests.

    Raises Problem `not_found`.
    """
    return only(Request.objects.filter(account=account, pk=request_id).first())


def request_for_parent(parent: User, request_id: UUID) -> tuple[Request, Pairing]:
    """Return a request of a teen whom the parent supervises, with the pairing that it comes through.

    Raises Problem `not_found`.
    """
    pairings = Pairing.objects.active().select_related("teen", "parent").filter(parent=parent)
    found = Request.objects.filter(shown_to(pairings), pk=request_id).select_related("account").first()
    request = only(found)
    return request, only(pairings.filter(teen_id=request.account_id).first())


def shown_to(pairings: PairingQuerySet) -> Q:
    """Return which requests the parent of these pairings sees: of leaving only those about the own pairing."""
    theirs = Q(account__in=pairings.values("teen"))
    return theirs & (~Q(kind=RequestKind.LEAVING) | Q(pairing__in=pairings.values("pk")))


def check_setting(
    control: Control, raw: Any, until: datetime | None, now: Resolution, is_verified: bool, at: datetime
) -> Any:
    """Return a parent's value as it is stored, if this parent may say it now; None takes the word back.

    Raises Problem `invalid_value`, `past_the_loosest`, `tie_unverified`, or `not_yours_to_loosen`.
    """
    check_until(control, until, at)
    if raw is None:
        return None
    enforced = now.values[control.key]
    value = readable(raw, enforced)
    if not is_looser(control, meant(value, enforced, is_verified=is_verified), enforced.default):
        return control.kind.dump(value)
    if not is_verified:
        raise refusal("tie_unverified", control, "Expected nothing looser than the default.")
    if enforced.may_loosen is MayLoosen.NOBODY:
        raise refusal("not_yours_to_loosen", control, "Only the policy goes past the default at this age.")
    return control.kind.dump(value)


def check_choice(control: Control, raw: Any, now: Resolution) -> Any:
    """Return a teen's value as it is stored, if the teen may choose it now.

    Raises Problem `invalid_value`, `past_the_loosest`, `not_available_at_your_age`, or `not_yours_to_loosen`.
    """
    enforced = now.values[control.key]
    value = readable(raw, enforced)
    whole = meant(value, enforced, is_verified=False)
    if not is_looser(control, whole, enforced.default) or not is_looser(control, whole, enforced.allowed):
        return control.kind.dump(value)
    if enforced.may_loosen is MayLoosen.NOBODY:
        raise refusal("not_available_at_your_age", control, "Expected nothing looser than the default.")
    extra = {"may_loosen": enforced.may_loosen.value}
    raise refusal("not_yours_to_loosen", control, "Expected nothing looser than what a parent allows.", extra)


def check_currency(control: Control, stored: Any, currency: str) -> None:
    """Check that a sum is in the account's own currency: sums in two currencies cannot be compared.

    Raises Problem `invalid_value`.
    """
    if not isinstance(control.kind, Amount) or stored is None:
        return
    if control.kind.load(stored).currency not in (currency, NO_CURRENCY):
        fault = Fault(f"{step(control.key)}/currency", "invalid_value", f"Expected the account's currency, {currency}.")
        raise Problem("invalid_value", f"`{control.key}`: expected a sum in {currency}.", [fault])


def loosens(old: Iterable[Setting], new: Iterable[Setting], enforced: Enforced, *, at: datetime) -> bool:
    """Tell whether what a parent says of a control becomes looser: now, or when a temporary word ends or would have."""
    old, new = tuple(old), tuple(new)
    moments = {at, *(word.until for word in (*old, *new) if word.until is not None and word.until > at)}
    silences = [enforced.default]
    # Where the teen goes past the default alone a word also holds the teen back, and without one nothing does.
    if enforced.may_loosen in {MayLoosen.EITHER, MayLoosen.TEEN}:
        silences.append(enforced.loosest)
    return any(
        is_looser(enforced.control, spoken(new, enforced, silence, moment), spoken(old, enforced, silence, moment))
        for silence in silences
        for moment in moments
    )


def readable(raw: Any, enforced: Enforced) -> Any:
    """Return a value of the control's kind that is not looser than the loosest.

    Raises Problem `invalid_value` saying what was expected, or `past_the_loosest`.
    """
    control = enforced.control
    try:
        value = control.kind.load(raw)
    except InvalidValue as error:
        fault = Fault(step(control.key) + error.pointer, "invalid_value", f"Expected {error.expected}.")
        raise Problem("invalid_value", f"`{control.key}`: expected {error.expected}.", [fault]) from error
    if is_looser(control, meant(value, enforced, is_verified=False), enforced.loosest):
        raise refusal("past_the_loosest", control, "Nobody passes the loosest value of the policy at this age.")
    return value


def meant(value: Any, enforced: Enforced, *, is_verified: bool) -> Any:
    """Return a word as it counts: parts not spoken of are the default, and what is joined adds to the default.

    Only a verified parent's windows stand in for the default, where a parent may loosen it.
    """
    kind = enforced.kind
    if isinstance(kind, Composite):
        return kind.of({**enforced.default, **value})
    if kind.joined and (not is_verified or enforced.may_loosen is MayLoosen.NOBODY):
        return kind.stricter_of(value, enforced.default)
    return value


def spoken(words: Iterable[Setting], enforced: Enforced, silence: Any, at: datetime) -> Any:
    """Return what a parent's words on a control mean together at a moment; what they leave out is `silence`."""
    said = {
        word.until is None: word_in(enforced.control, word.value, enforced.default)
        for word in words
        if not ended(word.until, at)
    }
    value = joined_words(enforced.control, said.get(False), said.get(True))
    if value is None:
        return silence
    kind = enforced.kind
    return kind.of({**silence, **value}) if isinstance(kind, Composite) else meant(value, enforced, is_verified=True)


def check_until(control: Control, until: datetime | None, at: datetime) -> None:
    """Check the end of a temporary setting: it lies ahead, within a year.

    Raises Problem `invalid_value`.
    """
    if until is not None and not at < until <= at + LONGEST_TEMPORARY:
        fault = Fault(f"{step(control.key)}/until", "invalid_value", "Expected a moment within the next year.")
        raise Problem("invalid_value", f"`{control.key}`: the end has to lie within the next year.", [fault])


def is_looser(control: Control, value: Any, other: Any) -> bool:
    """Tell whether a value is not at least as strict as another."""
    return not control.kind.at_least_as_strict(value, other)


def refusal(code: str, control: Control, detail: str, extra: dict[str, str] | None = None) -> Problem:
    """Return the problem that names the control."""
    return Problem(code, f"`{control.key}`: {detail}", [Fault(step(control.key), code, detail)], extra=extra or {})


def step(key: str) -> str:
    """Return a key as one step of a JSON pointer (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
