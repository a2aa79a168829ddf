"""One cast for the whole matrix, made once; each request is undone before the next."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests.callers import make_codes_quick
from tests.matrix.cast import Cast


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Generator[Cast, None, None]:
    """Return everybody, with what they are about."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        make_codes_quick(patch)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield Cast()
        transaction.set_rollback(True)
