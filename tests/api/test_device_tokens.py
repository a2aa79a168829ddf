"""POST and DELETE /v1/accounts/{external_id}/device-tokens, POST /v1/me/device-token/rotate."""

from __future__ import annotations

from uuid_utils.compat import uuid7

from accounts.models import Device
from tests.builders import a_device, a_service, a_teen
from tests.callers import Home, bearer, refusal, said

URL = "/v1/accounts/platform-tess/device-tokens"
ME = "/v1/me/supervision"


def test_a_token_is_given_and_works_until_it_is_taken_back(home: Home) -> None:
    service = bearer(a_service("devices:write"))
    given = service.post(URL)
    assert (given.status_code, set(said(given))) == (201, {"id", "device_token"})
    device = bearer(said(given)["device_token"])
    assert device.get(ME).status_code == 200
    taken = service.delete(f"{URL}/{said(given)['id']}")
    assert (taken.status_code, taken.content) == (204, b"")
    assert refusal(device.get(ME)) == (401, "token_invalid")
    assert home.as_tess.get(ME).status_code == 200


def test_taking_it_back_twice_is_once(home: Home) -> None:
    service = bearer(a_service("devices:write"))
    url = f"{URL}/{home.phone.device.pk}"
    assert [service.delete(url).status_code for _ in range(2)] == [204, 204]


def test_another_accounts_device_looks_like_none(home: Home) -> None:
    service = bearer(a_service("devices:write"))
    foreign = a_device(a_teen(name="theo", at=home.at), at=home.at)
    for url in (f"{URL}/{foreign.device.pk}", f"{URL}/{uuid7()}", f"/v1/accounts/nobody/device-tokens/{uuid7()}"):
        assert refusal(service.delete(url)) == (404, "not_found")
    assert Device.objects.live().count() == 2


def test_an_unknown_account_gets_no_device(home: Home) -> None:
    assert refusal(bearer(a_service("devices:write")).post("/v1/accounts/nobody/device-tokens")) == (404, "not_found")
    assert Device.objects.get() == home.phone.device


def test_a_device_rotates_its_own_token(home: Home) -> None:
    answer = home.as_tess.post("/v1/me/device-token/rotate")
    assert answer.status_code == 200
    token = said(answer)["device_token"]
    assert token != home.phone.token
    assert bearer(token).get(ME).status_code == home.as_tess.get(ME).status_code == 200


def test_a_body_has_no_fields(home: Home) -> None:
    service = bearer(a_service("devices:write"))
    assert refusal(service.post(URL, {"name": "phone"})) == (400, "unknown_field")
    assert refusal(home.as_tess.post("/v1/me/device-token/rotate", {"device": "x"})) == (400, "unknown_field")
    assert Device.objects.get().generation == 1
