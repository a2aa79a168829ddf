"""What a parent's browser asks: the family, a teen's controls, and where a change has arrived."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access
from accounts.api.base import JsonParser, MergePatchParser, require_match, with_etag
from accounts.api.callers import ParentSession
from accounts.api.doors import OpenDoor, ParentDoor
from accounts.api.views import PairingOne as PairingPoll
from accounts.languages import accepted
from accounts.models import User
from controls import words
from controls.actions import Attempt, preview_controls, set_controls
from controls.api.ahead import AHEAD, answer_ahead
from controls.api.changes import changes_of, invalid
from controls.api.etags import etag_of, etag_of_body
from controls.api.paging import AT, page_of, past_moment
from controls.api.simulating import SimulationSerializer, answer_simulation, read_simulation, under
from controls.arrival import DeviceArrival, arrivals
from controls.endings import end_pairing
from controls.family import family
from controls.history import history_for_parent
from controls.labels import catalogue_words
from controls.past import past_for_parents
from controls.simulation import simulate_for_parent
from controls.snapshots import present_for_parents
from family_pairing.problems import Problem
from ledger import clock
from ledger.moments import iso


class Catalogue(OpenDoor):
    """Every control in words, for whoever asks."""

    @extend_schema(operation_id="controls_list", responses={200: OpenApiTypes.OBJECT, 304: None})
    def get(self, request: Request) -> Response:
        """Answer kinds, values in order, and texts in the language that is accepted, whoever asks."""
        language = accepted(request.headers.get("Accept-Language", ""))
        with translation.override(language):
            body = catalogue_words()
        answer = with_etag(request, etag_of_body(body), lambda: body)
        answer["Cache-Control"] = "public, max-age=300"
        answer["Vary"] = "Accept-Language"
        answer["Content-Language"] = language
        return answer


class Family(ParentDoor):
    """The paired teens."""

    @extend_schema(operation_id="family_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Answer each teen with state and the arrival of the last change."""
        return Response({"teens": [member.dump() for member in family(self.parent, at=clock.now())]})


class TeenControls(ParentDoor):
    """What applies to a teen and whose word it is; and a parent's own words."""

    parser_classes = (MergePatchParser, JsonParser)

    @extend_schema(operation_id="teen_controls_read", responses={200: OpenApiTypes.OBJECT, 304: None})
    def get(self, request: Request, teen_id: UUID) -> Response:
        """Answer enforced values, reasons, who may change them, and everybody's words, under an ETag."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        present = present_for_parents(pairing.teen, at=clock.now())
        return with_etag(request, etag_of(present), lambda: words.controls_of(present, self.parent))

    @extend_schema(
        operation_id="teen_controls_patch",
        request=OpenApiTypes.OBJECT,
        responses={200: OpenApiTypes.OBJECT},
        parameters=[
            OpenApiParameter("dry_run", OpenApiTypes.BOOL),
            OpenApiParameter("If-Match", str, "header", required=True),
        ],
    )
    def patch(self, request: Request, teen_id: UUID) -> Response:
        """Answer what moved; `dry_run=true` answers the same and stores nothing."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        now = clock.now()
        present = present_for_parents(pairing.teen, at=now)
        require_match(request, etag_of(present))
        changes, expect = changes_of(cast("dict[str, Any]", request.data)), str(present.version)
        if is_dry_run(request):
            return changed(preview_controls(pairing, changes, at=now, expect=expect))
        is_recent = access.signed_in_recently(request, at=now)
        done = set_controls(pairing, changes, actor=self.parent.actor, at=now, expect=expect, is_recent=is_recent)
        return changed(done)


class TeenHistory(ParentDoor):
    """What happened to a teen, newest first; or what applied at a moment."""

    @extend_schema(operation_id="teen_history_read", responses={200: OpenApiTypes.OBJECT}, parameters=[AT])
    def get(self, request: Request, teen_id: UUID) -> Response:
        """Answer one page, or with `at` what applied then: save what the teen keeps alone or asks another parent."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        at = past_moment(request, pairing.teen)
        if at is not None:
            return Response(past_for_parents(pairing.teen, at).dump())
        return Response(page_of(request, pairing.teen_id, lambda _, **query: history_for_parent(pairing, **query)))


class TeenUpcoming(ParentDoor):
    """What changes next without anybody acting; or what applies at a moment ahead."""

    @extend_schema(operation_id="teen_upcoming_read", responses={200: OpenApiTypes.OBJECT}, parameters=[AHEAD])
    def get(self, request: Request, teen_id: UUID) -> Response:
        """Answer each change with its causes, without what the teen keeps alone; with `at` the values of then."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        return answer_ahead(request, present_for_parents(pairing.teen, at=clock.now()))


class TeenSimulate(ParentDoor):
    """What would be decided about a teen, now and with a draft."""

    @extend_schema(operation_id="teen_simulate", request=SimulationSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, teen_id: UUID) -> Response:
        """Answer an evaluation as it is and with the draft of a parent's settings, in words; stores nothing."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        now = clock.now()
        read = read_simulation(request.data, now)
        with under("/draft"):
            simulated = simulate_for_parent(pairing, read.asked, read.draft, at=read.at, now=now)
        return answer_simulation(request, simulated, parents=True)


class TeenArrival(ParentDoor):
    """Where the last change has arrived."""

    @extend_schema(operation_id="teen_arrival_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, teen_id: UUID) -> Response:
        """Answer sent, received and enforced for each device."""
        pairing = access.active_pairing_for_parent(self.parent, teen_id)
        present = present_for_parents(pairing.teen, at=clock.now())
        devices = [device_body(arrival) for arrival in arrivals(present)]
        return Response({"version": str(present.version), "devices": devices})


class PairingOne(PairingPoll):
    """Poll a pairing as the teen's device; stop supervising as the parent."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """Let the parent's session in for DELETE only."""
        method = getattr(self.request, "method", "")
        return [ParentSession()] if method == "DELETE" else super().get_authenticators()

    @extend_schema(operation_id="pairing_end", request=None, responses={204: None})
    def delete(self, request: Request, pairing_id: UUID) -> Response:
        """Answer 204; the teen and other parents are told."""
        parent = cast("User", request.user)
        pairing = access.pairing_for_parent(parent, pairing_id)
        now = clock.now()
        if not access.signed_in_recently(request, at=now):
            raise Problem("step_up_required")
        end_pairing(pairing, actor=parent.actor, at=now)
        return Response(status=204)


def is_dry_run(request: Request) -> bool:
    """Return what the query says.

    Raises Problem `invalid_value`.
    """
    text = request.query_params.get("dry_run", "false")
    if text not in ("true", "false"):
        raise invalid("/dry_run", "Expected `true` or `false`.")
    return text == "true"


def changed(done: Attempt) -> Response:
    """Answer what a change did, under the new validator."""
    body = {
        "version": str(done.after.version),
        "changes": [each.dump() for each in done.moved],
        "loosens": done.loosening,
        "removed": [word["control"] for word in done.removed],
    }
    return Response(body, headers={"ETag": etag_of(done.after)})


def device_body(arrival: DeviceArrival) -> dict[str, Any]:
    """Return how far one device is."""
    return {
        "id": str(arrival.device.pk),
        "sent": arrival.is_sent,
        "received": arrival.is_received,
        "enforced": arrival.is_enforced,
        "applied_at": iso(arrival.applied_at),
        "app_version": arrival.app_version,
    }
