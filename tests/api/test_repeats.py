"""What sending the same write twice does: `docs/api.md` names the few where it is not the same as once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
from django.utils import timezone

from accounts.models import Device
from tests.builders import a_parent, a_service, asks, chooses, claimed, offered, stored
from tests.callers import Caller, Home, bearer, refusal, said, signed_in
from tests.servers import ROOT
from tests.ties import follows

API = (ROOT / "docs" / "api.md").read_text()
PROFILE = {"birth_date": "2012-05-04", "place": "FR", "time_zone": "Europe/Paris", "handle": "lea"}
LOOSER = {"comment.who": {"value": "followers"}}


class Write(NamedTuple):
    """One write: who sends it, how, and what is answered the second time where that is another answer."""

    caller: Caller
    method: str
    path: str
    body: object = None
    second: int | None = None
    headers: dict[str, str] = {}


def service(*scopes: str) -> Caller:
    """Return a service of the platform."""
    return bearer(a_service(*scopes))


def waiting(home: Home) -> str:
    """Return where a pairing is answered that pierre has claimed."""
    return f"/v1/pairings/{claimed(home.tess, a_parent('pierre'), at=timezone.now()).pk}"


def pierre(home: Home) -> str:
    """Return the id of who waits for the teen."""
    return str(home.tess.pairings.open().get().parent_id)


def asked(home: Home) -> str:
    """Return the id of a request that waits for paula."""
    return str(asks(home.tess, "comment.who", "followers", at=timezone.now()).pk)


def chosen(home: Home) -> str:
    """Return where a choice stands that the teen has made."""
    chooses(home.tess, "comment.who", "nobody", at=timezone.now())
    return "/v1/me/choices/comment.who"


def tied(method: str, what: str, home: Home) -> Write:
    """Return a write about tess and an account that has asked her."""
    follows("platform-lea", home.tess, at=timezone.now())
    return Write(service("graph:write"), method, f"/v1/accounts/platform-lea/{what}/platform-tess")


TRIAL = {"evaluation": {"action": {"name": "live.host"}, "resource": {"type": "feature", "id": "live"}}}
ONCE: dict[str, Callable[[Home], Write]] = {
    "PUT /v1/accounts/{external_id}": lambda home: Write(
        service("accounts:write"), "PUT", "/v1/accounts/lea-1", PROFILE, second=200
    ),
    "DELETE /v1/accounts/{external_id}/device-tokens/{device_id}": lambda home: Write(
        service("devices:write"), "DELETE", f"/v1/accounts/platform-tess/device-tokens/{home.phone.device.pk}"
    ),
    **{
        f"{method} /v1/accounts/{{external_id}}/{what}/{{other_id}}": partial(tied, method, what)
        for method in ("PUT", "DELETE")
        for what in ("follows", "blocks")
    },
    "PUT /v1/me/applied": lambda home: Write(
        home.as_tess, "PUT", "/v1/me/applied", {"version": version(home), "app_version": "5.1.0"}
    ),
    "PUT /v1/me/choices/{key}": lambda home: Write(
        home.as_tess, "PUT", "/v1/me/choices/comment.who", {"value": "nobody"}
    ),
    "DELETE /v1/me/choices/{key}": lambda home: Write(home.as_tess, "DELETE", chosen(home)),
    "POST /v1/me/requests/{request_id}/cancel": lambda home: Write(
        home.as_tess, "POST", f"/v1/me/requests/{asked(home)}/cancel"
    ),
    "POST /v1/pairings/{pairing_id}/cancel": lambda home: Write(
        home.as_tess, "POST", f"/v1/pairings/{offered(home.tess, at=timezone.now()).pairing.pk}/cancel"
    ),
    "POST /v1/pairings/{pairing_id}/confirm": lambda home: Write(
        home.as_tess, "POST", f"{waiting(home)}/confirm", {"parent_id": pierre(home)}
    ),
    "POST /v1/pairings/{pairing_id}/decline": lambda home: Write(home.as_tess, "POST", f"{waiting(home)}/decline"),
    "POST /v1/pairings/{pairing_id}/end": lambda home: Write(
        home.as_tess, "POST", f"/v1/pairings/{home.pairing.pk}/end"
    ),
    "DELETE /v1/pairings/{pairing_id}": lambda home: Write(
        home.as_paula, "DELETE", f"/v1/pairings/{home.pairing.pk}", second=404
    ),
    "POST /v1/requests/{request_id}/approve": lambda home: Write(
        home.as_paula, "POST", f"/v1/requests/{asked(home)}/approve", {"for": "always"}
    ),
    "POST /v1/requests/{request_id}/refuse": lambda home: Write(
        home.as_paula, "POST", f"/v1/requests/{asked(home)}/refuse", {"reason": "Not today."}
    ),
    "POST /v1/me/simulate": lambda home: Write(home.as_tess, "POST", "/v1/me/simulate", TRIAL),
    "POST /v1/teens/{teen_id}/simulate": lambda home: Write(
        home.as_paula, "POST", f"/v1/teens/{home.tess.pk}/simulate", TRIAL
    ),
    "PATCH /v1/teens/{teen_id}/controls": lambda home: Write(
        home.as_paula, "PATCH", home.controls, LOOSER, second=412, headers={"If_Match": home.etag()}
    ),
}
NOT_ONCE = {
    "POST /v1/accounts/{external_id}/device-tokens",
    "POST /v1/me/device-token/rotate",
    "POST /v1/pairings/claim",
}
BY_KEY = {"POST /v1/pairings", "POST /v1/me/requests"}


def version(home: Home) -> str:
    """Return the version of what applies now."""
    return str(said(home.as_paula.get(home.controls))["version"])


def test_every_write_is_here() -> None:
    assert set(re.findall(r"^\| `((?:POST|PUT|PATCH|DELETE) /v1/\S+)` \|", API, re.MULTILINE)) == NOT_ONCE | BY_KEY | {
        *ONCE
    }


@pytest.mark.parametrize("name", ONCE)
def test_its_effect_is_there_once(home: Home, name: str) -> None:
    write = ONCE[name](home)
    first, before = send(write), stored()
    assert first < 300
    assert send(write) == (write.second or first)
    assert stored() == before


def send(write: Write) -> int:
    """Send it; returns the status."""
    return write.caller.send(write.method, write.path, write.body, **write.headers).status_code


def test_the_exceptions_are_told() -> None:
    told = API.split("### Repeats")[1].split("\n### ")[0]
    assert set(re.findall(r"`((?:POST|PUT|PATCH|DELETE) \S+)`", told)) == NOT_ONCE | BY_KEY | {
        "PATCH /v1/teens/{teen_id}/controls",
        "DELETE /v1/pairings/{pairing_id}",
    }


def test_a_second_token_is_a_second_device(home: Home) -> None:
    caller, url = service("devices:write"), "/v1/accounts/platform-tess/device-tokens"
    assert len({said(caller.post(url))["id"] for _ in range(2)}) == 2
    assert Device.objects.live().count() == 3


def test_a_second_rotation_gives_another_token_and_ends_the_one_before_the_last(home: Home) -> None:
    rotated = [said(home.as_tess.post("/v1/me/device-token/rotate"))["device_token"] for _ in range(2)]
    answers = [bearer(token).get("/v1/me/supervision").status_code for token in (home.phone.token, *rotated)]
    assert answers == [401, 200, 200]


def test_a_second_claim_finds_nothing_and_the_family_shows_what_the_first_did(home: Home) -> None:
    code = offered(home.tess, at=timezone.now()).code
    pierre = signed_in(a_parent("pierre"))
    assert pierre.post("/v1/pairings/claim", {"code": code}).status_code == 200
    assert refusal(pierre.post("/v1/pairings/claim", {"code": code})) == (404, "not_found")
    assert "claimed" in str(said(pierre.get("/v1/family")))
