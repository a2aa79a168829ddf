"""What a teen's device asks, beside the settings that the edge answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts.api import shapes
from accounts.api.base import validated
from accounts.api.doors import DeviceDoor
from accounts.api.serializers import NothingSerializer
from accounts.api.views import Pairings
from controls.access import control_from_key
from controls.actions import Attempt, choose
from controls.api.ahead import AHEAD, answer_ahead
from controls.api.paging import AT, page_of, past_moment
from controls.api.serializers import AppliedSerializer, ChoiceSerializer
from controls.api.simulating import (
    SimulationSerializer,
    answer_simulation,
    choices_of,
    read_simulation,
    under,
)
from controls.arrival import note_applied
from controls.endings import leave_pairing
from controls.history import history_for_teen
from controls.past import past_for_teen
from controls.simulation import simulate_for_teen
from controls.snapshots import present_account
from controls.supervision import supervision
from controls.words import words_about
from family_pairing.problems import Problem
from ledger import clock


class ChoiceOne(DeviceDoor):
    """The teen's own value for one control."""

    @extend_schema(operation_id="choice_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, key: str) -> Response:
        """Answer the teen's own words and those of the parents, where what applies joins them."""
        control = control_from_key(key)
        return Response(words_about(present_account(self.account, at=clock.now()), control.key))

    @extend_schema(operation_id="choice_put", request=ChoiceSerializer, responses={200: OpenApiTypes.OBJECT})
    def put(self, request: Request, key: str) -> Response:
        """Answer what applies now; 403 says who may loosen it."""
        control = control_from_key(key)
        value = validated(ChoiceSerializer, request)["value"]
        account = self.account
        return Response(chosen(key, choose(account, control, value, actor=account.actor, at=clock.now())))

    @extend_schema(operation_id="choice_delete", request=None, responses={200: OpenApiTypes.OBJECT})
    def delete(self, request: Request, key: str) -> Response:
        """Take the choice back; answers what applies now."""
        control, account = control_from_key(key), self.account
        return Response(chosen(key, choose(account, control, None, actor=account.actor, at=clock.now())))


class Applied(DeviceDoor):
    """What the device enforces now."""

    @extend_schema(operation_id="applied_put", request=AppliedSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        """Answer 204; parents see that the change has arrived."""
        said = validated(AppliedSerializer, request)
        now = clock.now()
        present = present_account(self.account, at=now)
        note_applied(self.device, said["version"], said["app_version"], present, at=now)
        return Response(status=204)


class Supervision(DeviceDoor):
    """Who supervises, since when, what they can change and see."""

    @extend_schema(operation_id="supervision_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Answer always, whatever the settings say."""
        account = self.account
        return Response(supervision(account, present_account(account, at=clock.now())))


class History(DeviceDoor):
    """What happened, newest first; or what applied at a moment."""

    @extend_schema(operation_id="history_read", responses={200: OpenApiTypes.OBJECT}, parameters=[AT])
    def get(self, request: Request) -> Response:
        """Answer one page of changes with their actors; with `at` the values of that moment."""
        at = past_moment(request, self.account)
        if at is not None:
            return Response(past_for_teen(self.account, at).dump())
        return Response(page_of(request, self.device.account_id, history_for_teen))


class MyUpcoming(DeviceDoor):
    """What changes next without anybody acting; or what applies at a moment ahead."""

    @extend_schema(operation_id="upcoming_read", responses={200: OpenApiTypes.OBJECT}, parameters=[AHEAD])
    def get(self, request: Request) -> Response:
        """Answer each change with its causes, in the words that parents read; with `at` the values of then."""
        return answer_ahead(request, present_account(self.account, at=clock.now()))


class MySimulate(DeviceDoor):
    """What would be decided about the teen, now and with a draft."""

    @extend_schema(operation_id="simulate", request=SimulationSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Answer an evaluation as it is and with the draft of the teen's choices, in words; stores nothing."""
        account, now = self.account, clock.now()
        read = read_simulation(request.data, now)
        with under("/draft"):
            simulated = simulate_for_teen(account, read.asked, choices_of(read.draft), at=read.at, now=now)
        return answer_simulation(request, simulated, parents=False)


class PairingStart(Pairings):
    """Start a pairing, as somebody who is not an adult."""

    @extend_schema(
        operation_id="pairing_start",
        request=NothingSerializer,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("Idempotency-Key", str, "header")],
    )
    def post(self, request: Request) -> Response:
        """Answer 201 with the code and the QR code's link, which are shown once; an adult has no parents here.

        Raises Problem `not_available_at_your_age`.
        """
        if present_account(self.account, at=clock.now()).is_adult:
            raise Problem("not_available_at_your_age", "An adult decides alone and is not paired.")
        return super().post(request)


class PairingLeave(DeviceDoor):
    """Leave a pairing as the teen."""

    @extend_schema(operation_id="pairing_leave", request=NothingSerializer, responses={202: OpenApiTypes.OBJECT})
    def post(self, request: Request, pairing_id: UUID) -> Response:
        """Answer 202: ended, or ending after the grace that the pack gives."""
        account = self.account
        found = access.pairing_for_teen(account, pairing_id)
        validated(NothingSerializer, request)
        now = clock.now()
        left = leave_pairing(found, actor=account.actor, at=now)
        return Response(shapes.polled(left, now), status=202)


def chosen(key: str, done: Attempt) -> dict[str, Any]:
    """Return what applies to the control now, and everything that moved."""
    enforced = done.after.resolution.values[key]
    changes = [each.dump() for each in done.moved]
    return {"key": key, "version": str(done.after.version), **enforced.dump(), "changes": changes}
