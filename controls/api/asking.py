"""Requests as JSON: what a teen asks for, and how both sides read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from rest_framework import serializers

from accounts.access import pairing_for_teen
from accounts.api.base import StrictSerializer
from accounts.models import Account, Pairing
from controls.access import control_from_key
from controls.history import Page
from controls.inbox import Seen, SeenPage
from controls.models import LONGEST_REASON, Answer, Lasting, RequestKind
from controls.requests import Ask, ask_for_account, ask_for_time, ask_to_leave
from ledger.moments import iso

FIELDS = {
    RequestKind.CONTROL: ("control", "value"),
    RequestKind.TIME: ("minutes",),
    RequestKind.ACCOUNT: ("account",),
    RequestKind.LEAVING: ("pairing_id",),
}


class AskSerializer(StrictSerializer):
    """A kind, and what that kind of request asks for."""

    kind = serializers.ChoiceField(RequestKind.values)
    control = serializers.CharField(max_length=60, required=False)
    value = serializers.JSONField(required=False)
    minutes = serializers.IntegerField(min_value=0, max_value=1440, required=False)
    account = serializers.CharField(max_length=128, required=False)
    pairing_id = serializers.UUIDField(required=False)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Expect the fields of the kind and no others."""
        wanted = FIELDS[RequestKind(attrs["kind"])]
        wrong = {
            name: f"Expected {' and '.join(wanted)} with this kind."
            for name in set(attrs) ^ {"kind", "reason", *wanted}
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class ApproveSerializer(StrictSerializer):
    """`{"for": "once" | "until" | "always", "until"?}`."""

    until = serializers.CharField(max_length=40, required=False, allow_null=True, default=None)

    def get_fields(self) -> dict[str, Any]:
        """Add `for`, which Python does not allow as a name."""
        return {"for": serializers.ChoiceField(Lasting.values), **super().get_fields()}


class RefuseSerializer(StrictSerializer):
    """`{"reason"}`: what the teen is told."""

    reason = serializers.CharField(max_length=LONGEST_REASON)


def ask_of(said: dict[str, Any], account: Account, *, at: datetime) -> Ask:
    """Return what a validated body asks for.

    Raises Problem `unknown_control`, or `not_found` for a pairing that is not the teen's own.
    """
    kind, reason = RequestKind(said["kind"]), said["reason"]
    match kind:
        case RequestKind.CONTROL:
            return Ask(kind, control_from_key(said["control"]), said["value"], reason=reason)
        case RequestKind.TIME:
            return ask_for_time(account, said["minutes"], reason, at=at)
        case RequestKind.ACCOUNT:
            return ask_for_account(said["account"], reason)
        case RequestKind.LEAVING:
            return ask_to_leave(pairing_for_teen(account, said["pairing_id"]), reason)
        case _:
            assert_never(kind)


def asked_page(page: SeenPage) -> Page:
    """Return one page of requests as JSON."""
    return Page([request_body(seen) for seen in page.items], page.next_cursor)


def request_body(seen: Seen) -> dict[str, Any]:
    """Return one request as both sides read it; a parent also reads whose it is, and whether it waits for an answer."""
    request, way = seen.request, seen.way
    body: dict[str, Any] = {
        "id": str(request.pk),
        "kind": request.kind,
        "control": request.key or None,
        "value": request.value,
        "account": request.subject if request.kind == RequestKind.ACCOUNT else None,
        "pairing_id": str(request.pairing_id) if request.pairing_id else None,
        "reason": request.reason,
        "state": seen.state,
        "asked_at": iso(request.asked_at),
        "due_at": iso(request.due_at),
        "closed_at": iso(request.closed_at),
        "answers": [answer_body(answer) for answer in request.answers.all()],
        "missing": [parent_body(pairing) for pairing in way.missing],
        "one_is_enough": way.one_is_enough,
    }
    if seen.pairing is None:
        return body
    teen = {"id": str(request.account_id), "display_name": request.account.handle}
    return {**body, "teen": teen, "waits_for_me": seen.waits_for_me}


def answer_body(answer: Answer) -> dict[str, Any]:
    """Return what one parent has answered."""
    return {
        "parent": parent_body(answer.pairing),
        "says": answer.says,
        "for": answer.lasting or None,
        "until": iso(answer.until),
        "reason": answer.reason,
        "at": iso(answer.answered_at),
    }


def parent_body(pairing: Pairing) -> dict[str, str]:
    """Return a parent by id and name."""
    return {"id": str(pairing.parent_id), "display_name": pairing.parent.display_name if pairing.parent else ""}
