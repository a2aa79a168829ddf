"""The doors of the API: a view for each kind of caller, with who calls under its own name."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts import access
from accounts.api.callers import DeviceToken, Known, ParentSession, ServiceToken
from accounts.models import Account, Device, ServiceKey, User


class OpenDoor(APIView):
    """For whoever asks."""

    caller = "anyone"
    authentication_classes = ()
    permission_classes = ()


class DeviceDoor(APIView):
    """For a teen's own device."""

    caller = "device"
    authentication_classes = (DeviceToken,)
    permission_classes = (Known,)

    @property
    def device(self) -> Device:
        return cast("Device", self.request.user)

    @property
    def account(self) -> Account:
        return self.device.account


class ParentDoor(APIView):
    """For a parent's own browser."""

    caller = "parent"
    authentication_classes = (ParentSession,)
    permission_classes = (Known,)

    @property
    def parent(self) -> User:
        return cast("User", self.request.user)


class ServiceDoor(APIView):
    """For a platform service; each kind of it names the scope that its key needs."""

    caller = "service"
    scope = ""
    authentication_classes = (ServiceToken,)
    permission_classes = (Known,)

    @property
    def service(self) -> ServiceKey:
        return cast("ServiceKey", self.request.user)


class AccountsDoor(ServiceDoor):
    scope = "accounts:write"


class DevicesDoor(ServiceDoor):
    scope = "devices:write"


class GraphDoor(ServiceDoor):
    """For changes of friends and blocks, where we keep them."""

    scope = "graph:write"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let nobody in where the platform keeps them itself, so that nothing is written that decides nothing.

        Raises Problem `kept_by_platform`.
        """
        super().initial(request, *args, **kwargs)
        access.check_kept_by_us()


class TiesDoor(GraphDoor):
    """For reading friends and blocks."""

    scope = "graph:read"


class SettingsDoor(ServiceDoor):
    scope = "settings:read"
