"""Batches: defaults, the three semantics, and what is wrong with one question of many."""

from __future__ import annotations

from typing import Any

import pytest

from edge.authzen.questions import MOST
from tests.edge.authzen.conftest import (
    ALICE,
    ARCHIVED,
    ASK,
    BOB,
    EVALUATIONS,
    READ,
    RECORD_1,
    RECORD_2,
    WRITE,
    Service,
    refused,
)

YES, NO, BAD = {"action": READ}, {"action": WRITE}, {"action": 1}
BOBS = {"subject": BOB, "resource": RECORD_1}


def decided(service: Service, semantic: str | None, items: list[Any]) -> list[bool]:
    options = {} if semantic is None else {"options": {"evaluations_semantic": semantic, "another": 1}}
    return service.decide_all({**BOBS, **options, "evaluations": items})


@pytest.mark.parametrize(
    ("semantic", "items", "decisions"),
    [
        (None, [YES, NO, BAD, YES], [True, False, False, True]),
        ("execute_all", [NO, YES, NO], [False, True, False]),
        ("deny_on_first_deny", [YES, YES, NO, YES], [True, True, False]),
        ("deny_on_first_deny", [YES, BAD, YES], [True, False]),
        ("deny_on_first_deny", [YES, YES], [True, True]),
        ("permit_on_first_permit", [NO, BAD, YES, NO], [False, False, True]),
        ("permit_on_first_permit", [YES, NO], [True]),
        ("permit_on_first_permit", [NO, BAD], [False, False]),
    ],
)
def test_a_batch_ends_where_its_semantic_says(
    service: Service, semantic: str | None, items: list[Any], decisions: list[bool]
) -> None:
    assert decided(service, semantic, items) == decisions


@pytest.mark.parametrize("semantic", ["execute_some", "", None, 1, ["execute_all"], {}])
def test_an_unknown_semantic_is_400(service: Service, semantic: Any) -> None:
    asked = {**BOBS, "options": {"evaluations_semantic": semantic}, "evaluations": [YES]}
    assert refused(service.post(EVALUATIONS, asked), 400, "malformed") == ["/options/evaluations_semantic"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"evaluations": {}}, "/evaluations"),
        ({"evaluations": None}, "/evaluations"),
        ({"options": []}, "/options"),
        ({"subject": "alice"}, "/subject"),
        ({"resource": {"type": 1}}, "/resource/type"),
        ({"action": {"properties": 1}}, "/action/properties"),
        ({"context": None}, "/context"),
    ],
)
def test_what_is_wrong_with_the_whole_is_400(service: Service, wrong: Any, pointer: str) -> None:
    asked = {"evaluations": [ASK], **wrong}
    assert refused(service.post(EVALUATIONS, asked), 400, "malformed") == [pointer]


@pytest.mark.parametrize(
    ("item", "pointers"),
    [
        (1, [""]),
        (None, [""]),
        ({"resource": None}, ["/resource"]),
        ({"resource": {"type": 5}}, ["/resource/type"]),
        ({"resource": RECORD_1, "context": 1}, ["/context"]),
        ({"resource": RECORD_1, "context": None}, ["/context"]),
        ({"resource": {**RECORD_1, "id": 1}}, ["/resource/id"]),
        ({"resource": {**RECORD_1, "properties": None}}, ["/resource/properties"]),
        ({"resource": RECORD_1, "action": {**READ, "properties": 1}}, ["/action/properties"]),
        ({"resource": RECORD_1, "subject": []}, ["/subject"]),
        ({"resource": {**RECORD_1, "properties": []}, "context": 1}, ["/resource/properties", "/context"]),
    ],
)
def test_what_is_wrong_with_one_is_refused_in_its_place(service: Service, item: Any, pointers: list[str]) -> None:
    asked = {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD_1}, item, {"resource": RECORD_2}]}
    before, bad, after = service.ask(EVALUATIONS, asked)["evaluations"]
    assert before == after == {"decision": True}
    assert bad["decision"] is False
    error = bad["context"]["error"]
    assert (error["status"], error["code"]) == (400, "malformed")
    assert [each["pointer"] for each in error["errors"]][: len(pointers)] == [
        f"/evaluations/1{each}" for each in pointers
    ]
    assert len(service.scenario.asked) == 2


def test_a_default_that_lacks_a_part_is_named_where_it_stands(service: Service) -> None:
    asked = {"subject": ALICE, "action": {}, "resource": {"type": "record"}, "evaluations": [{}, {"action": READ}]}
    first, second = service.ask(EVALUATIONS, asked)["evaluations"]
    assert [each["pointer"] for each in first["context"]["error"]["errors"]] == ["/action/name", "/resource/id"]
    assert [each["pointer"] for each in second["context"]["error"]["errors"]] == ["/resource/id"]
    assert service.scenario.asked == []


def test_an_object_of_its_own_takes_the_place_of_the_whole_default(service: Service) -> None:
    whole = {**RECORD_2, "properties": {"status": "active", "owner": "bob"}}
    evaluations = [{}, {"resource": {"id": "record-1"}}, {"resource": ARCHIVED}, {"action": {"properties": {"x": 1}}}]
    asked = {
        "subject": ALICE,
        "action": {**WRITE, "properties": {"y": 2}},
        "resource": whole,
        "evaluations": evaluations,
    }
    assert service.decide_all(asked) == [True, True, False, True]
    asked_of = [
        (each.resource.id, dict(each.resource.properties), dict(each.action_properties))
        for each in service.scenario.asked
    ]
    assert asked_of == [
        ("record-2", whole["properties"], {"y": 2}),
        ("record-1", {}, {"y": 2}),
        ("record-2", {"status": "archived"}, {"y": 2}),
        ("record-2", whole["properties"], {"x": 1}),
    ]


def test_a_batch_of_nothing_but_errors_asks_nobody(service: Service) -> None:
    assert service.decide_all({"evaluations": [{}, 1, {"subject": ALICE}]}) == [False] * 3
    assert service.scenario.asked == []


def test_a_hundred_are_answered_and_more_are_413(service: Service) -> None:
    assert service.decide_all({**ASK, "evaluations": [{}] * MOST}) == [True] * MOST
    refused(service.post(EVALUATIONS, {**ASK, "evaluations": [{}] * (MOST + 1)}), 413, "too_large")
    assert len(service.scenario.asked) == MOST
