"""What the edge asks of service keys."""

from __future__ import annotations

from accounts.models import ServiceKey
from accounts.tokens import LiveKey


def live_keys() -> dict[str, LiveKey]:
    """Return every key that is not revoked, by its id."""
    rows = ServiceKey.objects.filter(revoked_at=None).values_list("pk", "sha256", "scopes")
    return {pk: LiveKey(bytes(sha256), frozenset(scopes)) for pk, sha256, scopes in rows}
