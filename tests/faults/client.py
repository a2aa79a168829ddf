"""A small HTTP client: one kept connection, opened again when it breaks."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.faults.history import Version


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

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> Reply:
        """Send one request and return the answer.

        Raises OSError or http.client.HTTPException when there is none.
        """
        sent = {**headers, "Content-Type": "application/json"} if body is not None else dict(headers)
        try:
            self._line.request(method, path, None if body is None else json.dumps(body), sent)
            answer = self._line.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
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
