"""PUT and GET /v1/accounts/{external_id}."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Account
from ledger import clock
from tests.builders import DAY, a_service, born, stored
from tests.callers import bearer, refusal, said

TESS: dict[str, Any] = {
    "birth_date": born(14).isoformat(),
    "place": "FR",
    "time_zone": "Europe/Paris",
    "language": "fr",
    "handle": "Tess",
    "currency": "EUR",
}
URL = "/v1/accounts/platform-tess"


def test_an_account_is_made_then_known() -> None:
    service = bearer(a_service("accounts:write"))
    first, second = service.put(URL, TESS), service.put(URL, TESS)
    assert (first.status_code, second.status_code) == (201, 200)
    assert said(first) == said(second) == said(service.get(URL))
    body = said(first)
    assert body["id"] == str(Account.objects.get().pk)
    assert body.pop("enrolled_at").endswith("Z")
    del body["id"]
    shown = {name: value for name, value in TESS.items() if name != "birth_date"}
    assert body == {**shown, "external_id": "platform-tess", "age_band": "13-15", "age_assurance": "asserted"}


def test_an_answer_never_tells_a_birth_date() -> None:
    service = bearer(a_service("accounts:write"))
    for answer in (service.put(URL, TESS), service.put(URL, TESS), service.get(URL)):
        assert TESS["birth_date"].encode() not in answer.content
        assert b"birth" not in answer.content


def test_what_may_be_left_out_has_a_default() -> None:
    service = bearer(a_service("accounts:write"))
    least = {name: TESS[name] for name in ("place", "time_zone", "handle")}
    body = said(service.put(URL, least))
    assert (body["language"], body["currency"], body["age_band"]) == ("en", "EUR", "13-15")


def test_how_well_an_age_is_known_is_told_and_told_anew() -> None:
    service = bearer(a_service("accounts:write"))
    levels = ["strict", "asserted", "basic"]
    told = [said(service.put(URL, {**TESS, "age_assurance": level}))["age_assurance"] for level in levels]
    assert told == levels
    assert said(service.put(URL, TESS))["age_assurance"] == "asserted"


def test_in_california_who_only_says_to_be_an_adult_is_a_minor_from_the_day_of_the_law(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = bearer(a_service("accounts:write"))
    adult = {**TESS, "birth_date": "2007-06-01", "place": "US-CA", "time_zone": "America/Los_Angeles"}

    def told(**level: str) -> str:
        assert said(service.put(URL, {**adult, **level}))["age_band"] == said(service.get(URL))["age_band"]
        return str(said(service.get(URL))["age_band"])

    for second, band in ((-1, "18+"), (0, "16-17")):
        moment = datetime(2027, 1, 1, 8, tzinfo=UTC) + timedelta(seconds=second)
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert told() == band
    assert [told(age_assurance=level) for level in ("basic", "strict", "asserted")] == ["18+", "18+", "16-17"]


def test_an_age_may_be_a_range() -> None:
    service = bearer(a_service("accounts:write"))
    ranged = {**TESS, "birth_date": None, "age_range": {"from": 16, "until": 17}}
    assert said(service.put(URL, ranged))["age_band"] == "16-17"
    assert said(service.put("/v1/accounts/a", {**ranged, "age_range": {"from": 16}}))["age_band"] == "16-17"


@pytest.mark.parametrize("age_range", [{"from": 14, "until": 15}, {"from": 14}])
@pytest.mark.parametrize("days", [1, 364, 366])
def test_a_range_that_is_stated_again_on_another_day_changes_nothing(
    age_range: dict[str, int], days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = bearer(a_service("accounts:write"))
    ranged = {**TESS, "birth_date": None, "age_range": age_range}
    service.put(URL, ranged)
    before, later = stored(), clock.now() + days * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert service.put(URL, ranged).status_code == 200
    assert stored() == before


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"birth_date": "14"}, "/birth_date"),
        ({"birth_date": 2012}, "/birth_date"),
        ({"birth_date": "2012-02-30"}, "/birth_date"),
        ({"place": "France"}, "/place"),
        ({"place": None}, "/place"),
        ({"place": "QQ"}, "/place"),
        ({"place": "fr"}, "/place"),
        ({"place": "FR-99"}, "/place"),
        ({"time_zone": "CET"}, "/time_zone"),
        ({"time_zone": "Europe/Nowhere"}, "/time_zone"),
        ({"language": "French"}, "/language"),
        ({"handle": ""}, "/handle"),
        ({"handle": "h" * 61}, "/handle"),
        ({"handle": ["Tess"]}, "/handle"),
        ({"currency": "euro"}, "/currency"),
        ({"birth_date": None, "age_range": {"from": 15, "until": 14}}, "/age_range/until"),
        ({"birth_date": None, "age_range": {"until": 14}}, "/age_range/from"),
        ({"birth_date": None, "age_range": {"from": -1}}, "/age_range/from"),
        ({"birth_date": None, "age_range": {"from": 10**30}}, "/age_range/from"),
        ({"birth_date": None, "age_range": [13, 15]}, "/age_range"),
        ({"age_range": {"from": 14}}, "/age_range"),
        ({"age_assurance": "perfect"}, "/age_assurance"),
        ({"age_assurance": None}, "/age_assurance"),
        ({"age_assurance": 3}, "/age_assurance"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(change: dict[str, Any], pointer: str) -> None:
    answer = bearer(a_service("accounts:write")).put(URL, {**TESS, **change})
    assert refusal(answer) == (422, "invalid_value")
    assert pointer in [fault["pointer"] for fault in said(answer)["errors"]]
    assert not Account.objects.exists()


@pytest.mark.parametrize("change", [{"birth_date": born(12).isoformat()}, {"birth_date": "2999-01-01"}])
def test_nobody_below_thirteen_is_enrolled(change: dict[str, Any]) -> None:
    answer = bearer(a_service("accounts:write")).put(URL, {**TESS, **change})
    assert refusal(answer) == (422, "age_too_low")
    assert not Account.objects.exists()


def test_an_age_is_not_raised() -> None:
    service = bearer(a_service("accounts:write"))
    service.put(URL, TESS)
    before = stored()
    answer = service.put(URL, {**TESS, "birth_date": born(17).isoformat()})
    assert refusal(answer) == (422, "invalid_value")
    assert [fault["pointer"] for fault in said(answer)["errors"]] == ["/birth_date"]
    assert stored() == before


@pytest.mark.parametrize("name", ["x" * 129, "a%00b", "a%07b", "a%0Ab"])
def test_an_id_that_can_be_none_is_refused(name: str) -> None:
    service = bearer(a_service("accounts:write"))
    assert refusal(service.put(f"/v1/accounts/{name}", TESS)) == (422, "invalid_value")
    assert refusal(service.get(f"/v1/accounts/{name}")) == (404, "not_found")


@pytest.mark.parametrize("name", ["x" * 128, "a:b", "d%C3%A9j%C3%A0", "0"])
def test_the_platforms_own_ids_are_taken_as_they_are(name: str) -> None:
    service = bearer(a_service("accounts:write"))
    assert service.put(f"/v1/accounts/{name}", TESS).status_code == 201
    assert service.get(f"/v1/accounts/{name}").status_code == 200


def test_a_place_that_there_is_not_is_refused_with_the_one_that_is_meant() -> None:
    service = bearer(a_service("accounts:write"))
    refused = service.put(URL, {**TESS, "place": "UK"})
    assert said(refused)["errors"] == [
        {"pointer": "/place", "code": "invalid_value", "detail": "Expected a code of ISO 3166. Did you mean `GB`?"}
    ]
    for place in ("GB", "GB-ENG", "PR", "US-PR", "XK", "ZZ"):
        assert said(service.put(URL, {**TESS, "place": place}))["place"] == place
