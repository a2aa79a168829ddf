"""The live service keys, as this process knows them: it asks nobody when a service calls.

They are read every 2 s, and known only as long as a read of them *began* less than 5 s ago. So a key that was revoked
opens nothing 5 s later, also where the database cannot be read: then no key opens anything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final

from accounts.tokens import LiveKey, proves_service, service_key_id
from edge.http import token_invalid, unavailable
from family_pairing.problems import Problem

KNOWN_S: Final = 5.0


class ServiceKeys:
    """Every live key by its id: the SHA-256 of the key, and what it may be used for."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        # Set once they have been read at all.
        self.known = asyncio.Event()
        self._clock = clock
        self._live: Mapping[str, LiveKey] = {}
        self._begun = float("-inf")

    def learn(self, live: Mapping[str, LiveKey], begun: float) -> None:
        """Take what a read that began at this moment found; what it did not find is revoked."""
        self._live, self._begun = live, begun
        self.known.set()

    def holder(self, credential: str | None, scope: str) -> str:
        """Return the id of the live key that is presented, if it carries the scope.

        Raises the problem `token_invalid`, `scope_missing` naming the scope, or `unavailable` while keys are not known.
        """
        key_id = None if credential is None else service_key_id(credential)
        if credential is None or key_id is None:
            raise token_invalid()
        if self._clock() - self._begun >= KNOWN_S:
            raise unavailable()
        live = self._live.get(key_id)
        if live is None or not proves_service(credential, live.sha256):
            raise token_invalid()
        if scope not in live.scopes:
            raise Problem("scope_missing", f"The key needs the scope `{scope}`.")
        return key_id
