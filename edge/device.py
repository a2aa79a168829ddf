"""GET /v1/me/settings: the enforced values of one teen, as stored bytes or as "unchanged"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from accounts.tokens import DeviceToken, read_device
from edge.http import Answer, Header, Request, matches, token_invalid
from edge.ports import Settings
from edge.reader import Found, Reader
from edge.watch import Receipts

_OURS: Final = re.compile(rb'"([0-9]{1,15})\.([0-9]{1,15})\.[0-9]{1,15}-')
_JSON: Final[Header] = (b"content-type", b"application/json")
_PRIVATE: Final[Header] = (b"cache-control", b"private, no-store")


class DeviceSettings:
    """Answers a device."""

    def __init__(self, reader: Reader, settings: Settings, receipts: Receipts, now: Callable[[], float]):
        self._reader = reader
        self._now = now
        self._ring = settings.ring
        self._receipts = receipts

    async def answer(self, request: Request) -> Answer:
        """Return the settings of the teen whose device asks."""
        bearer = request.bearer()
        token = None if bearer is None else read_device(self._ring, bearer)
        if token is None:
            raise token_invalid()
        held = request.header(b"if-none-match")
        found = await self._find(token, with_body=held is None, counts=token.device)
        etag = found.tag.etag.encode()
        unchanged = matches(etag, held)
        if not unchanged and found.body is None:
            # The client holds another version, so the short read was not enough; if it is a newer one, another process
            # has answered from Postgres what this one does not know yet to be behind in Redis.
            newest = max(found.tag.version[:2], held_of(held))
            found = await self._find(token, with_body=True, at_least=newest)
            etag = found.tag.etag.encode()
            unchanged = matches(etag, held)
        self._receipts.note(token.device, str(found.tag.version))
        if unchanged:
            return Answer(304, ((b"etag", etag), _PRIVATE))
        return Answer(200, (_JSON, (b"etag", etag), _PRIVATE), found.body or b"")

    async def _find(self, token: DeviceToken, **how: Any) -> Found:
        """Return what applies to the token's account.

        Raises the problem `token_invalid` for a device that is not listed, and what `Reader.read` raises.
        """
        found = await self._reader.read(token.teen, **how)
        if found is None or not found.tag.lists(token.device, token.generation, self._now()):
            raise token_invalid()
        return found


def held_of(if_none_match: bytes | None) -> tuple[int, int]:
    """Return epoch and seq of the version that a client holds by its own word; zeros when it names none of ours."""
    named = _OURS.search(if_none_match or b"")
    return (int(named[1]), int(named[2])) if named else (0, 0)
