"""The sweeper's sign of life stands for work that was done, not for a loop that turns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from family_pairing.management.commands.sweep import do_all, note_round
from ledger import heartbeats
from ledger.models import Heartbeat

pytestmark = pytest.mark.django_db


def fails(*, at: datetime) -> int:
    """Fail, as a chore does that meets a row that it cannot read."""
    raise ValueError(at)


def counted(calls: list[datetime]) -> Callable[..., int]:
    """Return a chore that notes when it was done."""

    def chore(*, at: datetime) -> int:
        calls.append(at)
        return 0

    return chore


def test_a_chore_that_fails_spoils_the_round_but_not_the_turn_of_the_others() -> None:
    done: list[datetime] = []
    assert do_all((counted(done), counted(done)))
    assert not do_all((fails, counted(done)))
    assert len(done) == 3


def test_a_round_is_noted_once_a_host_and_what_former_hosts_left_is_forgotten() -> None:
    at = timezone.now()
    Heartbeat.objects.create(process="sweeper", host="a-container-of-last-week", at=at - timedelta(days=7))
    note_round(at=at - timedelta(seconds=5))
    note_round(at=at)
    assert heartbeats.forget(at=at) == 1
    assert list(Heartbeat.objects.values_list("process", "host", "at")) == [("sweeper", heartbeats.HOST, at)]
    assert heartbeats.last("worker") is None
