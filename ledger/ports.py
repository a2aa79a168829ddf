"""The ports that `family_pairing/wiring.py` fills, so that imports point down only."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from uuid import UUID


class Undelivered(Exception):
    """A subscriber could not be told; the debt stays and falls due again."""


# Tells one subscriber the present state of one teen, and returns the seq that it told.
# Raises Undelivered when the subscriber could not be told.
Sender = Callable[[str, UUID], int]

# By channel, the part of a subscriber's name before the colon.
senders: MutableMapping[str, Sender] = {}


def on_commit(teen_id: UUID) -> bool:
    """Write the teen's snapshot at once; the answer says whether the cache holds the present state now."""
    write = senders.get("cache")
    if write is None:
        return False
    try:
        write("cache", teen_id)
    except Undelivered:
        return False
    return True
