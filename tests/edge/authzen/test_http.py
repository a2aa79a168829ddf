"""What a request must be, and what every answer looks like: statuses, headers, sizes, and no word too many."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from edge.authzen.evaluator import Decided, Page, Question
from edge.http import BODY_LIMIT, Request
from edge.routes import ROUTES
from family_pairing.problems import Problem
from tests.edge.authzen.conftest import (
    ASK,
    BOB,
    EVALUATION,
    EVALUATIONS,
    SEARCH,
    WRITE,
    Open,
    Service,
    refused,
)
from tests.edge.conftest import Serve, Store
from tests.edge.family import Database

PATHS = [route.path for route in ROUTES if route.caller == "service"]
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8", "application/json;x"],
)
def test_json_is_accepted_with_a_charset(service: Service, kind: str) -> None:
    assert service.post(EVALUATION, ASK, **{"Content-Type": kind}).json() == {"decision": True}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "kind", [None, "text/json", "application/problem+json", "application/jsonx", "x;application/json"]
)
def test_anything_else_than_json_is_400_and_not_415(service: Service, path: str, kind: str | None) -> None:
    answer = service.send(path, b"{}", **({} if kind is None else {"Content-Type": kind}))
    assert "Content-Type" in answer.json()["detail"]
    refused(answer, 400, "malformed")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"a":NaN}', b"{}x", b"\xff\xfe", b'{"a":"\\ud800"}', b"[" * 60_000]
)
def test_what_is_no_json_object_is_400(service: Service, path: str, body: bytes) -> None:
    refused(service.send(path, body, **JSON), 400, "malformed")


def test_every_wrong_part_is_named(service: Service) -> None:
    asked = {"subject": 1, "action": {"properties": None}, "resource": {"type": None, "id": 7}, "context": []}
    answer = service.post(EVALUATION, asked)
    wrong = ["/subject", "/action/name", "/action/properties", "/resource/type", "/resource/id", "/context"]
    assert refused(answer, 400, "malformed") == wrong
    assert {each["code"] for each in answer.json()["errors"]} == {"malformed"}


@pytest.mark.parametrize("path", PATHS)
def test_over_64_kib_is_413_however_it_is_sent(service: Service, path: str) -> None:
    large = b'{"x":"' + b"x" * BODY_LIMIT + b'"}'
    refused(service.send(path, large, **JSON), 413, "too_large")
    refused(service.send(path, iter([large[:40_000], large[40_000:]]), **JSON), 413, "too_large")


def test_a_body_in_pieces_is_read_to_its_end(service: Service) -> None:
    pieces = iter(
        [b'{"subject":{"type":"user","id":"alice"},"action":', b'{"name":"read"},"resource":{"type":"record"', b"}}"]
    )
    assert refused(service.send(EVALUATION, pieces, **JSON), 400, "malformed") == ["/resource/id"]
    whole = iter(
        [
            b'{"subject":{"type":"user","id":"alice"},"action":',
            b'{"name":"read"},"resource":',
            b'{"type":"record","id":"record-1"}}',
        ]
    )
    assert service.send(EVALUATION, whole, **JSON).json() == {"decision": True}


def read(messages: Iterator[dict[str, Any]]) -> bytes | str:
    """Return the body that these messages are, or the code of the refusal."""

    async def receive() -> dict[str, Any]:
        return next(messages)

    try:
        return asyncio.run(Request({"method": "POST", "headers": []}, receive).body())
    except Problem as problem:
        return problem.code


def test_a_body_without_an_end_is_read_no_further_than_the_limit() -> None:
    endless = ({"type": "http.request", "body": b"x" * 1_000, "more_body": True} for _ in range(1_000))
    assert read(endless) == "too_large"
    assert len(list(endless)) == 1_000 - (BODY_LIMIT // 1_000 + 1)
    whole = {"type": "http.request", "body": b"x" * BODY_LIMIT, "more_body": False}
    assert read(iter([whole])) == whole["body"]


def test_a_body_that_is_cut_short_is_400() -> None:
    begun = {"type": "http.request", "body": b"{", "more_body": True}
    assert read(iter([begun, {"type": "http.disconnect"}])) == read(iter([{"type": "http.disconnect"}])) == "malformed"


def test_a_client_that_leaves_in_the_middle_harms_nobody(service: Service) -> None:
    head = f"POST {EVALUATION} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Authorization: Bearer {service.key}\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(service.front.url).port or 0)) as caller:
        caller.sendall(f"{head}Content-Length: 500\r\n\r\n".encode() + b'{"subject":')
    assert service.decide(ASK) is True


@pytest.mark.parametrize("path", PATHS)
def test_who_proves_nothing_is_401_and_told_how_to(service: Service, path: str) -> None:
    answer = service.front.client.post(path, json=ASK)
    refused(answer, 401, "token_invalid")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PATHS)
def test_a_key_without_the_scope_is_403(open_service: Open, database: Database, path: str) -> None:
    other = database.key("settings:read", "accounts:write")
    service = open_service()
    service.key = other
    refused(service.post(path, ASK), 403, "scope_missing")


@pytest.mark.parametrize("path", PATHS)
def test_other_methods_are_405(service: Service, path: str) -> None:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = service.front.client.request(method, path, headers=service.bearer)
        assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST"), method


@pytest.mark.parametrize("sent", ["x" * 129, "tab\tinside", ""])
def test_an_id_that_is_none_gets_another(service: Service, sent: str) -> None:
    answer = service.post(EVALUATION, ASK, **{"X-Request-ID": sent})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"] not in ("", sent)


def test_an_allowance_says_nothing_more_unless_it_is_asked_to(service: Service) -> None:
    assert service.post(EVALUATION, ASK).content == b'{"decision":true}'
    told = service.ask(EVALUATION, {**ASK, "context": {"explain": True}})
    assert told == {"decision": True, "context": {"reasons": ["fixture"]}}
    for explain in (False, None, 1, "true"):
        assert service.ask(EVALUATION, {**ASK, "context": {"explain": explain}}) == {"decision": True}


def test_obligations_are_said_whether_or_not_it_is_explained(service: Service) -> None:
    obligations = {"obligations": [{"id": "notice", "type": "notice"}]}
    asked = {**ASK, "context": {"oblige": True}}
    assert service.ask(EVALUATION, asked) == {"decision": True, "context": obligations}
    assert service.ask(EVALUATIONS, {"evaluations": [asked]}) == {
        "evaluations": [{"decision": True, "context": obligations}]
    }
    asked["context"] = {"oblige": True, "explain": True}
    assert service.ask(EVALUATION, asked)["context"] == {"reasons": ["fixture"], **obligations}


def test_a_refusal_is_200_and_says_why(service: Service) -> None:
    answer = service.post(EVALUATION, {**ASK, "subject": BOB, "action": WRITE})
    assert (answer.status_code, answer.json()) == (200, {"decision": False, "context": {"reason": "not_yours"}})


def test_answers_are_not_kept_and_have_the_headers_of_data(service: Service) -> None:
    headers = service.post(EVALUATION, ASK).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_without_an_evaluator_the_addresses_are_the_fallbacks(serve: Serve, store: Store, database: Database) -> None:
    front = serve(database, store)
    for path in (*PATHS, "/.well-known/authzen-configuration"):
        assert front.client.post(path, json=ASK).headers["x-from"] == "elsewhere"
    assert front.client.get("/livez").text == "ok\n"


class Broken:
    """An evaluator that does not keep its promise."""

    def __init__(self, decisions: list[Decided] | Exception):
        self.decisions = decisions

    async def evaluate(self, questions: Any) -> list[Decided]:
        del questions
        if isinstance(self.decisions, Exception):
            raise self.decisions
        return self.decisions

    async def subjects(self, search: Question, after: str, limit: int) -> Page:
        raise LookupError(search, after, limit)

    resources = actions = subjects


@pytest.mark.parametrize("decisions", [[], [Decided(True)] * 3, KeyError("alice"), [Decided(True, {"x": object()})]])
def test_an_evaluator_that_breaks_is_a_503_and_never_an_allowance(
    serve: Serve, store: Store, database: Database, decisions: Any
) -> None:
    key = database.key("decide")
    front = serve(database, store, deciding=lambda _: Broken(decisions))
    service = Service(front, key, None)  # type: ignore[arg-type]  # it is not asked what it was asked
    explained = {**ASK, "context": {"explain": True}}
    for path, asked in (
        (EVALUATION, explained),
        (EVALUATIONS, {"evaluations": [explained, {}]}),
        (f"{SEARCH}action", ASK),
    ):
        answer = service.post(path, asked)
        refused(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
