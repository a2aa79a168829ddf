"""A small HTTP client: one kept connection, opened again when it breaks."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tests.faults.history import Version

# The server hangs up on a connection that was not used for five seconds.
IDLE_S: Final = 3.0


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)

    @property
    def etag(self) -> str:
        return self.headers.get("ETag", "")


class Connection:
    """One kept connection of one client."""

    def __init__(self, port: int, *, timeout: float = 20):
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._used_at = 0.0
        self._age = 0

    def forget(self, age: int) -> None:
        """Open a new connection unless this one was opened at this age of the world."""
        if age != self._age:
            self._age = age
            self._line.close()

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Reply:
        """Send one request and return the answer.

        Raises OSError or http.client.HTTPException when there is none.
        """
        if time.monotonic() - self._used_at > IDLE_S:
            self._line.close()
        sent = {**headers, "Content-Type": "application/json"} if body is not None else dict(headers)
        try:
            self._line.request(method, path, None if body is None else json.dumps(body), sent)
            answer = self._line.getresponse()
            body_read = answer.read()
            self._used_at = time.monotonic()
            return Reply(answer.status, answer.headers, body_read)
        except (OSError, http.client.HTTPException):
            self._line.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def version_of(text: str) -> Version:
    """Return a version, or the one that an ETag names."""
    epoch, seq, as_of = text.strip('"').partition("-")[0].split(".")
    return int(epoch), int(seq), int(as_of)
