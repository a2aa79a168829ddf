"""The doors of the API: a view for each kind of caller, with who calls under its own name."""

from __future__ import annotations

from typing import cast

from rest_framework.views import APIView

from accounts.api.callers import AccountsWrite, DevicesWrite, DeviceToken, Known, ParentSession, SettingsRead
from accounts.models import Account, Device, ServiceKey, User


class OpenDoor(APIView):
    """For whoever asks."""

    authentication_classes = ()
    permission_classes = ()


class DeviceDoor(APIView):
    """For a teen's own device."""

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

    authentication_classes = (ParentSession,)
    permission_classes = (Known,)

    @property
    def parent(self) -> User:
        return cast("User", self.request.user)


class ServiceDoor(APIView):
    """For a platform service; each kind of it names the scope that its key needs."""

    permission_classes = (Known,)

    @property
    def service(self) -> ServiceKey:
        return cast("ServiceKey", self.request.user)


class AccountsDoor(ServiceDoor):
    authentication_classes = (AccountsWrite,)


class DevicesDoor(ServiceDoor):
    authentication_classes = (DevicesWrite,)


class SettingsDoor(ServiceDoor):
    authentication_classes = (SettingsRead,)
