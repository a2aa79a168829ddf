"""Databases and processes for the tests.

Django's own `transaction=True` would empty tables as the serving role, which may not: use `committed` instead.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

import tests.profile  # noqa: F401 it sets how Hypothesis draws
from tests.servers import Servers, running
from tests.stack import Stack

TESTS = Path(__file__).parent
# Their tests start processes of the product, several at a time: never two such tests at once.
CROWDED = ("browser", "deploy", "docs", "e2e", "faults", "run", "tour", "upgrade")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one process have all tests of the crowded rooms, where tests are shared among processes."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] in CROWDED:
            item.add_marker(pytest.mark.xdist_group("crowded"))


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """Return this run's Postgres and Redis."""
    found = pytestconfig.stash.get(running, None)
    if found is None:
        pytest.fail("this run was started without servers, see tests/servers.py")
    return found


@pytest.fixture(scope="session")
def django_db_setup(servers: Servers) -> None:
    """Make the tables as `fp_owner`; the tests then work as `fp_app`, each in a transaction that is rolled back."""
    servers.make_database("tests")


@pytest.fixture
def committed(
    servers: Servers, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Generator[None, None, None]:
    """Give the test a database in which commits are real: for threads, locks and what runs after a commit."""
    servers.make_database("committed")
    former = connections.settings["default"]["NAME"]
    connections.close_all()
    connections.settings["default"]["NAME"] = "committed"
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    connections.settings["default"]["NAME"] = former
    servers.postgres.drop_database("committed")


@pytest.fixture(scope="session")
def whole_stack(servers: Servers) -> Generator[Stack, None, None]:
    """Make the stack's database, Redis and socket once."""
    stack = Stack(servers)
    yield stack
    stack.close()


@pytest.fixture
def stack(whole_stack: Stack, django_db_blocker: DjangoDbBlocker) -> Generator[Stack, None, None]:
    """Return the product's processes, none of them started, with a fresh database and an empty Redis."""
    whole_stack.reset()
    with django_db_blocker.unblock():
        yield whole_stack
        connections.close_all()
    whole_stack.reset()
