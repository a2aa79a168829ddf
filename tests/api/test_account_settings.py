"""GET /v1/accounts/{external_id}/settings."""

from __future__ import annotations

from controls.packs import release_at
from controls.policy.catalogue import CATALOGUE
from ledger.cache import LAYOUT
from tests.builders import a_service, a_teen, sets
from tests.callers import Home, bearer, refusal, said

URL = "/v1/accounts/platform-tess/settings"


def test_every_control_is_answered_with_its_reasons(home: Home) -> None:
    body = said(bearer(a_service("settings:read")).get(URL))
    assert set(body) == {"version", "pack", "valid_until", "time_zone", "settings", "next"}
    assert list(body["settings"]) == list(CATALOGUE)
    for enforced in body["settings"].values():
        assert set(enforced) == {"value", "may_loosen", "locked", "reasons"}
        assert enforced["reasons"]
        assert isinstance(enforced["value"], str | dict)
    assert body["settings"]["dm.who_can_send"]["value"] == "nobody"
    assert body["time_zone"] == home.tess.time_zone


def test_what_follows_the_next_boundary_is_answered_as_well(home: Home) -> None:
    body = said(bearer(a_service("settings:read")).get(URL))
    assert body["next"]["at"] == body["valid_until"]
    assert list(body["next"]["settings"]) == list(CATALOGUE)


def test_who_has_no_boundary_ahead_has_no_next(home: Home) -> None:
    a_teen(None, name="unknown", at=home.at)
    body = said(bearer(a_service("settings:read")).get("/v1/accounts/platform-unknown/settings"))
    assert (body["valid_until"], body["next"]) == (None, None)


def test_what_is_unchanged_is_304_and_a_change_is_not(home: Home) -> None:
    service = bearer(a_service("settings:read"))
    first = service.get(URL)
    again = service.get(URL, If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    changed = service.get(URL, If_None_Match=first["ETag"])
    assert (changed.status_code, said(changed)["settings"]["comment.who"]["value"]) == (200, "nobody")
    assert changed["ETag"] != first["ETag"]


def test_the_etag_names_version_release_and_layout(home: Home) -> None:
    answer = bearer(a_service("settings:read")).get(URL)
    body = said(answer)
    release = release_at(home.at)
    assert release.startswith(body["pack"])
    assert answer["ETag"] == f'"{body["version"]}-{release.replace("/", ":")}-{LAYOUT}"'
    assert body["version"].split(".")[:2] == ["1", str(home.tess.teen.__class__.objects.get(pk=home.tess.pk).seq)]


def test_no_parent_is_named(home: Home) -> None:
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    answer = bearer(a_service("settings:read")).get(URL)
    for secret in (str(home.paula.pk), home.paula.email, home.paula.display_name):
        assert secret.encode() not in answer.content


def test_an_unknown_account_is_not_found(home: Home) -> None:
    assert refusal(bearer(a_service("settings:read")).get("/v1/accounts/nobody/settings")) == (404, "not_found")
