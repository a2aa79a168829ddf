"""`manage.py sweep`: deliver what is owed and enact what time has brought, without a broker."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from accounts.pairing import expire_pairings
from controls.announcements import look_ahead
from controls.boundaries import end_temporaries, enter_bands
from controls.endings import finish_endings
from controls.notices import send_notices
from controls.requests import expire_requests
from ledger import clock, heartbeats
from ledger.actions import present_epoch, somebody_waits
from ledger.deliveries import sweep

log = logging.getLogger(__name__)

EVERY = 0.5
MAILS_EVERY = 5.0
HEARTBEAT_EVERY = 5.0


class Command(BaseCommand):
    """The sweeper; any number may run at once."""

    help = (
        "Deliver debts, end what was temporary, enact and announce what time brings, expire invites, every half second."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until SIGTERM or SIGINT."""
        somebody_waits.set(False)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("sweeper: every 0.5 s")
        # Beside the rounds, because a mail server may keep us waiting; who stops leaves a lease.
        threading.Thread(target=send_mails, args=(stop,), daemon=True).start()
        noted = -HEARTBEAT_EVERY
        while not stop.wait(EVERY):
            close_old_connections()
            done = do_all(CHORES)
            # A loop that only turns is not well: the sign of life stands for a whole round that succeeded.
            if done and time.monotonic() - noted >= HEARTBEAT_EVERY and do_all((note_round, heartbeats.forget)):
                noted = time.monotonic()


def deliver(*, at: datetime) -> int:
    """Look which database this is, then deliver what is overdue; returns how many debts were settled."""
    present_epoch()
    return sweep(at=at)


# A birthday comes before what else its day brings.
CHORES: Final = (deliver, end_temporaries, enter_bands, look_ahead, finish_endings, expire_pairings, expire_requests)


def send_mails(stop: threading.Event) -> None:
    """Send notices until the sweeper stops."""
    while not stop.wait(MAILS_EVERY):
        close_old_connections()
        do(send_notices)


def note_round(*, at: datetime) -> int:
    """Write the sweeper's sign of life."""
    heartbeats.note("sweeper", at=at)
    return 0


def do_all(chores: Iterable[Callable[..., int]]) -> bool:
    """Do every chore, also after one that failed; says whether all succeeded."""
    done = [do(chore) for chore in chores]
    return all(done)


def do(chore: Callable[..., int]) -> bool:
    """Do one chore; one that fails is tried again in half a second and never keeps the others from their turn."""
    try:
        done = chore(at=clock.now())
    except Exception as error:
        # Without its message: it may quote a row.
        log.error("sweeper: %s failed: %s", chore.__name__, type(error).__name__)
        return False
    if done:
        log.info("sweeper: %s: %d", chore.__name__, done)
    return True
