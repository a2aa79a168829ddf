"""How views describe themselves in `/openapi.json`: by who may call, in the words of their docstrings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):
    """One tag for each kind of caller, and the view's own first line as the summary."""

    def get_tags(self) -> list[str]:
        """Return who calls."""
        return [str(getattr(self.view, "caller", "anyone"))]

    def get_summary(self) -> str:
        """Return the method's promise."""
        method = getattr(self.view, self.method.lower())
        return (method.__doc__ or "").strip().splitlines()[0]

    def get_description(self) -> str:  # type: ignore[override]  # as the library itself overrides it
        """Return what the view is for."""
        return (type(self.view).__doc__ or "").strip()


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """A device token."""

    target_class = "accounts.api.callers.DeviceToken"
    name = "device"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A device token, `fpd_…`."}


class ServiceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """A service key; each view names the scope that it needs."""

    target_class = "accounts.api.callers.ServiceToken"
    name = "service"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A service key, `fps_…`."}


class ParentScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """A parent's session."""

    target_class = "accounts.api.callers.ParentSession"
    name = "parent"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Return the scheme."""
        words = "A parent's session cookie; every write also needs the header `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": "fp_session", "description": words}
