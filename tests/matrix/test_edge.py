"""Every address of the edge, in front of Django, for every kind of caller."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator
from typing import Any

import pytest

from accounts.access import ring
from accounts.tokens import mint_ticket
from edge.app import Edge
from edge.routes import ROUTES
from family_pairing.front import front
from tests.builders import a_service
from tests.callers import Caller, anyone, bearer, make_codes_quick
from tests.edge.authzen.scenario import Scenario
from tests.matrix.cast import SCOPES, Cast
from tests.matrix.table import EDGE, EDGE_CALLERS, EDGE_SCOPES, lines

LINES = list(lines(EDGE, EDGE_CALLERS))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "get", "")
QUESTION = (
    b'{"subject":{"type":"user","id":"alice"},"action":{"name":"read"},"resource":{"type":"record","id":"record-1"}}'
)


@pytest.fixture
def edge(committed: None, monkeypatch: pytest.MonkeyPatch) -> Generator[Edge, None, None]:
    """Return the whole application over a database in which the cast is really there."""
    make_codes_quick(monkeypatch)
    edge = front(lambda _: Scenario())
    yield edge
    edge.reader.close()


async def status(edge: Edge, method: str, path: str, caller: Caller, query: str = "") -> int:
    """Return the status of an answer, without waiting for the end of it."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in caller.client.cookies.items())
    named = {**caller.headers, "cookie": cookies, "content-type": "application/json"}
    headers = [(name.lower().encode(), value.encode()) for name, value in named.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}

    messages: list[dict[str, Any]] = [{"type": "http.request", "body": QUESTION}] if method == "POST" else []

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.set_result(message["status"])

    asking = asyncio.create_task(edge(scope, receive, send))
    asking.add_done_callback(lambda _: told.done() or told.cancel())
    try:
        return await told
    finally:
        asking.cancel()


def test_every_address_of_the_edge_answers_each_caller_as_listed(edge: Edge) -> None:
    cast = Cast()
    tess, phone = str(cast.tess.pk), str(cast.phone.device.pk)
    ticket = f"ticket={mint_ticket(ring(), tess, phone, int(time.time() // 86_400))}"
    callers = {**{name: (caller, "") for name, caller in cast.callers.items()}, "ticket": (anyone(), ticket)}

    async def ask() -> dict[str, dict[str, str]]:
        await edge.watch.poll_keys()
        return {
            str(line): {
                name: str(await status(edge, line.method, line.route, caller, query))
                for name, (caller, query) in callers.items()
            }
            for line in LINES
        }

    assert asyncio.run(ask()) == {str(line): line.expected for line in LINES}


def test_every_route_of_the_edge_is_listed() -> None:
    assert {(line.method, line.route) for line in LINES} == {(route.method, route.path) for route in ROUTES}


def test_other_methods_are_refused_before_anybody_is_asked_who_it_is(edge: Edge) -> None:
    async def ask() -> set[int]:
        return {
            await status(edge, method, route.path, anyone())
            for route in ROUTES
            for method in METHODS
            if method != route.method
        }

    assert asyncio.run(ask()) == {405}


def test_an_address_of_the_services_asks_for_its_scope_and_no_other(edge: Edge) -> None:
    only = {scope: bearer(a_service(scope)) for scope in {*SCOPES, *EDGE_SCOPES.values()}}

    async def ask() -> dict[str, set[str]]:
        await edge.watch.poll_keys()
        return {
            path: {scope for scope, caller in only.items() if await status(edge, "POST", path, caller) == 200}
            for path in EDGE_SCOPES
        }

    assert asyncio.run(ask()) == {path: {scope} for path, scope in EDGE_SCOPES.items()}
    assert {route.path for route in ROUTES if route.caller == "service"} == set(EDGE_SCOPES)
