"""How much a service may ask in a minute: each question of a batch counts, over all processes, and 0 is no limit."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.edge.authzen.conftest import ASK, EVALUATION, EVALUATIONS, SEARCH, Open, Service, refused
from tests.edge.authzen.scenario import Scenario
from tests.edge.conftest import Serve, Store
from tests.edge.family import Database, until


@pytest.fixture(autouse=True)
def one_minute(database: Database) -> None:
    """Begin each test just after a minute has, by the database's clock."""
    database.ahead = 61.0 - time.time() % 60


def counted(store: Store) -> list[int]:
    """Return what is counted for the keys."""
    return [int(store.client.get(name)) for name in store.client.keys("*:decisions:*")]


def test_a_key_is_limited_to_its_questions_a_minute(open_service: Open, store: Store, database: Database) -> None:
    other = database.key("decide")
    service = open_service(decisions_a_minute=5)
    assert service.decide(ASK) is True
    service.ask(EVALUATIONS, {**ASK, "evaluations": [{}, {}]})
    service.ask(f"{SEARCH}action", ASK)
    until(lambda: counted(store) == [4])
    assert service.decide(ASK) is True
    until(lambda: service.post(EVALUATION, ASK).status_code == 429)
    answer = service.post(f"{SEARCH}subject", ASK)
    refused(answer, 429, "too_many")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert 0 < store.client.ttl(store.client.keys("*:decisions:*")[0]) <= 120
    # What cannot be read is no question, and another key has a share of its own.
    refused(service.post(EVALUATION, {}), 400, "malformed")
    assert Service(service.front, other, service.scenario).decide(ASK) is True
    database.ahead += 60
    assert service.decide(ASK) is True


def test_all_processes_count_together(serve: Serve, store: Store, database: Database) -> None:
    key = database.key("decide")
    ours = {"deciding": lambda _: Scenario(), "decisions_a_minute": 10}
    services = [Service(serve(database, store, **ours), key, Scenario()) for _ in range(2)]
    asked: dict[str, Any] = {**ASK, "evaluations": [{}] * 5}
    for service in services:
        service.ask(EVALUATIONS, asked)
    until(lambda: counted(store) == [10])
    for service in services:
        service.post(EVALUATION, ASK)
        until(lambda service=service: service.post(EVALUATION, ASK).status_code == 429)  # type: ignore[misc]  # its own


def test_without_a_limit_nothing_is_counted(service: Service, store: Store) -> None:
    assert [service.decide(ASK) for _ in range(20)] == [True] * 20
    assert counted(store) == []


def test_without_redis_nothing_is_counted_and_nobody_refused(
    serve: Serve, own_store: Store, database: Database
) -> None:
    key = database.key("decide")
    service = Service(serve(database, own_store, deciding=lambda _: Scenario(), decisions_a_minute=2), key, Scenario())
    own_store.kill()
    until(lambda: service.front.edge.redis.line is None)
    assert [service.decide(ASK) for _ in range(10)] == [True] * 10
