"""Who calls: a teen's device, a platform service, or a parent's browser; one kind is never taken for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import device_of, service_of
from accounts.models import Device, ServiceKey, User
from family_pairing.problems import Problem
from ledger import clock

if TYPE_CHECKING:
    # The framework reads these classes while its own views are still being made.
    from rest_framework.views import APIView


class Nobody(BasePermission):
    """A view that forgot to say who may call it answers nobody."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class Known(BasePermission):
    """Whoever the view's authentication let in."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.user is None:
            raise Problem("not_signed_in")
        return True


class ParentSession(SessionAuthentication):
    """A parent's session cookie, with the CSRF token for every write."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Return the parent who is signed in, if one is."""
        user = getattr(request._request, "user", None)
        if not isinstance(user, User) or not user.is_active or user.is_staff:
            return None
        try:
            self.enforce_csrf(request)
        except PermissionDenied as error:
            raise Problem("csrf_failed") from error
        return user, None


class DeviceToken(BaseAuthentication):
    """A device token, as `Authorization: Bearer fpd_…`."""

    def authenticate(self, request: Request) -> tuple[Device, None]:
        """Return the device.

        Raises Problem `not_signed_in` without a token, `token_invalid` for any other than a live device's.
        """
        device = device_of(bearer(request, "fpd_"), at=clock.now())
        return device, None


class ServiceToken(BaseAuthentication):
    """A service key, as `Authorization: Bearer fps_…`, with the `scope` that the view names."""

    def authenticate(self, request: Request) -> tuple[ServiceKey, None]:
        """Return the key.

        Raises Problem `not_signed_in`, `token_invalid`, or `scope_missing`.
        """
        return service_of(bearer(request, "fps_"), request.parser_context["view"].scope), None


def bearer(request: Request, prefix: str) -> str:
    """Return the bearer token of the request.

    Raises Problem `not_signed_in` without one, `token_invalid` for one of another kind.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        raise Problem("not_signed_in", headers={"WWW-Authenticate": "Bearer"})
    if not token.startswith(prefix):
        raise Problem("token_invalid")
    return token.strip()
