"""AuthZEN's certification scenario over HTTP, level by level; the numbers are its own (source: scenario.py)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge.authzen.conftest import (
    ADMIN,
    ALICE,
    ARCHIVED,
    ASK,
    BASE_URL,
    BOB,
    EVALUATION,
    EVALUATIONS,
    READ,
    RECORD_1,
    RECORD_2,
    SEARCH,
    WRITE,
    Open,
    Service,
    refused,
)

WITHOUT = {
    **{name: {key: value for key, value in ASK.items() if key != name} for name in ASK},
    "subject.type": {**ASK, "subject": {"id": "alice"}},
    "subject.id": {**ASK, "subject": {"type": "user"}},
    "action.name": {**ASK, "action": {}},
    "resource.type": {**ASK, "resource": {"id": "record-1"}},
    "resource.id": {**ASK, "resource": {"type": "record"}},
}


# Basic


@pytest.mark.parametrize(
    ("asked", "decision"),
    [
        (ASK, True),
        ({**ASK, "action": WRITE}, True),
        ({**ASK, "subject": BOB}, True),
        ({**ASK, "subject": BOB, "action": WRITE}, False),
    ],
)
def test_2_2_basic_core_decides_by_identifiers(service: Service, asked: Any, decision: bool) -> None:
    assert service.decide(asked) is decision
    # 2.2.3: the context changes nothing.
    assert service.decide({**asked, "context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}}) is decision


@pytest.mark.parametrize(
    ("asked", "decision"),
    [
        ({**ASK, "action": WRITE, "resource": ARCHIVED}, False),
        ({"subject": ADMIN, "action": WRITE, "resource": ARCHIVED}, True),
        ({**ASK, "action": {"name": "delete", "properties": {"soft": True}}}, True),
        ({**ASK, "action": {"name": "delete", "properties": {"soft": False}}}, False),
    ],
)
def test_2_2_basic_properties_decides_by_properties(service: Service, asked: Any, decision: bool) -> None:
    assert service.decide(asked) is decision


def test_2_2_8_more_properties_than_are_needed_are_accepted(service: Service) -> None:
    alice = {**ALICE, "properties": {"department": "Sales", "role": "manager"}}
    record = {**RECORD_1, "properties": {"status": "active", "owner": "bob"}}
    asked = {"subject": alice, "action": {**READ, "properties": {"method": "GET"}}, "resource": record}
    assert service.decide(asked) is True


def test_2_2_9_unknown_fields_are_passed_over(service: Service) -> None:
    assert service.decide({**ASK, "foo": "bar", "futureField": {"nested": True}}) is True
    assert service.decide({**ASK, "subject": {**ALICE, "extra": [1]}, "action": {**READ, "extra": None}}) is True


def test_2_3_an_answer_is_a_boolean_and_at_most_a_context(service: Service) -> None:
    assert service.ask(EVALUATION, ASK) == {"decision": True}
    denied = service.ask(EVALUATION, {**ASK, "subject": BOB, "action": WRITE})
    assert denied == {"decision": False, "context": {"reason": "not_yours"}}


@pytest.mark.parametrize("name", WITHOUT)
def test_2_4_what_is_required_and_missing_is_400(service: Service, name: str) -> None:
    assert refused(service.post(EVALUATION, WITHOUT[name]), 400, "malformed") == [f"/{name.replace('.', '/')}"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "", "json"])
def test_2_4_3_another_content_type_is_400(service: Service, kind: str) -> None:
    refused(service.post(EVALUATION, ASK, **{"Content-Type": kind}), 400, "malformed")


@pytest.mark.parametrize("body", [b"", b"{", b"not json", b'{"subject":', b"\xff", b"[]", b"null", b'"x"', b"1"])
def test_2_4_4_and_5_no_json_object_is_400(service: Service, body: bytes) -> None:
    refused(service.send(EVALUATION, body, **{"Content-Type": "application/json"}), 400, "malformed")


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({**ASK, "subject": "alice"}, "/subject"),
        ({**ASK, "action": {"name": 123}}, "/action/name"),
        ({**ASK, "resource": []}, "/resource"),
        ({**ASK, "context": "now"}, "/context"),
        ({**ASK, "subject": {**ALICE, "properties": []}}, "/subject/properties"),
    ],
)
def test_2_4_6_a_wrong_type_is_400(service: Service, asked: Any, pointer: str) -> None:
    assert refused(service.post(EVALUATION, asked), 400, "malformed") == [pointer]


@pytest.mark.parametrize("path", [EVALUATION, EVALUATIONS, f"{SEARCH}action"])
def test_2_5_the_id_of_a_request_is_said_back(service: Service, path: str) -> None:
    for sent in ("bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "x", "with spaces, and (signs)"):
        answer = service.post(path, ASK, **{"X-Request-ID": sent})
        assert (answer.status_code, answer.headers["x-request-id"]) == (200, sent)
    assert service.post(path, ASK).headers["x-request-id"]
    assert service.post(path, {}, **{"X-Request-ID": "again"}).headers["x-request-id"] == "again"


def test_2_6_the_same_question_has_the_same_answer(service: Service) -> None:
    assert [service.decide(ASK) for _ in range(5)] == [True] * 5


# Batch


@pytest.mark.parametrize(
    ("asked", "decisions"),
    [
        ({"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2}]}, None),
        ({"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": READ}, {"action": WRITE}]}, [True, False]),
        ({"evaluations": [ASK, {**ASK, "subject": BOB, "action": WRITE}]}, [True, False]),
    ],
)
def test_3_2_batch_core_answers_each_in_its_order(service: Service, asked: Any, decisions: list[bool] | None) -> None:
    told = service.ask(EVALUATIONS, asked)
    assert set(told) == {"evaluations"}
    assert [type(each["decision"]) for each in told["evaluations"]] == [bool] * len(asked["evaluations"])
    assert decisions in (None, [each["decision"] for each in told["evaluations"]])


def test_3_2_batch_properties_are_those_of_each_question(service: Service) -> None:
    records = [{"resource": {**RECORD_1, "properties": {"status": "active"}}}, {"resource": ARCHIVED}]
    assert service.decide_all({"subject": ALICE, "action": WRITE, "evaluations": records}) == [True, False]
    users = [{"subject": ALICE}, {"subject": ADMIN}]
    assert service.decide_all({"action": WRITE, "resource": ARCHIVED, "evaluations": users}) == [False, True]


def test_3_2_6_a_context_holds_for_all_that_have_none(service: Service) -> None:
    around, own = {"time": "2025-06-27T18:03-07:00"}, {"time": "2025-06-27T19:00-07:00", "source": "batch-override"}
    evaluations = [{"resource": RECORD_1}, {"resource": RECORD_2, "context": own}]
    service.ask(EVALUATIONS, {"subject": ALICE, "action": READ, "context": around, "evaluations": evaluations})
    assert [each.context for each in service.scenario.asked] == [around, own]


def test_3_2_7_what_names_an_object_may_come_from_the_default(service: Service) -> None:
    first = {"resource": {"id": "record-1", "properties": {"status": "active"}}}
    asked = {
        "subject": ALICE,
        "action": WRITE,
        "resource": {"type": "record"},
        "evaluations": [first, {"resource": ARCHIVED}],
    }
    assert service.decide_all(asked) == [True, False]


def test_3_4_1_what_is_wrong_with_one_is_told_in_its_place(service: Service) -> None:
    asked = {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, {}]}
    first, second = service.ask(EVALUATIONS, asked)["evaluations"]
    assert first == {"decision": True}
    assert second["decision"] is False
    assert second["context"]["error"]["status"] == 400
    assert [each["pointer"] for each in second["context"]["error"]["errors"]] == ["/evaluations/1/resource"]


@pytest.mark.parametrize("more", [{}, {"evaluations": []}])
def test_3_4_2_and_3_without_evaluations_it_is_a_single_one(service: Service, more: dict[str, Any]) -> None:
    assert service.ask(EVALUATIONS, {**ASK, **more}) == {"decision": True}
    assert refused(service.post(EVALUATIONS, more), 400, "malformed") == ["/subject", "/action", "/resource"]


# Search


@pytest.mark.parametrize(
    ("kind", "asked", "results"),
    [
        ("subject", {**ASK, "subject": {"type": "user"}}, [ALICE, BOB]),
        ("resource", {**ASK, "resource": {"type": "record"}}, [RECORD_1, RECORD_2]),
        ("action", {"subject": ALICE, "resource": RECORD_1}, [READ, WRITE]),
        ("subject", {"subject": {"type": "user"}, "action": WRITE, "resource": ARCHIVED}, [BOB]),
        ("resource", {"subject": ADMIN, "action": WRITE, "resource": {"type": "record"}}, [RECORD_2]),
        ("action", {"subject": ADMIN, "resource": ARCHIVED}, [READ, WRITE]),
    ],
)
def test_4_2_to_4_4_search_finds(service: Service, kind: str, asked: Any, results: Any) -> None:
    told = service.ask(SEARCH + kind, asked)
    assert told == {"page": {"next_token": "", "count": len(results), "total": len(results)}, "results": results}
    # 4.2.2, 4.4.2: with a context it is the same.
    assert service.ask(SEARCH + kind, {**asked, "context": {"ip": "192.168.1.1"}}) == told
    # 4.2.3, 4.3.2: the id of what is looked for is passed over.
    if kind != "action":
        assert service.ask(SEARCH + kind, {**asked, kind: {**asked[kind], "id": 7}}) == told


def test_4_5_pages_go_on_by_their_token(service: Service) -> None:
    asked = {**ASK, "subject": {"type": "user"}}
    first = service.ask(f"{SEARCH}subject", {**asked, "page": {"limit": 1}})
    assert (first["results"], first["page"]["count"], first["page"]["total"]) == ([ALICE], 1, 2)
    assert first["page"]["next_token"]
    second = service.ask(f"{SEARCH}subject", {**asked, "page": {"token": first["page"]["next_token"]}})
    assert second == {"page": {"next_token": "", "count": 1, "total": 2}, "results": [BOB]}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("action", {"subject": {"type": "user", "id": "nonexistent-user"}, "resource": RECORD_1}),
        ("subject", {**ASK, "subject": {"type": "spaceship"}}),
        ("resource", {**ASK, "resource": {"type": "spaceship"}}),
        ("subject", {**ASK, "action": {"name": "unknown"}}),
    ],
)
def test_4_6_what_is_unknown_finds_nothing(service: Service, kind: str, asked: Any) -> None:
    assert service.ask(SEARCH + kind, asked)["results"] == []


@pytest.mark.parametrize(
    ("kind", "asked", "pointer"),
    [
        ("subject", {"subject": {"type": "user"}, "resource": RECORD_1}, "/action"),
        ("resource", {"action": READ, "resource": {"type": "record"}}, "/subject"),
        ("action", {"subject": ALICE}, "/resource"),
        ("subject", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}, "/resource/id"),
        ("resource", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}, "/subject/id"),
    ],
)
def test_4_7_what_a_search_lacks_is_400(service: Service, kind: str, asked: Any, pointer: str) -> None:
    assert refused(service.post(SEARCH + kind, asked), 400, "malformed") == [pointer]


# Discovery


def test_6_the_metadata_name_what_answers(open_service: Open) -> None:
    service = open_service()
    answer = service.front.client.get("/.well-known/authzen-configuration")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    told = answer.json()
    assert told.pop("policy_decision_point") == BASE_URL
    assert set(told) == {
        "access_evaluation_endpoint",
        "access_evaluations_endpoint",
        "search_subject_endpoint",
        "search_resource_endpoint",
        "search_action_endpoint",
    }
    for url in told.values():
        assert url.startswith(f"{BASE_URL}/access/v1/")
        assert service.post(url.removeprefix(BASE_URL), ASK).status_code == 200
