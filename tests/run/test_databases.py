"""The databases of the tests: the serving role, rolled back or really committed."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from ledger.models import Teen


def elsewhere(call: Callable[[], object]) -> object:
    """Return what a call gives in another thread, with a connection of its own."""
    told: list[object] = []

    def work() -> None:
        told.append(call())
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return told[0]


@pytest.mark.django_db
def test_a_test_works_as_the_role_that_serves() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("fp_app", "tests")


@pytest.mark.parametrize("_again", [1, 2])
def test_a_committed_test_is_seen_by_other_connections_and_leaves_nothing(committed: None, _again: int) -> None:
    assert Teen.objects.count() == 0
    Teen.objects.create(epoch=1)
    assert elsewhere(Teen.objects.count) == 1
