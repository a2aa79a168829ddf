"""Searches: pages, and tokens that open nothing but the search and the key that they were given to."""

from __future__ import annotations

from typing import Any

import pytest

from edge.authzen import search
from tests.edge.authzen.conftest import ALICE, ASK, BOB, READ, RECORD_1, SEARCH, WRITE, Open, Service, refused
from tests.edge.family import Database

USERS = {**ASK, "subject": {"type": "user"}}
PATH = f"{SEARCH}subject"


def first_token(service: Service, asked: Any = USERS, kind: str = "subject") -> str:
    token = service.ask(SEARCH + kind, {**asked, "page": {"limit": 1}})["page"]["next_token"]
    assert isinstance(token, str)
    assert token
    return token


def test_a_token_opens_the_next_page_again_and_again(service: Service) -> None:
    token = first_token(service)
    for page in ({"token": token}, {"token": token, "limit": 1}):
        assert service.ask(PATH, {**USERS, "page": page})["results"] == [BOB]


@pytest.mark.parametrize(
    "other",
    [
        {**USERS, "action": WRITE},
        {**USERS, "resource": {**RECORD_1, "properties": {"status": "active"}}},
        {**USERS, "subject": {"type": "user", "properties": {"role": "admin"}}},
        {**USERS, "context": {"time": "2026-11-28T00:00:00Z"}},
    ],
)
def test_a_token_of_another_search_is_400(service: Service, other: Any) -> None:
    asked = {**other, "page": {"token": first_token(service)}}
    assert refused(service.post(PATH, asked), 400, "malformed") == ["/page/token"]


def test_a_token_of_another_kind_of_search_or_another_key_is_400(open_service: Open, database: Database) -> None:
    key = database.key("decide")
    service = open_service()
    token = first_token(service)
    both = {"subject": ALICE, "action": READ, "resource": RECORD_1, "page": {"token": token}}
    for kind in ("resource", "action"):
        assert refused(service.post(SEARCH + kind, both), 400, "malformed") == ["/page/token"]
    other = Service(service.front, key, service.scenario)
    assert other.ask(PATH, USERS)["results"] == [ALICE, BOB]
    assert refused(other.post(PATH, {**USERS, "page": {"token": token}}), 400, "malformed") == ["/page/token"]


@pytest.mark.parametrize(
    "change", [lambda t: t[:-4], lambda t: "x" + t, lambda t: t.swapcase(), lambda _: "é", lambda _: "="]
)
def test_a_token_that_is_not_exact_is_400(service: Service, change: Any) -> None:
    asked = {**USERS, "page": {"token": change(first_token(service))}}
    assert refused(service.post(PATH, asked), 400, "malformed") == ["/page/token"]


def test_a_page_of_another_size_is_400(service: Service) -> None:
    asked = {**USERS, "page": {"token": first_token(service), "limit": 2}}
    assert refused(service.post(PATH, asked), 400, "malformed") == ["/page/limit"]


@pytest.mark.parametrize(
    ("page", "pointer"),
    [
        ([], "/page"),
        (None, "/page"),
        ({"limit": -1}, "/page/limit"),
        ({"limit": 1.5}, "/page/limit"),
        ({"limit": "1"}, "/page/limit"),
        ({"limit": True}, "/page/limit"),
        ({"limit": None}, "/page/limit"),
        ({"token": 1}, "/page/token"),
    ],
)
def test_a_page_of_a_wrong_type_is_400(service: Service, page: Any, pointer: str) -> None:
    assert refused(service.post(PATH, {**USERS, "page": page}), 400, "malformed") == [pointer]


def test_an_empty_token_is_the_first_page_and_unknown_fields_are_passed_over(service: Service) -> None:
    page = {"token": "", "properties": {"sort": "id"}, "size": 1}
    assert service.ask(PATH, {**USERS, "page": page})["results"] == [ALICE, BOB]


def test_a_page_of_nothing_says_whether_there_is_anything(service: Service) -> None:
    told = service.ask(PATH, {**USERS, "page": {"limit": 0}})
    assert (told["results"], told["page"]["count"]) == ([], 0)
    assert service.ask(PATH, {**USERS, "page": {"token": told["page"]["next_token"]}})["results"] == []
    nobody = {**USERS, "subject": {"type": "spaceship"}, "page": {"limit": 0}}
    assert service.ask(PATH, nobody)["page"]["next_token"] == ""


def test_a_page_is_at_most_200_long(open_service: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    service = open_service()
    limits: list[int] = []
    subjects = service.scenario.subjects

    async def spy(asked: Any, after: str, limit: int) -> Any:
        limits.append(limit)
        return await subjects(asked, after, min(limit, 1))

    monkeypatch.setattr(search, "LONGEST_PAGE", 150)
    monkeypatch.setattr(service.scenario, "subjects", spy)
    for sent in ({}, {"limit": 149}, {"limit": 10**6}):
        service.ask(PATH, {**USERS, "page": sent})
    assert limits == [search.PAGE, 149, 150]


def test_what_is_nested_too_deeply_to_be_told_again_is_400(service: Service) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"x": deep}
    refused(service.post(PATH, {**USERS, "context": deep}), 400, "malformed")
    assert service.ask("/access/v1/evaluation", {**ASK, "context": deep}) == {"decision": True}
