"""GET /v1/me/settings: the enforced values of one teen, as stored bytes or as "unchanged"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from accounts.tokens import read_device
from edge.http import Answer, Header, Request, matches, token_invalid
from edge.ports import Settings
from edge.reader import Reader
from edge.watch import Receipts

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
        found = await self._reader.read(token.teen, with_body=held is None, counts=token.device)
        if found is None or not found.tag.lists(token.device, token.generation, self._now()):
            raise token_invalid()
        etag = found.tag.etag.encode()
        unchanged = matches(etag, held)
        if not unchanged and found.body is None:
            # The client holds another version, so the short read was not enough.
            found = await self._reader.read(token.teen, with_body=True, at_least=found.tag.version[:2])
            if found is None or not found.tag.lists(token.device, token.generation, self._now()):
                raise token_invalid()
            etag = found.tag.etag.encode()
        self._receipts.note(token.device, str(found.tag.version))
        if unchanged:
            return Answer(304, ((b"etag", etag), _PRIVATE))
        return Answer(200, (_JSON, (b"etag", etag), _PRIVATE), found.body or b"")
