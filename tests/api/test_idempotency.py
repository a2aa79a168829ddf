"""A repeat under the same `Idempotency-Key` gets the first answer, not a second effect."""

from __future__ import annotations

from datetime import timedelta

from django.test import override_settings

from accounts.models import Pairing
from ledger.models import Receipt
from tests.builders import a_device, a_teen, stored
from tests.callers import Home, anyone, bearer, refusal, said

URL = "/v1/pairings"
KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'


def test_a_repeat_gets_the_same_answer_and_no_second_pairing(home: Home) -> None:
    first = home.as_tess.post(URL, Idempotency_Key=KEY)
    before = stored()
    again = home.as_tess.post(URL, Idempotency_Key=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert stored() == before


def test_the_description_says_where_a_key_is_taken_and_where_it_is_needed() -> None:
    paths = said(anyone().get("/openapi.json"))["paths"]
    named = {
        (path, each.get("required", False))
        for path, item in paths.items()
        for operation in item.values()
        for each in operation.get("parameters", ())
        if each["name"] == "Idempotency-Key"
    }
    assert named == {(URL, False), ("/v1/me/requests", True)}
    assert paths[URL]["post"]["summary"].startswith("Answer 201 with the code")


def test_without_a_key_or_under_another_a_repeat_is_a_second_request(home: Home) -> None:
    home.as_tess.post(URL, Idempotency_Key=KEY)
    assert refusal(home.as_tess.post(URL)) == (409, "already_open")
    assert refusal(home.as_tess.post(URL, Idempotency_Key="another")) == (409, "already_open")


def test_another_request_under_the_key_is_refused(home: Home) -> None:
    home.as_tess.post(URL, {}, Idempotency_Key=KEY)
    Receipt.objects.update(fingerprint="of another request")
    assert refusal(home.as_tess.post(URL, {}, Idempotency_Key=KEY)) == (422, "idempotency_mismatch")


def test_a_secret_that_was_replaced_opens_no_receipt_and_does_nothing_twice(home: Home) -> None:
    home.as_tess.post(URL, Idempotency_Key=KEY)
    before = stored()
    with override_settings(SECRET_KEY="another" * 10):
        assert refusal(home.as_tess.post(URL, Idempotency_Key=KEY)) == (410, "gone")
    assert stored() == before


def test_two_devices_may_use_the_same_key(home: Home) -> None:
    home.as_tess.post(URL, Idempotency_Key=KEY)
    theo = a_teen(name="theo", at=home.at)
    other = bearer(a_device(theo, at=home.at).token).post(URL, Idempotency_Key=KEY)
    assert other.status_code == 201
    assert Receipt.objects.count() == 2


def test_a_request_that_is_being_worked_on_is_not_begun_again(home: Home) -> None:
    home.as_tess.post(URL, Idempotency_Key=KEY)
    Receipt.objects.update(status=None)
    assert refusal(home.as_tess.post(URL, Idempotency_Key=KEY)) == (409, "in_progress")


def test_a_request_whose_process_died_may_be_repeated(home: Home) -> None:
    home.as_tess.post(URL, Idempotency_Key=KEY)
    Pairing.objects.open().delete()
    receipt = Receipt.objects.get()
    Receipt.objects.update(status=None, at=receipt.at - timedelta(seconds=31))
    assert home.as_tess.post(URL, Idempotency_Key=KEY).status_code == 201


def test_a_receipt_is_kept_for_a_day(home: Home) -> None:
    first = said(home.as_tess.post(URL, Idempotency_Key=KEY))
    receipt = Receipt.objects.get()
    Receipt.objects.update(at=receipt.at - timedelta(hours=23, minutes=59))
    assert said(home.as_tess.post(URL, Idempotency_Key=KEY)) == first
    Receipt.objects.update(at=receipt.at - timedelta(hours=24, minutes=1))
    assert refusal(home.as_tess.post(URL, Idempotency_Key=KEY)) == (409, "already_open")


def test_a_refusal_leaves_the_key_free(home: Home) -> None:
    home.as_tess.post(URL)
    assert refusal(home.as_tess.post(URL, Idempotency_Key=KEY)) == (409, "already_open")
    Pairing.objects.open().delete()
    assert home.as_tess.post(URL, Idempotency_Key=KEY).status_code == 201


def test_neither_the_key_nor_what_is_shown_once_can_be_read_in_the_database(home: Home) -> None:
    shown = said(home.as_tess.post(URL, Idempotency_Key=KEY))
    receipt = Receipt.objects.get()
    kept = repr([receipt.key, receipt.principal, receipt.fingerprint, receipt.body])
    for secret in (shown["code"], shown["qr"].partition("#")[2], KEY.strip('"')):
        assert secret not in kept


def test_a_key_has_an_end(home: Home) -> None:
    assert refusal(home.as_tess.post(URL, Idempotency_Key="k" * 256)) == (422, "invalid_value")
    assert home.as_tess.post(URL, Idempotency_Key="k" * 255).status_code == 201
