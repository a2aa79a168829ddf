"""The platform's ids of accounts, under which people also hold things about accounts that are not registered here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import connection

from accounts.models import Account


def teens_of(external_ids: Iterable[str]) -> dict[str, str]:
    """Return our ids of those of these accounts that are registered here, by the platform's ids."""
    # The database refuses to compare with NUL, and no account has one in its name.
    asked = [each for each in external_ids if "\0" not in each]
    found = Account.objects.filter(external_id__in=asked).values_list("external_id", "pk")
    return {external_id: str(pk) for external_id, pk in found}


def reserve(*external_ids: str) -> None:
    """Let nobody else register or tie these accounts until the transaction ends, so that who is registered stays so.

    It comes before any other lock. The order is that of the keys, so that two who reserve never wait for each other.
    """
    keys = sorted(lock_key(external_id) for external_id in external_ids)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [keys])


def lock_key(external_id: str) -> int:
    """Return the number under which an id is locked; two ids that share one only wait for each other."""
    return int.from_bytes(digest(external_id)[:8], signed=True)


def tally_key(*external_ids: str) -> str:
    """Return the key under which something is counted about these accounts, which tells nobody which they are."""
    return digest(*external_ids).hex()


def digest(*external_ids: str) -> bytes:
    """Return the SHA-256 of some ids; none of them holds a line break."""
    return hashlib.sha256("\n".join(external_ids).encode()).digest()
