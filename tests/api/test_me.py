"""What a teen's device asks: choices, what it enforces, who supervises."""

from __future__ import annotations

import pytest

from controls.models import Arrival, Choice
from controls.policy.catalogue import CATALOGUE
from tests.builders import a_parent, applies, paired, sets, stored
from tests.callers import Home, refusal, said

CHOICE = "/v1/me/choices/comment.who"
APPLIED = "/v1/me/applied"


def test_a_choice_answers_what_applies_now(home: Home) -> None:
    answer = home.as_tess.put(CHOICE, {"value": "nobody"})
    body = said(answer)
    assert answer.status_code == 200
    assert set(body) == {"key", "version", "value", "may_loosen", "locked", "reasons", "changes"}
    assert (body["key"], body["value"], body["reasons"][0]["code"]) == ("comment.who", "nobody", "teen_choice")
    assert [(change["from"], change["to"]) for change in body["changes"]] == [("friends", "nobody")]


def test_choosing_and_taking_back_twice_is_once(home: Home) -> None:
    first = home.as_tess.put(CHOICE, {"value": "nobody"})
    before = stored()
    again = home.as_tess.put(CHOICE, {"value": "nobody"})
    assert (said(again)["version"], said(again)["changes"]) == (said(first)["version"], [])
    assert stored() == before
    taken = [home.as_tess.delete(CHOICE) for _ in range(2)]
    assert [said(answer)["value"] for answer in taken] == ["friends", "friends"]
    assert not Choice.objects.exists()


def test_who_may_not_loosen_is_told_who_may(home: Home) -> None:
    answer = home.as_tess.put(CHOICE, {"value": "followers"})
    assert refusal(answer) == (403, "not_yours_to_loosen")
    assert (said(answer)["may_loosen"], said(answer)["errors"][0]["pointer"]) == ("parent", "/comment.who")
    sets(home.pairing, {"comment.who": "followers"}, at=home.at)
    assert home.as_tess.put(CHOICE, {"value": "followers"}).status_code == 200


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("no.such.control", "off", (422, "unknown_control")),
        ("comment.who", "loud", (422, "invalid_value")),
        ("comment.who", None, (422, "invalid_value")),
        ("comment.who", 1e300, (422, "invalid_value")),
        ("comment.who", "everyone", (422, "past_the_loosest")),
        ("dm.who_can_send", "friends", (422, "past_the_loosest")),
        ("content.keywords", {"all": False, "items": ["x" * 51]}, (422, "invalid_value")),
        ("time.daily_minutes", {"mon": 5}, (422, "invalid_value")),
    ],
)
def test_a_choice_that_cannot_be_is_refused(home: Home, key: str, value: object, expected: tuple[int, str]) -> None:
    before = stored()
    assert refusal(home.as_tess.put(f"/v1/me/choices/{key}", {"value": value})) == expected
    assert stored() == before


def test_a_choice_has_one_field(home: Home) -> None:
    assert refusal(home.as_tess.put(CHOICE, {})) == (422, "invalid_value")
    assert refusal(home.as_tess.put(CHOICE, {"value": "nobody", "until": None})) == (400, "unknown_field")
    assert not Choice.objects.exists()


def test_an_unknown_control_cannot_be_taken_back(home: Home) -> None:
    assert refusal(home.as_tess.delete("/v1/me/choices/no.such")) == (422, "unknown_control")


def test_what_a_device_enforces_is_noted(home: Home) -> None:
    version = said(home.as_paula.get(home.controls))["version"]
    for _ in range(2):
        answer = home.as_tess.put(APPLIED, {"version": version, "app_version": "5.1.0"})
        assert (answer.status_code, answer.content) == (204, b"")
    assert Arrival.objects.get().applied == version


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": "1.9999.1", "app_version": "5"}, 422),
        ({"version": "one", "app_version": "5"}, 422),
        ({"version": 1, "app_version": "5"}, 422),
        ({"version": "1.1.1" * 20, "app_version": "5"}, 422),
        ({"version": "1.1.1"}, 422),
        ({"app_version": "5"}, 422),
        ({"version": "1.1.1", "app_version": "v" * 41}, 422),
        ({"version": "1.1.1", "app_version": "5", "device": "x"}, 400),
    ],
)
def test_what_a_device_cannot_enforce_is_not_noted(home: Home, body: object, status: int) -> None:
    answer = home.as_tess.put(APPLIED, body)
    assert refusal(answer)[0] == status
    assert not Arrival.objects.exists()


def test_a_teen_sees_who_supervises_and_what_they_can_change_and_see(home: Home) -> None:
    paired(home.tess, a_parent("pierre", at=home.at), verified=False, at=home.at)
    body = said(home.as_tess.get("/v1/me/supervision"))
    assert set(body) == {"supervised", "parents", "never"}
    paula, pierre = body["parents"]
    shape = {"id", "pairing_id", "display_name", "since", "proof", "ending", "can_change", "can_see"}
    assert set(paula) == shape
    ways = [{change["key"]: change["direction"] for change in parent["can_change"]} for parent in (paula, pierre)]
    assert [way["comment.who"] for way in ways] == ["either", "stricter"]
    assert [way["dm.who_can_send"] for way in ways] == ["stricter", "stricter"]
    assert set(ways[0]) == set(CATALOGUE)
    assert "message_text" in body["never"]


def test_a_teen_without_parents_sees_that_there_are_none(home: Home) -> None:
    home.as_paula.delete(f"/v1/pairings/{home.pairing.pk}")
    body = said(home.as_tess.get("/v1/me/supervision"))
    assert (body["supervised"], body["parents"]) == (False, [])
    assert applies(home.tess, "comment.who", at=home.at) == "friends"
