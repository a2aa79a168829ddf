"""Sessions in the database that tell a database which is away from a session that is gone."""

from __future__ import annotations

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import InterfaceError, OperationalError


class SessionStore(DatabaseStore):
    """Django's own, save that it blames nobody's request for a connection that broke."""

    def save(self, must_create: bool = False) -> None:
        """Write the session.

        Raises UpdateError when it was deleted meanwhile, which is answered as a bad request, and OperationalError or
        InterfaceError when the database did not answer, which is answered with 503.
        """
        try:
            super().save(must_create=must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from error
            raise
