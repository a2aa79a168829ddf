"""`manage.py sweep`: deliver what is owed and enact what time has brought, without a broker."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from accounts.pairing import expire_pairings
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import finish_endings
from ledger.actions import present_epoch, somebody_waits
from ledger.deliveries import sweep

log = logging.getLogger(__name__)

EVERY = 0.5


class Command(BaseCommand):
    """The sweeper; any number may run at once."""

    help = "Deliver debts, end what was temporary, enact birthdays and expire invites, every half second."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until SIGTERM or SIGINT."""
        somebody_waits.set(False)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("sweeper: every 0.5 s")
        while not stop.wait(EVERY):
            close_old_connections()
            for chore in (deliver, end_temporaries, enter_bands, finish_endings, expire_pairings):
                do(chore)


def deliver(*, at: datetime) -> int:
    """Look which database this is, then deliver what is overdue; returns how many debts were settled."""
    present_epoch()
    return sweep(at=at)


def do(chore: Callable[..., int]) -> None:
    """Do one chore; one that fails is tried again in half a second and never keeps the others from their turn."""
    try:
        done = chore(at=timezone.now())
    except Exception as error:
        # Without its message: it may quote a row.
        log.error("sweeper: %s failed: %s", chore.__name__, type(error).__name__)
        return
    if done:
        log.info("sweeper: %s: %d", chore.__name__, done)
