"""What the edge asks of the ledger, in one query each."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.actions import present_epoch
from ledger.models import Debt, Teen


def open_cache_debts() -> tuple[int, frozenset[str]]:
    """Return the epoch, and the teens of whom the cache may not hold the present state."""
    epoch = present_epoch()
    owed = Debt.objects.open().filter(subscriber="cache").values_list("teen_id", flat=True)
    return epoch, frozenset(str(teen_id) for teen_id in owed)


def versions(teens: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Return epoch and seq of these teens."""
    rows = Teen.objects.filter(pk__in=list(teens)).values_list("pk", "epoch", "seq")
    return {str(pk): (epoch, seq) for pk, epoch, seq in rows}
