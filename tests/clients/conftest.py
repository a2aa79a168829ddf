"""The client for services against the edge as it runs, in both its forms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from family_pairing_client import AsyncClient, Client, Decision, Options, Question
from tests.edge.conftest import cache, database, own_store, serve, shared_own_store, shared_store, store
from tests.edge.deciding.conftest import enrol, open_platform, platform

__all__ = [
    "cache",
    "database",
    "enrol",
    "open_platform",
    "own_store",
    "platform",
    "serve",
    "shared_own_store",
    "shared_store",
    "store",
]


class InLoop:
    """The client for asyncio, asked from a test that is none."""

    def __init__(self, *about: Any, **more: Any):
        self._runner = asyncio.Runner()
        self._client = AsyncClient(*about, **more)

    def decide(self, question: Question) -> Decision:
        return self._runner.run(self._client.decide(question))

    def decide_all(self, questions: Sequence[Question]) -> list[Decision]:
        return self._runner.run(self._client.decide_all(questions))

    def search_resources(self, *about: Any, **more: Any) -> list[str]:
        return self._runner.run(self._all(self._client.search_resources(*about, **more)))

    def search_subjects(self, *about: Any, **more: Any) -> list[str]:
        return self._runner.run(self._all(self._client.search_subjects(*about, **more)))

    def search_actions(self, *about: Any, **more: Any) -> list[str]:
        return self._runner.run(self._all(self._client.search_actions(*about, **more)))

    def configuration(self) -> Any:
        return self._runner.run(self._client.configuration())

    def close(self) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    @staticmethod
    async def _all(found: Any) -> list[str]:
        return [each async for each in found]


Open = Callable[..., Any]


@pytest.fixture(params=[Client, InLoop], ids=["threads", "asyncio"])
def open_client(request: pytest.FixtureRequest) -> Generator[Open, None, None]:
    """Return what opens a client, once in each form."""
    with ExitStack() as stack:
        yield lambda *about, **options: stack.enter_context(closing(request.param(*about, Options(**options))))


@contextmanager
def closing(client: Any) -> Generator[Any, None, None]:
    try:
        yield client
    finally:
        client.close()
