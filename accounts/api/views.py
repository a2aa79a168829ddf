"""Devices and pairings as JSON: access, validate, act, answer."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import access, actions, limits, pairing
from accounts.api import shapes
from accounts.api.base import validated
from accounts.api.doors import DeviceDoor, DevicesDoor, ParentDoor
from accounts.api.receipts import once
from accounts.api.serializers import ClaimSerializer, ConfirmSerializer, NothingSerializer
from ledger import clock


class DeviceTokens(DevicesDoor):
    """Give an account's device a token."""

    @extend_schema(operation_id="device_register", request=NothingSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request, external_id: str) -> Response:
        """Answer 201 with the token, which is shown once."""
        account = access.account_for_service(external_id)
        validated(NothingSerializer, request)
        device, token = actions.register_device(account, actor=self.service.actor, at=clock.now())
        return Response({"id": str(device.pk), "device_token": token}, status=201)


class DeviceTokenOne(DevicesDoor):
    """Take a device's token back."""

    @extend_schema(operation_id="device_revoke", request=None, responses={204: None})
    def delete(self, request: Request, external_id: str, device_id: UUID) -> Response:
        """Answer 204; its reads are refused and its streams end within five seconds."""
        device = access.device_for_service(access.account_for_service(external_id), device_id)
        actions.revoke_device(device, actor=self.service.actor, at=clock.now())
        return Response(status=204)


class Rotate(DeviceDoor):
    """Give the calling device a new token."""

    @extend_schema(operation_id="device_rotate", request=NothingSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Answer 200 with the new token; the former one is good for five more minutes."""
        validated(NothingSerializer, request)
        account = self.account
        token = actions.rotate_device(self.device, actor=account.actor, at=clock.now())
        return Response({"device_token": token})


class Pairings(DeviceDoor):
    """Start a pairing."""

    @extend_schema(operation_id="pairing_start", request=NothingSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Answer 201 with the code and the QR code's link, which are shown once."""
        validated(NothingSerializer, request)
        account = self.account

        def start() -> Response:
            offer = pairing.start_pairing(account, actor=account.actor, at=clock.now())
            return Response(shapes.offered(offer), status=201)

        return once(request, f"device:{self.device.pk}", start)


class PairingOne(DeviceDoor):
    """Poll a pairing as the teen, or end it as the parent; `controls` adds the ending."""

    @extend_schema(operation_id="pairing_poll", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, pairing_id: UUID) -> Response:
        """Answer the state, and the parent once somebody has claimed it."""
        found = access.pairing_for_teen(self.account, pairing_id)
        headers = {"Retry-After": str(shapes.POLL_SECONDS), "Cache-Control": "no-store"}
        return Response(shapes.polled(found, clock.now()), headers=headers)


class Confirm(DeviceDoor):
    """Confirm the parent who claimed."""

    @extend_schema(operation_id="pairing_confirm", request=ConfirmSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, pairing_id: UUID) -> Response:
        """Answer the active pairing."""
        account = self.account
        found = access.pairing_for_teen(account, pairing_id)
        body = validated(ConfirmSerializer, request)
        now = clock.now()
        active = pairing.confirm_pairing(found, body["parent_id"], actor=account.actor, at=now)
        return Response(shapes.polled(active, now))


class Decline(DeviceDoor):
    """Refuse the parent who claimed."""

    @extend_schema(operation_id="pairing_decline", request=NothingSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, pairing_id: UUID) -> Response:
        """Answer the declined pairing; the parent is not told why."""
        account = self.account
        found = access.pairing_for_teen(account, pairing_id)
        validated(NothingSerializer, request)
        now = clock.now()
        return Response(shapes.polled(pairing.decline_pairing(found, actor=account.actor, at=now), now))


class Cancel(DeviceDoor):
    """Take an offer back."""

    @extend_schema(operation_id="pairing_cancel", request=NothingSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, pairing_id: UUID) -> Response:
        """Answer the cancelled pairing; its code opens nothing any more."""
        account = self.account
        found = access.pairing_for_teen(account, pairing_id)
        validated(NothingSerializer, request)
        now = clock.now()
        return Response(shapes.polled(pairing.cancel_pairing(found, actor=account.actor, at=now), now))


class Claim(ParentDoor):
    """Claim a pairing as a parent."""

    @extend_schema(operation_id="pairing_claim", request=ClaimSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Answer the claimed pairing; wrong, used, expired and foreign codes are 404 alike."""
        body = validated(ClaimSerializer, request)
        address = limits.address_of(request._request)
        found = pairing.claim_pairing(self.parent, **body, address=address, at=clock.now())
        return Response(shapes.claimed(found))
