"""A teen's device asks and takes back; a parent's browser reads and answers."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from accounts.models import Pairing
from controls.models import Request
from controls.requests import expire_requests
from ledger import clock
from ledger.moments import iso
from tests.builders import DAY, a_device, a_parent, a_teen, applies, mallory, paired, sets, stored
from tests.callers import Caller, Home, anonymous, anyone, bearer, refusal, said, signed_in

MINE, THEIRS = "/v1/me/requests", "/v1/requests"
FOLLOWERS = {"kind": "control", "control": "comment.who", "value": "followers"}


def ask(home: Home, body: object = FOLLOWERS, key: str = "one") -> HttpResponse:
    """Let tess ask."""
    return home.as_tess.post(MINE, body, Idempotency_Key=key)


def asked(home: Home, body: object = FOLLOWERS) -> str:
    """Return the id of what tess has asked."""
    answer = ask(home, body)
    assert answer.status_code == 201, answer.content
    return str(said(answer)["id"])


def test_asking_answers_the_request_and_whose_answer_is_missing(home: Home) -> None:
    answer = ask(home, {**FOLLOWERS, "reason": "For my drawings."})
    body = said(answer)
    assert answer.status_code == 201
    paula = {"id": str(home.paula.pk), "display_name": "Paula"}
    assert {name: body[name] for name in ("kind", "control", "value", "state", "reason", "missing", "answers")} == {
        "kind": "control",
        "control": "comment.who",
        "value": "followers",
        "state": "open",
        "reason": "For my drawings.",
        "missing": [paula],
        "answers": [],
    }
    assert said(home.as_tess.get(MINE)) == {"items": [body], "next_cursor": None}


def test_a_repeat_under_the_key_is_the_same_request_and_without_a_key_there_is_none(home: Home) -> None:
    first = ask(home)
    before = stored()
    assert ask(home).content == first.content
    assert stored() == before
    assert refusal(home.as_tess.post(MINE, FOLLOWERS)) == (400, "malformed")
    assert refusal(ask(home, key="another")) == (409, "already_open")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "invalid_value")),
        ({"kind": "money"}, (422, "invalid_value")),
        ({"kind": "control"}, (422, "invalid_value")),
        ({**FOLLOWERS, "minutes": 5}, (422, "invalid_value")),
        ({**FOLLOWERS, "until": None}, (400, "unknown_field")),
        ({**FOLLOWERS, "control": "no.such"}, (422, "unknown_control")),
        ({**FOLLOWERS, "value": None}, (422, "invalid_value")),
        ({**FOLLOWERS, "value": "everyone"}, (422, "past_the_loosest")),
        ({**FOLLOWERS, "value": "friends"}, (422, "invalid_value")),
        ({**FOLLOWERS, "reason": "x" * 281}, (422, "invalid_value")),
        ({"kind": "time", "minutes": 1441}, (422, "invalid_value")),
        ({"kind": "time", "minutes": 60}, (422, "invalid_value")),
        ({"kind": "account", "account": "nobody-has-this"}, (422, "invalid_value")),
        ({"kind": "leaving", "pairing_id": "x"}, (422, "invalid_value")),
        ({"kind": "leaving", "pairing_id": "01900000-0000-7000-8000-000000000000"}, (404, "not_found")),
    ],
)
def test_what_cannot_be_asked_is_refused(home: Home, body: object, expected: tuple[int, str]) -> None:
    before = stored()
    assert refusal(ask(home, body)) == expected
    assert stored() == before


def test_each_kind_is_asked_in_its_own_words(home: Home) -> None:
    sets(home.pairing, {"accounts.blocked": {"all": False, "items": ["other-1"]}}, at=home.at)
    kinds: list[tuple[dict[str, Any], str, str | None]] = [
        ({"kind": "time", "minutes": 90}, "time.daily_minutes", None),
        ({"kind": "account", "account": "other-1"}, "accounts.blocked", "other-1"),
    ]
    for number, (body, control, account) in enumerate(kinds):
        made = said(ask(home, body, key=str(number)))
        assert (made["control"], made["account"], made["state"]) == (control, account, "open")
    made = said(ask(home, {"kind": "leaving", "pairing_id": str(home.pairing.pk)}, key="leaving"))
    assert (made["control"], made["pairing_id"]) == (None, str(home.pairing.pk))


def test_a_parent_reads_what_waits_and_approves(home: Home) -> None:
    request = asked(home)
    (item,) = said(home.as_paula.get(THEIRS))["items"]
    assert (item["id"], item["waits_for_me"], item["teen"]["display_name"]) == (request, True, "Tess")
    assert said(home.as_paula.get("/v1/family"))["teens"][0]["requests"] == 1
    body = said(home.as_paula.post(f"{THEIRS}/{request}/approve", {"for": "always"}))
    assert (body["state"], body["missing"], body["waits_for_me"]) == ("approved", [], False)
    assert [(answer["says"], answer["for"]) for answer in body["answers"]] == [("approved", "always")]
    assert applies(home.tess, "comment.who") == "followers"
    assert said(home.as_paula.get("/v1/family"))["teens"][0]["requests"] == 0


def test_a_parent_refuses_with_a_reason_and_the_teen_reads_it(home: Home) -> None:
    request = asked(home)
    address = f"{THEIRS}/{request}/refuse"
    for body in ({}, {"reason": " "}, {"reason": "x" * 281}):
        assert refusal(home.as_paula.post(address, body)) == (422, "invalid_value")
    assert said(home.as_paula.post(address, {"reason": "Ask again in spring."}))["state"] == "refused"
    (mine,) = said(home.as_tess.get(MINE))["items"]
    assert (mine["state"], mine["answers"][0]["reason"]) == ("refused", "Ask again in spring.")


def test_approving_asks_for_a_recent_sign_in_and_refusing_does_not(home: Home) -> None:
    request = asked(home)
    tired = signed_in(home.paula, seconds_ago=301)
    assert refusal(tired.post(f"{THEIRS}/{request}/approve", {"for": "always"})) == (401, "step_up_required")
    assert applies(home.tess, "comment.who") == "friends"
    assert tired.post(f"{THEIRS}/{request}/refuse", {"reason": "No."}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"for": "ever"},
        {"for": "until"},
        {"for": "until", "until": "tomorrow"},
        {"for": "until", "until": "2020-01-01T00:00:00Z"},
        {"for": "once", "until": "2030-01-01T00:00:00Z"},
    ],
)
def test_for_how_long_is_said_in_one_of_three_ways(home: Home, body: object) -> None:
    address = f"{THEIRS}/{asked(home)}/approve"
    before = stored()
    assert refusal(home.as_paula.post(address, body)) == (422, "invalid_value")
    assert stored() == before


def test_what_has_ended_says_how(home: Home) -> None:
    request = asked(home)
    assert said(home.as_tess.post(f"{MINE}/{request}/cancel"))["state"] == "cancelled"
    answer = home.as_paula.post(f"{THEIRS}/{request}/approve", {"for": "always"})
    assert (refusal(answer), said(answer)["state"]) == ((410, "gone"), "cancelled")
    assert said(home.as_tess.post(f"{MINE}/{request}/cancel"))["state"] == "cancelled"


def test_another_familys_request_does_not_exist(home: Home) -> None:
    request = asked(home)
    stranger, theo = signed_in(mallory(at=home.at)), bearer(a_device(a_teen(name="theo", at=home.at), at=home.at).token)
    nothing = "01900000-0000-7000-8000-000000000000"
    before = stored()
    for act, body in (("approve", {"for": "always"}), ("refuse", {"reason": "No."})):
        theirs, none = (stranger.post(f"{THEIRS}/{each}/{act}", body) for each in (request, nothing))
        assert refusal(theirs) == (404, "not_found")
        assert anonymous(theirs) == anonymous(none)
    cancels = [theo.post(f"{MINE}/{each}/cancel") for each in (request, nothing)]
    assert refusal(cancels[0]) == (404, "not_found")
    assert anonymous(cancels[0]) == anonymous(cancels[1])
    assert said(stranger.get(THEIRS)) == said(theo.get(MINE)) == {"items": [], "next_cursor": None}
    assert refusal(anyone().get(THEIRS)) == refusal(anyone().get(MINE)) == (401, "not_signed_in")
    assert stored() == before


def test_of_leaving_only_the_parent_who_is_left_is_told(home: Home) -> None:
    pierre = a_parent("pierre", at=home.at)
    paired(home.tess, pierre, at=home.at)
    request = asked(home, {"kind": "leaving", "pairing_id": str(home.pairing.pk)})
    assert said(signed_in(pierre).get(THEIRS))["items"] == []
    answer = signed_in(pierre).post(f"{THEIRS}/{request}/refuse", {"reason": "No."})
    assert refusal(answer) == (404, "not_found")
    assert said(home.as_paula.post(f"{THEIRS}/{request}/approve", {"for": "always"}))["state"] == "approved"
    assert Pairing.objects.get(pk=home.pairing.pk).state == "ended"


def test_both_sides_read_it_in_their_history(home: Home) -> None:
    request = asked(home, {**FOLLOWERS, "reason": "For my drawings."})
    home.as_paula.post(f"{THEIRS}/{request}/approve", {"for": "once"})
    theirs = said(home.as_paula.get(f"/v1/teens/{home.tess.pk}/history"))["items"]
    mine = said(home.as_tess.get("/v1/me/history"))["items"]
    assert [each["kind"] for each in theirs[:3]] == ["request.approved", "settings.changed", "request.created"]
    assert [each["kind"] for each in mine[:3]] == [each["kind"] for each in theirs[:3]]
    assert theirs[2]["request"]["control"] == "comment.who"


def reads(caller: Caller, address: str) -> list[dict[str, Any]]:
    """Return a whole history, read in small pages."""
    page = said(caller.get(f"{address}?limit=2"))
    items = list(page["items"])
    while page["next_cursor"]:
        page = said(caller.get(f"{address}?limit=2&cursor={page['next_cursor']}"))
        items += page["items"]
    return items


def about(items: list[dict[str, Any]], request: str) -> list[str]:
    """Return what a history tells of one request."""
    return [each["kind"] for each in items if each["request"] and each["request"]["id"] == request]


@pytest.mark.parametrize("act", ["", "approve", "refuse", "cancel", "expire"])
def test_of_leaving_only_the_parent_who_is_left_reads_in_the_history(home: Home, act: str) -> None:
    pierre, address = a_parent("pierre", at=home.at), f"/v1/teens/{home.tess.pk}/history"
    paired(home.tess, pierre, at=home.at)
    as_pierre = signed_in(pierre)
    request = asked(home, {"kind": "leaving", "pairing_id": str(home.pairing.pk), "reason": "We quarrel."})
    assert about(reads(home.as_paula, address), request) == ["request.created"]
    if act == "cancel":
        home.as_tess.post(f"{MINE}/{request}/cancel")
    elif act == "expire":
        expire_requests(at=clock.now() + 7 * DAY)
    elif act:
        home.as_paula.post(f"{THEIRS}/{request}/{act}", {"approve": {"for": "always"}}.get(act, {"reason": "Why?"}))
    told = reads(home.as_tess, "/v1/me/history")
    assert len(about(told, request)) == (2 if act else 1)
    assert reads(as_pierre, address) == [each for each in told if not about([each], request)]
    if act != "approve":
        assert reads(home.as_paula, address) == told
    now = said(as_pierre.get(f"{address}?at={iso(clock.now())}"))
    assert all(secret not in str(now) for secret in (request, str(home.pairing.pk)))


def test_the_list_is_read_in_pages(home: Home) -> None:
    for number in range(3):
        ask(home, {"kind": "time", "minutes": 100 + number}, key=str(number))
        Request.objects.open().update(state="cancelled", closed_at=home.at)
    for caller, address in ((home.as_tess, MINE), (home.as_paula, THEIRS)):
        first = said(caller.get(f"{address}?limit=2"))
        second = said(caller.get(f"{address}?limit=2&cursor={first['next_cursor']}"))
        assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (2, 1, None)
        for query in ("limit=0", "limit=201", "cursor=made-up"):
            assert refusal(caller.get(f"{address}?{query}")) == (422, "invalid_value")


def test_a_sixth_request_a_day_waits(home: Home) -> None:
    for number in range(5):
        ask(home, {"kind": "time", "minutes": 100 + number}, key=str(number))
        Request.objects.open().update(state="cancelled", closed_at=home.at)
    answer = ask(home, {"kind": "time", "minutes": 200}, key="sixth")
    assert refusal(answer) == (429, "too_many")
    assert int(answer["Retry-After"]) > 0
