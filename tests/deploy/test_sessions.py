"""A session that cannot be saved says why: it is gone, or the database is."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError, connection

from tests.servers import Servers

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
BROKEN = (OperationalError, InterfaceError)


@pytest.mark.django_db
def test_a_session_that_is_gone_is_said_to_be_gone() -> None:
    session = a_session(SessionStore)
    SessionStore().delete(session.session_key)
    session["theme"] = "dark"
    with pytest.raises(UpdateError):
        session.save()


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(("store", "said"), [(SessionStore, BROKEN), (DatabaseStore, (UpdateError,))])
def test_a_database_that_is_away_is_not_blamed_on_the_request(
    servers: Servers, store: type[DatabaseStore], said: tuple[type[Exception], ...]
) -> None:
    session = a_session(store)
    session["theme"] = "dark"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with servers.postgres.connected() as superuser, superuser.cursor() as cursor:
        # Waits until it has ended, up to so many milliseconds.
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)
    with pytest.raises(said):
        session.save()


def a_session(store: type[DatabaseStore]) -> DatabaseStore:
    """Return a session that stands in the database."""
    session = store()
    session.create()
    return session
