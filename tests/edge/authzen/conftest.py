"""The edge with the evaluator of the certification behind it, and services that ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Front, Serve, Store
from tests.edge.family import Database

ALICE = {"type": "user", "id": "alice"}
BOB = {"type": "user", "id": "bob"}
ADMIN = {**BOB, "properties": {"role": "admin"}}
READ, WRITE = {"name": "read"}, {"name": "write"}
RECORD_1, RECORD_2 = {"type": "record", "id": "record-1"}, {"type": "record", "id": "record-2"}
ARCHIVED = {**RECORD_2, "properties": {"status": "archived"}}
ASK = {"subject": ALICE, "action": READ, "resource": RECORD_1}
EVALUATION, EVALUATIONS, SEARCH = "/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/"
BASE_URL = "https://pdp.example.com"


class Service:
    """A service of the platform with its key."""

    def __init__(self, front: Front, key: str, scenario: Scenario):
        self.front = front
        self.key = key
        self.scenario = scenario

    def post(self, path: str, asked: Any = None, **headers: str) -> httpx.Response:
        """Post JSON."""
        return self.front.client.post(path, json=asked, headers=self.bearer | headers)

    def send(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Post bytes as they are; a header of None is left out."""
        return self.front.client.post(path, content=body, headers=self.bearer | headers)

    def ask(self, path: str, asked: Any) -> Any:
        """Post JSON, and return the answer of what must succeed."""
        answer = self.post(path, asked)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        return answer.json()

    def decide(self, asked: Any) -> bool:
        """Return the decision about one question."""
        decision = self.ask(EVALUATION, asked)["decision"]
        assert isinstance(decision, bool)
        return decision

    def decide_all(self, asked: Any) -> list[bool]:
        """Return the decisions of a batch."""
        return [each["decision"] for each in self.ask(EVALUATIONS, asked)["evaluations"]]

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


Open = Callable[..., Service]


@pytest.fixture
def open_service(serve: Serve, store: Store, database: Database) -> Open:
    """Return what starts an edge that decides, and gives a service that may ask it."""

    def start(**changes: object) -> Service:
        scenario, key = Scenario(), database.key("decide")
        front = serve(database, store, deciding=lambda _: scenario, base_url=BASE_URL, **changes)
        return Service(front, key, scenario)

    return start


@pytest.fixture
def service(open_service: Open) -> Service:
    return open_service()


def refused(answer: httpx.Response, status: int, code: str) -> list[str]:
    """Look at a refusal, which is a problem in every respect; returns its pointers."""
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["request_id"] == answer.headers["x-request-id"]
    return [each["pointer"] for each in body["errors"]]
