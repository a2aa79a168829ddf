"""What is wrong is refused with the status and code that are promised, and nothing is changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse

from accounts.actions import revoke_device, rotate_device
from accounts.pairing import cancel_pairing, claim
from controls import access as controls_access
from ledger.actor import SYSTEM
from tests.builders import (
    HOUR,
    MINUTE,
    a_device,
    a_service,
    a_teen,
    mallory,
    offered,
    paired,
    stored,
)
from tests.callers import Caller, Home, anonymous, anyone, bearer, refusal, said

CLAIM = "/v1/pairings/claim"
CHOICE = "/v1/me/choices/comment.who"


def codes_that_open_nothing(home: Home) -> dict[str, str]:
    """Return a code of each kind that a parent may try in vain."""
    now = home.at + HOUR
    theo, tara, timo, tim = (a_teen(name=name, at=home.at) for name in ("theo", "tara", "timo", "tim"))
    used, taken, right = offered(tara, at=now), offered(timo, at=now), offered(tim, at=now).code
    claim(used.pairing.pk, mallory(at=home.at), at=now)
    cancel_pairing(taken.pairing, actor=timo.actor, at=now)
    return {
        "unknown": "AAAA-00000-00000",
        "too short": "K7QF",
        "unreadable": "🙂é" * 7,
        "expired": offered(theo, at=now - 11 * MINUTE).code,
        "used": used.code,
        "taken back": taken.code,
        "of a teen who is paired with this parent": offered(home.tess, at=now).code,
        "wrong": right[:-1] + ("0" if right[-1] != "0" else "1"),
    }


def look(answer: HttpResponse) -> tuple[int, bytes, frozenset[tuple[str, str]]]:
    """Return everything by which two answers could be told apart."""
    headers = frozenset((name, value) for name, value in answer.items() if name not in ("X-Request-Id", "Set-Cookie"))
    return answer.status_code, anonymous(answer), headers


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one parent try more codes than are allowed."""
    monkeypatch.setattr("accounts.limits.take", lambda *_, **__: None)


@pytest.mark.usefixtures("unlimited")
def test_codes_that_open_nothing_look_alike(home: Home) -> None:
    looks = {
        what: look(home.as_paula.post(CLAIM, {"code": code})) for what, code in codes_that_open_nothing(home).items()
    }
    looks["a token of a used link"] = look(home.as_paula.post(CLAIM, {"token": "x" * 22}))
    assert len(set(looks.values())) == 1, {what: (status, body) for what, (status, body, _) in looks.items()}
    assert {status for status, _, _ in looks.values()} == {404}


@pytest.mark.usefixtures("unlimited")
def test_a_difference_between_codes_would_be_seen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = codes_that_open_nothing(home)
    monkeypatch.setattr("accounts.pairing.invite_of_code", lambda _: None)
    wrong = look(home.as_paula.post(CLAIM, {"code": codes["wrong"]}))
    monkeypatch.undo()
    assert refusal(home.as_paula.post(CLAIM, {"code": codes["wrong"] * 9})) == (422, "invalid_value")
    assert wrong != look(home.as_paula.post(CLAIM, {"code": codes["wrong"] * 9}))


@pytest.mark.parametrize("body", [{}, {"code": "a", "token": "b"}, {"code": None}, {"code": True}, {"code": ["a"]}])
def test_a_claim_says_one_thing(home: Home, body: object) -> None:
    before = stored()
    assert refusal(home.as_paula.post(CLAIM, body)) == (422, "invalid_value")
    assert stored() == before


# What a parent's patch may say of one control: the status, the code and where it is wrong, below the control.
WRONG: list[tuple[str, object, int, str, str]] = [
    ("no.such", {"value": "x"}, 422, "unknown_control", ""),
    ("", {"value": "x"}, 422, "unknown_control", ""),
    ("comment.who", {"value": "loud"}, 422, "invalid_value", ""),
    ("comment.who", {"value": True}, 422, "invalid_value", ""),
    ("comment.who", {"value": ["nobody"]}, 422, "invalid_value", ""),
    ("comment.who", {"value": None}, 422, "invalid_value", ""),
    ("comment.who", {}, 422, "invalid_value", ""),
    ("comment.who", "nobody", 422, "invalid_value", ""),
    ("comment.who", [], 422, "invalid_value", ""),
    ("comment.who", {"value": "nobody", "for": 3}, 400, "unknown_field", "/for"),
    ("comment.who", {"value": "everyone"}, 422, "past_the_loosest", ""),
    ("dm.who_can_send", {"value": "friends"}, 422, "past_the_loosest", ""),
    ("content.keywords", {"value": {"all": False, "items": ["fine", "x" * 51]}}, 422, "invalid_value", "/items/1"),
    ("accounts.blocked", {"value": {"all": False, "items": ["u-1 "]}}, 422, "invalid_value", "/items/0"),
    (
        "purchase.monthly_cap",
        {"value": {"limited": True, "minor_units": "1", "currency": "USD"}},
        422,
        "invalid_value",
        "/currency",
    ),
    ("time.daily_minutes", {"value": {"someday": {"limited": False}}}, 422, "invalid_value", ""),
    ("time.daily_minutes", {"value": {"mon": 60}}, 422, "invalid_value", "/mon"),
    ("time.bedtime", {"value": {"windows": "always"}}, 422, "invalid_value", "/windows"),
]
UNTIL = (
    3,
    "soon",
    "2020-01-01T00:00:00Z",
    "2999-01-01T00:00:00Z",
    "2999-02-30T00:00:00Z",
    "2026-12-24T20:00:00",
    "2026-12-24",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
)
WRONG += [("comment.who", {"value": "nobody", "until": until}, 422, "invalid_value", "/until") for until in UNTIL]
MINUTES = (-1, 1441, 10**300, 1e300, 60.0, "60", True, None)
WRONG += [
    ("time.daily_minutes", {"value": {"mon": {"limited": True, "minutes": each}}}, 422, "invalid_value", "/mon/minutes")
    for each in MINUTES
]


@pytest.mark.parametrize(("key", "word", "status", "code", "below"), WRONG)
def test_a_word_that_cannot_be_is_refused_by_name(
    home: Home, key: str, word: object, status: int, code: str, below: str
) -> None:
    before = stored()
    for query in ("", "?dry_run=true"):
        answer = home.patch({key: word}, query=query)
        assert refusal(answer) == (status, code), answer.content
        assert said(answer)["errors"][0]["pointer"] == f"/{key}{below}"
    assert stored() == before


def test_a_pointer_names_keys_as_the_standard_writes_them(home: Home) -> None:
    assert said(home.patch({"a/b~c": None}))["errors"][0]["pointer"] == "/a~1b~0c"


def test_one_wrong_control_keeps_the_right_ones_from_being_set(home: Home) -> None:
    before = stored()
    assert refusal(home.patch({"comment.who": {"value": "nobody"}, "no.such": None})) == (422, "unknown_control")
    assert stored() == before


def test_a_check_that_is_missing_would_be_seen(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls_access, "is_looser", lambda *_: False)
    assert home.patch({"comment.who": {"value": "everyone"}}).status_code == 200


def nested(depth: int) -> bytes:
    """Return a body with lists in lists, this deep."""
    return b'{"value": ' + b"[" * depth + b"]" * depth + b"}"


# Bodies that are no JSON object: each is the same refusal wherever it is sent.
BODIES: dict[str, tuple[bytes, int, str]] = {
    "cut off": (b'{"value": "nob', 400, "malformed"),
    "not JSON": (b"value=nobody", 400, "malformed"),
    "a list": (b"[]", 400, "malformed"),
    "a text": (b'"nobody"', 400, "malformed"),
    "null": (b"null", 400, "malformed"),
    "NaN": (b'{"value": NaN}', 400, "malformed"),
    "Infinity": (b'{"value": -Infinity}', 400, "malformed"),
    "NUL in a text": (b'{"value": "\\u0000"}', 400, "malformed"),
    "NUL in a name": (b'{"va\\u0000lue": "x"}', 400, "malformed"),
    "NUL far inside": (b'{"value": {"a": [{"b": "\\u0000"}]}}', 400, "malformed"),
    "a NUL": (b'{"value": "\0"}', 400, "malformed"),
    "a lone surrogate": (b'{"value": "\\ud800"}', 400, "malformed"),
    "not UTF-8": (b'{"value": "\xff"}', 400, "malformed"),
    "another encoding": ('{"value": "nobody"}'.encode("utf-16"), 400, "malformed"),
    "a name twice": (b'{"value": "nobody", "value": "friends"}', 400, "malformed"),
    "two objects": (b"{}{}", 400, "malformed"),
    "a number without end": (b'{"value": ' + b"9" * 5000 + b"}", 400, "malformed"),
    "65 KiB": (b'{"value": "' + b"x" * 65_536 + b'"}', 413, "too_large"),
    "65 KiB of nothing": (b" " * 65_537, 413, "too_large"),
    "31 deep": (nested(31), 422, "invalid_value"),
    **{f"{depth} deep": (nested(depth), 400, "malformed") for depth in (32, 200, 700, 850, 930, 950, 1000, 30_000)},
    "deep and cut off": (b'{"value": ' + b"[" * 60_000, 400, "malformed"),
    "deep objects": (b'{"value": ' + b'{"a":' * 700 + b"1" + b"}" * 700 + b"}", 400, "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_a_body_that_cannot_be_read_is_refused_everywhere(home: Home, what: str) -> None:
    body, status, code = BODIES[what]
    service = bearer(a_service("accounts:write", "devices:write"))
    before = stored()
    places: list[tuple[Caller, str, str]] = [(home.as_tess, "PUT", CHOICE)]
    if status != 422:
        places += [
            (home.as_tess, "PUT", "/v1/me/applied"),
            (home.as_tess, "POST", "/v1/pairings"),
            (home.as_paula, "POST", CLAIM),
            (home.as_paula, "PATCH", home.controls),
            (service, "PUT", "/v1/accounts/platform-tess"),
            (service, "POST", "/v1/accounts/platform-tess/device-tokens"),
        ]
    for caller, method, path in places:
        answer = caller.send(method, path, body, If_Match=home.etag())
        assert refusal(answer) == (status, code), (path, answer.content[:200])
    assert stored() == before


def test_sixty_four_kibibytes_are_read(home: Home) -> None:
    body = b'{"value": "nobody"}'.ljust(65_536)
    assert home.as_tess.send("PUT", CHOICE, body).status_code == 200
    assert refusal(home.as_tess.send("PUT", CHOICE, body + b" ")) == (413, "too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
)
def test_a_body_of_another_type_is_refused(home: Home, kind: str) -> None:
    before = stored()
    for caller, method, path in ((home.as_tess, "PUT", CHOICE), (home.as_paula, "POST", CLAIM)):
        answer = caller.send(method, path, b'{"value": "nobody"}', content_type=kind)
        assert refusal(answer) == (415, "unsupported_media_type")
    assert stored() == before


def test_what_nobody_here_can_show_is_refused(home: Home) -> None:
    assert refusal(home.as_tess.get("/v1/me/history", Accept="text/csv")) == (406, "not_acceptable")
    assert home.as_tess.get("/v1/me/history", Accept="text/csv, */*;q=0.1").status_code == 200


def tokens_that_open_nothing(home: Home) -> dict[str, str]:
    """Return a token of each kind that a device or a thief may try in vain."""
    lost, old = a_device(home.tess, at=home.at), a_device(home.tess, at=home.at)
    revoke_device(lost.device, actor=SYSTEM, at=home.at)
    rotate_device(old.device, actor=SYSTEM, at=home.at)
    token = home.phone.token
    return {
        "revoked": lost.token,
        "former, six minutes later": old.token,
        "cut off": token[:-1],
        "with a sign changed": token[:20] + ("A" if token[20] != "A" else "B") + token[21:],
        "another proof": token.rpartition(".")[0] + "." + lost.token.rpartition(".")[2],
        "of another kind": "fpt_" + token.removeprefix("fpd_"),
        "a service key": a_service("settings:read"),
        "long": token + "A" * 5000,
        "nonsense": "fpd_é.\u00ff",
    }


def test_tokens_that_open_nothing_look_alike(home: Home) -> None:
    answers = {what: bearer(token).get("/v1/me/supervision") for what, token in tokens_that_open_nothing(home).items()}
    assert {what: refusal(answer) for what, answer in answers.items()} == dict.fromkeys(answers, (401, "token_invalid"))
    assert len({anonymous(answer) for answer in answers.values()}) == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Basic cGF1bGE6eA==", "fpd_x", "Token x"])
def test_who_brings_no_token_is_asked_for_one(home: Home, header: str) -> None:
    answer = Caller(headers={"Authorization": header} if header else {}).get("/v1/me/supervision")
    assert refusal(answer) == (401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_one_kind_of_credential_is_never_taken_for_another(home: Home) -> None:
    device, service = home.as_tess, bearer(a_service("accounts:write", "devices:write", "settings:read"))
    for path in ("/v1/family", home.controls):
        assert {refusal(caller.get(path)) for caller in (device, service, anyone())} == {(401, "not_signed_in")}
    for path in ("/v1/accounts/platform-tess", "/v1/accounts/platform-tess/settings"):
        assert refusal(device.get(path)) == (401, "token_invalid")
        assert refusal(home.as_paula.get(path)) == (401, "not_signed_in")
    assert refusal(service.get("/v1/me/supervision")) == (401, "token_invalid")
    assert refusal(home.as_paula.get("/v1/me/supervision")) == (401, "not_signed_in")


def test_a_foreign_teen_answers_the_same_bytes_as_an_absent_one(home: Home) -> None:
    theo = a_teen(name="theo", at=home.at)
    paired(theo, mallory(at=home.at), at=home.at)
    before = stored()
    for method, path in (("GET", "controls"), ("PATCH", "controls"), ("GET", "history"), ("GET", "arrival")):
        ids = (theo.pk, "00000000-0000-7000-8000-000000000000")
        answers = [home.as_paula.send(method, f"/v1/teens/{teen}/{path}", {}) for teen in ids]
        assert [refusal(answer) for answer in answers] == [(404, "not_found")] * 2
        assert look(answers[0]) == look(answers[1])
    assert stored() == before


@pytest.mark.parametrize(
    "path", ["teens/1/controls", "teens/%00/controls", "pairings/x", "me", "", "teens//controls", "é"]
)
def test_an_address_that_is_none_answers_as_a_problem(home: Home, path: str) -> None:
    assert refusal(home.as_paula.get(f"/v1/{path}")) == (404, "not_found")


def test_no_refusal_repeats_what_a_stranger_sent(home: Home) -> None:
    mark = "<script>alert(1)</script>"
    answers = [
        home.patch({"comment.who": {"value": mark}}),
        home.patch({"comment.who": {"value": "nobody", "until": mark}}),
        home.as_tess.put(CHOICE, {"value": {mark: mark}}),
        home.as_tess.put("/v1/me/applied", {"version": mark, "app_version": "1"}),
        home.as_paula.post(CLAIM, {"code": mark}),
        bearer(mark).get("/v1/me/supervision"),
    ]
    assert all(answer.status_code >= 400 and mark.encode() not in answer.content for answer in answers)


def test_fields_are_pointed_at_all_at_once(home: Home) -> None:
    service = bearer(a_service("accounts:write"))
    answer = service.put("/v1/accounts/x", {"place": 1, "time_zone": 2, "handle": ""})
    assert [fault["pointer"] for fault in said(answer)["errors"]] == ["/place", "/time_zone", "/handle"]
    wild: dict[str, Any] = {"b/c": 1, "a": 2}
    answer = service.put("/v1/accounts/x", wild)
    assert refusal(answer) == (400, "unknown_field")
    assert [fault["pointer"] for fault in said(answer)["errors"]] == ["/a", "/b~1c"]
    assert json.loads(answer.content)["errors"][0]["code"] == "unknown_field"
