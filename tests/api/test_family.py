"""What a parent's browser reads beside the controls: family, history, arrival, catalogue."""

from __future__ import annotations

from controls.policy.catalogue import CATALOGUE
from ledger.cache import Version
from tests.builders import a_parent, a_service, a_teen, chooses, paired, sets
from tests.callers import Home, anyone, bearer, refusal, said, signed_in

# Who reads something page by page, and where.
PAGED = (
    ("as_tess", "/v1/me/history"),
    ("as_tess", "/v1/me/requests"),
    ("as_paula", "/v1/teens/{teen}/history"),
    ("as_paula", "/v1/requests"),
)


def test_a_family_is_ones_own_teens(home: Home) -> None:
    a_teen(name="theo", at=home.at)
    (member,) = said(home.as_paula.get("/v1/family"))["teens"]
    shape = {"pairing_id", "state", "proof", "display_name", "id", "age_band", "version", "requests", "arrival"}
    assert set(member) == shape
    assert (member["id"], member["display_name"], member["state"]) == (str(home.tess.pk), "Tess", "active")
    assert member["arrival"] == {"devices": 1, "enforced": False}


def test_who_is_paired_with_nobody_has_an_empty_family(home: Home) -> None:
    assert said(signed_in(a_parent("pierre", at=home.at)).get("/v1/family")) == {"teens": []}


def test_both_sides_read_the_same_history(home: Home) -> None:
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    chooses(home.tess, "mention.who", "nobody", at=home.at)
    seen = home.as_paula.get(f"/v1/teens/{home.tess.pk}/history")
    assert seen.content == home.as_tess.get("/v1/me/history").content
    assert [entry["kind"] for entry in said(seen)["items"]][:2] == ["settings.changed", "settings.changed"]


def test_an_entry_says_who_did_what_and_what_moved(home: Home) -> None:
    sets(home.pairing, {"comment.who": "nobody"}, at=home.at)
    entry = said(home.as_tess.get("/v1/me/history"))["items"][0]
    assert set(entry) == {"id", "at", "kind", "actor", "cause", "changes", "said", "removed", "request"}
    assert entry["actor"] == {"kind": "parent", "display_name": "Paula"}
    assert entry["said"] == [{"key": "comment.who", "value": "nobody", "until": None}]
    assert [(change["key"], change["to"]) for change in entry["changes"]] == [("comment.who", "nobody")]


def test_a_history_is_read_page_by_page_without_a_gap_or_a_repeat(home: Home) -> None:
    whole = [entry["id"] for entry in said(home.as_tess.get("/v1/me/history"))["items"]]
    page = said(home.as_tess.get("/v1/me/history?limit=2"))
    seen = [entry["id"] for entry in page["items"]]
    while page["next_cursor"]:
        page = said(home.as_tess.get(f"/v1/me/history?limit=2&cursor={page['next_cursor']}"))
        seen += [entry["id"] for entry in page["items"]]
    assert seen == whole
    assert len(whole) == 5


def test_a_cursor_of_another_teen_or_of_ones_own_making_is_refused(home: Home) -> None:
    theo = a_teen(name="theo", at=home.at)
    paired(theo, home.paula, at=home.at)
    cursor = said(home.as_paula.get(f"/v1/teens/{theo.pk}/history?limit=1"))["next_cursor"]
    for text in (cursor, cursor[:-1], "x", "%00", "WzEsMl0:1:2"):
        assert refusal(home.as_tess.get(f"/v1/me/history?cursor={text}")) == (422, "invalid_value")
    for limit in ("0", "201", "-1", "x", "1e2", "", "²", "9" * 400, "1" * 4301):
        for caller, path in PAGED:
            address = path.format(teen=home.tess.pk)
            assert refusal(getattr(home, caller).get(f"{address}?limit={limit}")) == (422, "invalid_value")
    assert home.as_tess.get("/v1/me/history?limit=200").status_code == 200


def test_arrival_shows_each_device(home: Home) -> None:
    url = f"/v1/teens/{home.tess.pk}/arrival"
    body = said(home.as_paula.get(url))
    (device,) = body["devices"]
    assert set(device) == {"id", "sent", "received", "enforced", "applied_at", "app_version"}
    assert (device["id"], device["enforced"]) == (str(home.phone.device.pk), False)
    home.as_tess.put("/v1/me/applied", {"version": body["version"], "app_version": "5.1.0"})
    (device,) = said(home.as_paula.get(url))["devices"]
    assert (device["sent"], device["received"], device["enforced"]) == (True, True, True)
    assert said(home.as_paula.get("/v1/family"))["teens"][0]["arrival"]["enforced"] is True


def test_the_catalogue_is_for_anyone_and_in_the_callers_language(home: Home) -> None:
    answer = anyone().get("/v1/controls")
    body = said(answer)
    assert {control["key"] for control in body["controls"]} == set(CATALOGUE)
    assert (answer["Cache-Control"], answer["Vary"].count("Accept-Language")) == ("public, max-age=300", 1)
    assert anyone().get("/v1/controls", If_None_Match=answer["ETag"]).status_code == 304
    for caller in (home.as_tess, home.as_paula, bearer(a_service("settings:read"))):
        assert caller.get("/v1/controls").content == answer.content


def test_a_parent_sees_the_version_that_a_phone_is_given(home: Home) -> None:
    seen = Version.parse(said(home.as_paula.get(home.controls))["version"])
    service = bearer(a_service("settings:read"))
    assert seen == Version.parse(said(service.get("/v1/accounts/platform-tess/settings"))["version"])
