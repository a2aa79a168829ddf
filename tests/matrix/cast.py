"""The callers of the matrix and what they ask for."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from accounts.actions import revoke_device
from accounts.models import Pairing
from controls.endings import end_pairing
from controls.models import Request
from ledger.actor import SYSTEM
from tests.builders import (
    HOUR,
    a_device,
    a_parent,
    a_service,
    a_teen,
    asks,
    claimed,
    mallory,
    offered,
    paired,
    sam,
    sets,
)
from tests.callers import Caller, anyone, bearer, signed_in

SCOPES = ("accounts:write", "devices:write", "settings:read", "graph:read", "graph:write")
FORM = "application/x-www-form-urlencoded"


class Cast:
    """Everybody who calls, each with what proves it."""

    def __init__(self) -> None:
        self.at = at = timezone.now() - HOUR
        self.tess, self.theo = a_teen(at=at), a_teen(name="theo", at=at)
        paula, priya, pierre = (a_parent(name, at=at) for name in ("paula", "priya", "pierre"))
        self.mallory = mallory(at=at)
        self.pairing = paired(self.tess, paula, at=at)
        paired(self.tess, priya, verified=False, at=at)
        end_pairing(paired(self.tess, pierre, at=at), actor=pierre.actor, at=at)
        self.phone, lost = a_device(self.tess, at=at), a_device(self.tess, at=at)
        revoke_device(lost.device, actor=SYSTEM, at=at)
        self.callers: dict[str, Caller] = {
            "anyone": anyone(),
            **{user.display_name.lower(): signed_in(user) for user in (paula, priya, pierre, self.mallory, sam(at=at))},
            "tess": bearer(self.phone.token),
            "theo": bearer(a_device(self.theo, at=at).token),
            "lost": bearer(lost.token),
            "service": bearer(a_service(*SCOPES, at=at)),
            "other": bearer(a_service("decide", at=at)),
        }

    def outcomes(self, method: str, route: str) -> dict[str, str]:
        """Return what each caller is answered; nothing of it lasts."""
        return {name: self.outcome(caller, method, route) for name, caller in self.callers.items()}

    def outcome(self, caller: Caller, method: str, route: str) -> str:
        """Return what one caller is answered, and undo it."""
        cookies = caller.client.cookies
        caller.client.cookies = deepcopy(cookies)
        with transaction.atomic():
            answer = self.ask(caller, method, route)
            transaction.set_rollback(True)
        caller.client.cookies = cookies
        return way(answer)

    def ask(self, caller: Caller, method: str, route: str) -> HttpResponse:
        """Send a request that would succeed for whoever may send it."""
        prepare, compose = PREPARED.get(route), BODIES.get((method, route))
        pairing = prepare(self) if prepare else self.pairing
        names = {
            "teen_id": self.tess.pk,
            "external_id": "platform-tess",
            "other_id": "platform-theo",
            "device_id": self.phone.device.pk,
            "pairing_id": pairing.pk,
            "key": "comment.who",
            "object_id": self.tess.pk,
            "content_type_id": 1,
            "app_label": "accounts",
            "reset": "1-set-password",
            "anything": "nothing/here",
        }
        if "{request_id}" in route:
            names["request_id"] = asked(self).pk
        path = f"/{route.removeprefix('/')}".format_map(names)
        body = compose(self) if compose else None
        if isinstance(body, bytes):
            return caller.send(method, path, body, content_type=FORM)
        headers = {"If_Match": self.etag()} if method == "PATCH" else {"Idempotency_Key": "matrix"}
        return caller.send(method, path, body, **headers)

    def etag(self) -> str:
        """Return the validator of what applies to tess."""
        return self.callers["paula"].get(f"/v1/teens/{self.tess.pk}/controls")["ETag"]


def way(answer: HttpResponse) -> str:
    """Return an answer as the table writes it."""
    if answer.status_code == 302 and urlsplit(answer["Location"]).path in ("/accounts/login/", "/admin/login/"):
        return "sign"
    return str(answer.status_code)


def waiting(cast: Cast) -> Pairing:
    """Return a pairing of tess that mallory has claimed."""
    return claimed(cast.tess, cast.mallory, at=timezone.now())


def open_offer(cast: Cast) -> Pairing:
    """Return a pairing that tess has started."""
    return offered(cast.tess, at=timezone.now()).pairing


def a_code(cast: Cast) -> str:
    """Return the code of another teen who looks for a parent."""
    return offered(cast.theo, at=timezone.now()).code


def asked(cast: Cast) -> Request:
    """Return what tess asks; both parents are in the way of it."""
    now = timezone.now()
    for pairing in cast.tess.pairings.active():
        sets(pairing, {"comment.who": "nobody"}, at=now)
    return asks(cast.tess, "comment.who", "friends", at=now)


def a_profile(cast: Cast) -> dict[str, str]:
    """Return what is known of tess already."""
    born = cast.tess.birth_date
    assert born is not None
    return {"birth_date": born.isoformat(), "place": "GB", "time_zone": "Europe/London", "handle": "Tess"}


# In which state the pairing of an address is; elsewhere it is the active one of paula and tess.
PREPARED: dict[str, Callable[[Cast], Pairing]] = {
    "v1/pairings/{pairing_id}/confirm": waiting,
    "v1/pairings/{pairing_id}/decline": waiting,
    "v1/pairings/{pairing_id}/cancel": open_offer,
}
A_QUESTION = {
    "evaluation": {"action": {"name": "call.start"}, "resource": {"type": "account", "properties": {"age": 19}}},
    "draft": {"call.who": {"value": "nobody"}},
}
# What is sent; pages get a form, programs send JSON.
BODIES: dict[tuple[str, str], Callable[[Cast], object]] = {
    ("PUT", "v1/accounts/{external_id}"): a_profile,
    ("POST", "v1/pairings/claim"): lambda cast: {"code": a_code(cast)},
    ("POST", "v1/pairings/{pairing_id}/confirm"): lambda cast: {"parent_id": str(cast.mallory.pk)},
    ("PATCH", "v1/teens/{teen_id}/controls"): lambda _: {"comment.who": {"value": "nobody"}},
    ("POST", "v1/teens/{teen_id}/simulate"): lambda _: A_QUESTION,
    ("POST", "v1/me/simulate"): lambda _: A_QUESTION,
    ("PUT", "v1/me/choices/{key}"): lambda _: {"value": "nobody"},
    ("PUT", "v1/me/applied"): lambda cast: {"version": cast.etag().strip('"').partition("-")[0], "app_version": "5"},
    ("POST", "v1/me/requests"): lambda _: {"kind": "control", "control": "comment.who", "value": "followers"},
    ("POST", "v1/requests/{request_id}/approve"): lambda _: {"for": "always"},
    ("POST", "v1/requests/{request_id}/refuse"): lambda _: {"reason": "Not today."},
    ("POST", "requests/{request_id}/approve"): lambda _: b"lasts=always",
    ("POST", "requests/{request_id}/refuse"): lambda _: b"reason=Not+today.",
    ("POST", "pair"): lambda cast: f"code={a_code(cast)}".encode(),
    ("POST", "family/{teen_id}/controls/{key}"): lambda _: b"value=nobody",
    ("POST", "family/{teen_id}/controls/{key}/preview"): lambda _: b"value=nobody",
    ("POST", "family/{teen_id}/try"): lambda _: b"age=19&relationship=friend&content_type=text&is_new_contact=false",
    ("POST", "family/{teen_id}/undo"): lambda _: b"",
    ("POST", "family/{teen_id}/end"): lambda _: b"",
}
