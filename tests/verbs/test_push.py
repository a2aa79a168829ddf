"""What is owed is delivered under a lease, outside any transaction; who lost the lease settles nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.models import Account
from ledger import ports
from ledger.deliveries import claim, deliver, push, settle, sweep
from ledger.models import Debt
from tests.builders import MINUTE, SECOND, a_teen, seq

Heard = list[tuple[str, UUID]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Let every channel be told, and return who was."""
    told: Heard = []
    for channel in ("cache", "stream"):
        monkeypatch.setitem(ports.senders, channel, sender(told))
    return told


def sender(told: Heard, *, seq_told: int = 1) -> Callable[[str, UUID], int]:
    """Return what notes who is told, and tells this seq."""

    def tell(subscriber: str, teen_id: UUID) -> int:
        told.append((subscriber, teen_id))
        return seq_told

    return tell


def nobody(_subscriber: str, _teen_id: UUID) -> int:
    """Reach nobody."""
    raise ports.Undelivered("away")


@pytest.fixture
def now() -> datetime:
    """Return a moment just past: deliveries look at the clock themselves."""
    return timezone.now() - SECOND


def debt(teen: Account, subscriber: str = "stream") -> Debt:
    """Return what one subscriber is owed about the teen."""
    return Debt.objects.get(teen_id=teen.pk, subscriber=subscriber)


def test_everybody_is_told_the_present_state_once(heard: Heard, now: datetime) -> None:
    tess = a_teen(at=now)
    assert (push(tess.pk), push(tess.pk)) == (2, 0)
    assert sorted(heard) == [("cache", tess.pk), ("stream", tess.pk)]
    assert not Debt.objects.open().exists()


def test_a_settled_debt_is_free_and_knows_what_was_told(heard: Heard, now: datetime) -> None:
    tess = a_teen(at=now)
    push(tess.pk)
    settled = debt(tess)
    assert (settled.acked, settled.attempts, settled.lease_until, settled.lease_token) == (seq(tess), 0, None, None)
    assert settled.acked_at is not None


def test_who_cannot_be_told_is_still_owed_and_falls_due_again(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    tess = a_teen(at=now)
    monkeypatch.setitem(ports.senders, "stream", nobody)
    assert not deliver(debt(tess))
    left = debt(tess)
    assert (left.acked, left.attempts, left.lease_until) == (0, 1, None)
    assert now < left.due_at <= timezone.now() + 2 * SECOND


def test_an_older_state_does_not_settle_a_newer_debt(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    tess = a_teen(at=now)
    Debt.objects.filter(teen_id=tess.pk).update(wanted=5)
    monkeypatch.setitem(ports.senders, "stream", sender([], seq_told=3))
    assert deliver(debt(tess))
    assert (debt(tess).acked, Debt.objects.open().filter(subscriber="stream").count()) == (3, 1)


def test_one_at_a_time_holds_the_lease(now: datetime) -> None:
    tess = a_teen(at=now)
    assert claim(debt(tess)) is not None
    assert claim(debt(tess)) is None


def test_a_lease_that_ran_out_is_taken_by_the_next(now: datetime) -> None:
    tess = a_teen(at=now)
    first = claim(debt(tess))
    Debt.objects.update(lease_until=now)
    second = claim(debt(tess))
    assert first is not None
    assert second not in (None, first)


def test_a_worker_that_froze_settles_nothing_for_another(now: datetime) -> None:
    tess = a_teen(at=now)
    frozen = claim(debt(tess))
    assert frozen is not None
    Debt.objects.update(lease_until=now)
    faster = claim(debt(tess))
    assert faster is not None
    assert not settle(debt(tess), frozen, 9)
    assert debt(tess).acked == 0
    assert settle(debt(tess), faster, 1)


def test_what_was_told_never_goes_back(now: datetime) -> None:
    tess = a_teen(at=now)
    Debt.objects.update(acked=7, wanted=9)
    token = claim(debt(tess))
    assert token is not None
    assert settle(debt(tess), token, 3)
    assert debt(tess).acked == 7


def test_the_sweeper_leaves_a_young_debt_to_the_worker(heard: Heard) -> None:
    at = timezone.now()
    tess = a_teen(at=at)
    assert sweep(at=at) == 0
    assert sweep(at=at + SECOND) == 2
    assert {teen for _, teen in heard} == {tess.pk}


def test_a_debt_that_was_put_off_is_not_due(heard: Heard, now: datetime) -> None:
    tess = a_teen(at=now)
    Debt.objects.update(due_at=now + MINUTE)
    assert push(tess.pk) == 0
    assert heard == []


def test_nobody_is_told_of_a_teen_that_owes_nothing(heard: Heard) -> None:
    assert push(uuid7()) == 0
    assert heard == []
