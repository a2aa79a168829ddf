"""A large family in the stack's database: four verified parents, and teens who each have a device."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx
from django.utils import timezone

from accounts.models import Pairing, Proof, State, User
from tests.builders import a_device, a_parent, a_teen
from tests.stack import Stack

PARENTS = ("paula", "pierre", "petra", "paul")
PASSWORD = "correct horse battery staple"
# Sooner than a sign-in is too old, so that a question that is on its way still counts.
RECENT_S: Final = 200.0


class Member(NamedTuple):
    """One teen, under the platform's name for it, and the token of its device."""

    id: str
    external_id: str
    token: str


class Speaker:
    """One parent, who signs in again in time: what loosens wants a sign-in of the last five minutes."""

    def __init__(self, url: str, name: str):
        self.name = name
        self._url = url
        self._lock = threading.Lock()
        self._headers = sign_in(url, name)
        self._since = time.monotonic()

    @property
    def headers(self) -> dict[str, str]:
        """Return what the parent's browser sends."""
        with self._lock:
            if time.monotonic() - self._since > RECENT_S:
                # In bad times the next question tries again.
                with contextlib.suppress(httpx.TransportError, AssertionError):
                    self._headers, self._since = sign_in(self._url, self.name), time.monotonic()
            return self._headers


def a_large_family(stack: Stack, teens: int) -> list[Member]:
    """Return as many teens, each paired with all four parents."""
    now = timezone.now()
    with stack.inside():
        parents = [with_password(a_parent(name, at=now)) for name in PARENTS]
        members = []
        for number in range(teens):
            teen = a_teen(14, "FR", name=f"tess-{number}", at=now)
            times: dict[str, Any] = {"invited_at": now, "expires_at": now, "claimed_at": now, "active_at": now}
            Pairing.objects.bulk_create(
                Pairing(teen=teen, parent=parent, state=State.ACTIVE, proof=Proof.IN_PERSON, **times)
                for parent in parents
            )
            # The last verb about the teen, so what it leaves in the cache knows the pairings.
            members.append(Member(str(teen.pk), teen.external_id, a_device(teen, at=now).token))
    return members


def with_password(parent: User) -> User:
    """Let a parent sign in through the page."""
    parent.set_password(PASSWORD)
    parent.save()
    return parent


def signed_in(stack: Stack, name: str) -> Speaker:
    """Let a parent sign in."""
    return Speaker(stack.url, name)


def sign_in(url: str, name: str) -> dict[str, str]:
    """Sign a parent in through the page, and return what her browser sends from then on.

    Raises httpx.TransportError or AssertionError when that fails.
    """
    with httpx.Client(base_url=url) as browser:
        browser.get("/accounts/login/")
        token = browser.cookies.get("fp_csrf", "")
        form = {"login": f"{name}@family.example", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = browser.post("/accounts/login/", data=form)
        assert answer.status_code == httpx.codes.FOUND, answer.text
        cookies = "; ".join(f"{key}={value}" for key, value in browser.cookies.items())
        return {"Cookie": cookies, "X-CSRFToken": browser.cookies["fp_csrf"]}


def uuids(members: list[Member]) -> list[UUID]:
    """Return the teens' ids as the database has them."""
    return [UUID(member.id) for member in members]
