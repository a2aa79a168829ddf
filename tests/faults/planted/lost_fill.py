"""A web process whose snapshots get lost on their way into Redis, which it does not notice: the fence covers it."""

from __future__ import annotations

from uuid import UUID

from ledger import ports


def lose(teen_id: UUID) -> bool:
    """Write nothing, and say that it was written."""
    del teen_id
    return True


ports.on_commit = lose

from family_pairing.asgi import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
