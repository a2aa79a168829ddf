"""Neither the history nor a log holds what identifies a person: no birth date, address, name, code or token."""

from __future__ import annotations

import json
import logging

import pytest

from accounts.models import Account, Device, User
from ledger.models import Event, EventBody
from tests.builders import a_service
from tests.callers import CSRF, Home, a_home, bearer, make_codes_quick, said, signed_in
from tests.replay.test_replay import a_long_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash codes with the least cost."""
    make_codes_quick(monkeypatch)


def people() -> set[str]:
    """Return what identifies everybody who is there."""
    births = {birth.isoformat() for birth in Account.objects.values_list("birth_date", flat=True) if birth}
    names = {name for pair in User.objects.values_list("email", "display_name") for name in pair}
    handles = set(Account.objects.values_list("handle", flat=True))
    return births | names | handles | {"@"}


def everything_that_happens(home: Home) -> set[str]:
    """Let a family do what families do, refusals included; returns what was shown once."""
    offer = said(home.as_tess.post("/v1/pairings", Idempotency_Key="k-1234"))
    home.as_paula.post("/v1/pairings/claim", {"code": offer["code"]})
    home.as_paula.post("/v1/pairings/claim", {"code": offer["code"][:-1] + "!"})
    home.patch({"comment.who": {"value": "nobody"}})
    home.patch({"comment.who": {"value": "everyone"}})
    home.as_tess.put("/v1/me/choices/mention.who", {"value": "nobody"})
    home.as_tess.put("/v1/me/choices/mention.who", b"{")
    service = a_service("accounts:write", "devices:write")
    profile = {"birth_date": "2011-03-04", "place": "FR", "time_zone": "Europe/Paris", "handle": "Teresa"}
    bearer(service).put("/v1/accounts/platform-new", profile)
    bearer(service).put("/v1/accounts/platform-new", {**profile, "birth_date": "1911-03-04"})
    token = said(bearer(service).post("/v1/accounts/platform-new/device-tokens"))["device_token"]
    rotated = said(bearer(token).post("/v1/me/device-token/rotate"))["device_token"]
    bearer(token + "x").get("/v1/me/history")
    signed_in(home.paula, seconds_ago=900).delete(f"/v1/pairings/{home.pairing.pk}")
    home.as_paula.delete(f"/v1/pairings/{home.pairing.pk}")
    return {offer["code"], offer["qr"].partition("#")[2], service, token, rotated, home.phone.token, CSRF, "k-1234"}


def bodies() -> list[str]:
    """Return what the events say, as it is stored."""
    return [json.dumps(body) for body in EventBody.objects.values_list("body", flat=True)]


def test_no_event_of_a_long_story_names_a_person() -> None:
    a_long_story()
    assert len(bodies()) > 15
    assert {word for word in people() for body in bodies() if word in body} == set()


def test_no_event_of_a_request_names_a_person() -> None:
    everything_that_happens(a_home())
    assert len(bodies()) > 10
    assert {word for word in people() for body in bodies() if word in body} == set()


def test_no_event_holds_what_was_shown_once() -> None:
    secrets = everything_that_happens(a_home())
    assert [secret for secret in secrets if secret in "".join(bodies())] == []
    assert not Event.objects.filter(actor_id__contains="@").exists()


def test_no_log_names_a_person_or_holds_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    home = a_home()
    with caplog.at_level(logging.INFO):
        secrets = everything_that_happens(home)
    assert len(caplog.records) > 3
    told = people() | secrets | {"2011-03-04", "1911-03-04", "Teresa"}
    assert {word for word in told if word in caplog.text} == set()


def test_what_a_person_is_called_here_tells_nothing() -> None:
    home = a_home()
    told = [str(home.tess.teen), str(Device.objects.get()), str(Event.objects.first())]
    assert all(word not in text for word in people() - {"@"} for text in told)
