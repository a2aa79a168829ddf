"""Requests over HTTP: the teen's device asks and takes back, the parent's browser reads and answers."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import signed_in_recently
from accounts.api.base import validated
from accounts.api.doors import DeviceDoor, ParentDoor
from accounts.api.receipts import once, require_key
from accounts.api.serializers import NothingSerializer
from controls.access import request_for_parent, request_for_teen
from controls.api.asking import ApproveSerializer, AskSerializer, RefuseSerializer, ask_of, asked_page, request_body
from controls.api.changes import moment
from controls.api.paging import page_of
from controls.inbox import requests_for, requests_of, seen_one
from controls.models import Lasting
from controls.requests import approve_request, cancel_request, create_request, refuse_request
from ledger import clock


class MyRequests(DeviceDoor):
    """What the teen asks of the parents."""

    @extend_schema(operation_id="my_requests_list", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Answer one page of the teen's own requests, the newest first, each with who has answered what."""
        account, now = self.account, clock.now()
        return Response(
            page_of(request, account.pk, lambda _, **query: asked_page(requests_of(account, at=now, **query)))
        )

    @extend_schema(
        operation_id="request_create",
        request=AskSerializer,
        responses={201: OpenApiTypes.OBJECT},
        parameters=[OpenApiParameter("Idempotency-Key", str, "header", required=True)],
    )
    def post(self, request: Request) -> Response:
        """Answer 201 with the request and whose answer is missing; needs an `Idempotency-Key`."""
        account = self.account
        require_key(request)
        said = validated(AskSerializer, request)

        def ask() -> Response:
            now = clock.now()
            made = create_request(account, ask_of(said, account, at=now), actor=account.actor, at=now)
            return Response(request_body(seen_one(made, at=now)), status=201)

        return once(request, f"device:{self.device.pk}", ask)


class MyRequestCancel(DeviceDoor):
    """Take a request back."""

    @extend_schema(operation_id="request_cancel", request=NothingSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, request_id: UUID) -> Response:
        """Answer the cancelled request; 410 says what became of one that has ended."""
        account, now = self.account, clock.now()
        found = request_for_teen(account, request_id)
        validated(NothingSerializer, request)
        return Response(request_body(seen_one(cancel_request(found, actor=account.actor, at=now), at=now)))


class Requests(ParentDoor):
    """What the parent's teens ask."""

    @extend_schema(operation_id="requests_list", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Answer one page of requests, the newest first, each with whether it waits for this parent."""
        parent, now = self.parent, clock.now()
        return Response(
            page_of(request, parent.pk, lambda _, **query: asked_page(requests_for(parent, at=now, **query)))
        )


class RequestApprove(ParentDoor):
    """Approve a request, for the own setting."""

    @extend_schema(operation_id="request_approve", request=ApproveSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, request_id: UUID) -> Response:
        """Answer the request: approved, or still open with whose answer is missing."""
        found, pairing = request_for_parent(self.parent, request_id)
        said, now = validated(ApproveSerializer, request), clock.now()
        until = moment(said["until"], "/until")
        is_recent = signed_in_recently(request, at=now)
        lasting = Lasting(said["for"])
        approve_request(found, pairing, lasting, until, actor=self.parent.actor, at=now, is_recent=is_recent)
        return Response(request_body(seen_one(found, at=now, pairing=pairing)))


class RequestRefuse(ParentDoor):
    """Refuse a request."""

    @extend_schema(operation_id="request_refuse", request=RefuseSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, request_id: UUID) -> Response:
        """Answer the refused request; the teen and the other parents are told."""
        found, pairing = request_for_parent(self.parent, request_id)
        reason, now = validated(RefuseSerializer, request)["reason"], clock.now()
        refuse_request(found, pairing, reason, actor=self.parent.actor, at=now)
        return Response(request_body(seen_one(found, at=now, pairing=pairing)))
