"""Who calls over HTTP: a parent's browser, a teen's device, a platform service, anyone."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts import codes
from accounts.models import Account, Pairing, User
from tests.builders import HOUR, Phone, a_device, a_parent, a_teen, paired

CSRF = "c" * 32
JSON = "application/json"


@dataclass
class Caller:
    """One caller with what proves who it is."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    headers: dict[str, str] = field(default_factory=dict)

    def send(
        self, method: str, path: str, body: object = None, *, content_type: str = JSON, **headers: str
    ) -> HttpResponse:
        """Send a request; a body of bytes goes as it is, anything else as JSON."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.headers, **named}
        answer: Any = self.client.generic(method, path, data, content_type, headers=sent)
        return answer  # type: ignore[no-any-return]  # the client calls it by a name of its own

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Read."""
        return self.send("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Post."""
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Put."""
        return self.send("PUT", path, body, **headers)

    def patch(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Patch."""
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        """Delete."""
        return self.send("DELETE", path, **headers)


def anyone() -> Caller:
    """Return somebody who proves nothing."""
    return Caller()


def bearer(token: str) -> Caller:
    """Return whoever carries this token: a device or a service."""
    return Caller(headers={"Authorization": f"Bearer {token}"})


def signed_in(user: User, *, seconds_ago: float = 1) -> Caller:
    """Return a browser in which somebody has proved that long ago who it is."""
    caller = Caller(headers={"X-CSRFToken": CSRF})
    caller.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    caller.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF
    session = caller.client.session
    session["account_authentication_methods"] = [{"method": "password", "proved_at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return caller


@dataclass(frozen=True)
class Home:
    """A family at this moment: paula, verified, and tess with one phone."""

    at: datetime
    tess: Account
    paula: User
    pairing: Pairing
    phone: Phone
    as_paula: Caller
    as_tess: Caller

    @property
    def controls(self) -> str:
        """Where the parent reads and changes what applies."""
        return f"/v1/teens/{self.tess.pk}/controls"

    def etag(self) -> str:
        """Return the validator of what applies now."""
        return self.as_paula.get(self.controls)["ETag"]

    def patch(self, said: object, *, query: str = "", **headers: str) -> HttpResponse:
        """Let paula change controls, under what she has just read unless a header says otherwise."""
        headers.setdefault("If_Match", self.etag())
        return self.as_paula.patch(self.controls + query, said, **headers)


def a_home(age: int = 14, *, verified: bool = True) -> Home:
    """Return a family that was made an hour ago."""
    at = timezone.now() - HOUR
    tess, paula = a_teen(age, at=at), a_parent(at=at)
    pairing, phone = paired(tess, paula, verified=verified, at=at), a_device(tess, at=at)
    return Home(at, tess, paula, pairing, phone, signed_in(paula), bearer(phone.token))


def make_codes_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash pairing codes with the least cost; `test_start_pairing` looks at the real one."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(codes, "hasher", quick)
    monkeypatch.setattr(codes, "NOBODYS", quick.hash("nobody"))


def said(answer: HttpResponse) -> Any:
    """Return an answer's JSON."""
    return json.loads(answer.content)


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Return the status and the code of a refusal, which is a problem in every respect."""
    body = said(answer)
    assert answer["Content-Type"] == "application/problem+json", answer["Content-Type"]
    assert set(body) >= {"type", "title", "status", "code", "detail", "request_id", "errors"}
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer["X-Request-Id"]
    return answer.status_code, body["code"]


def anonymous(answer: HttpResponse) -> bytes:
    """Return an answer's bytes without the id of the request."""
    return answer.content.replace(answer["X-Request-Id"].encode(), b"-")
