"""`manage.py healthy web|worker|sweeper|beat`: whether a process of this host does its work, by what it did last."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError

from family_pairing import env
from ledger import clock, heartbeats
from ledger.tasks import ask_for_heartbeat

PATIENCE_S: Final = 3.0
LOOK_EVERY_S: Final = 0.1
ASK_EVERY_S: Final = 1.0


class Sight(NamedTuple):
    """What was seen of a process."""

    well: bool
    said: str


class Command(BaseCommand):
    """For health checks, in the container or on the host of the process itself."""

    help = "Say in one line whether a process of this host does its work; the exit code is 0 or 1."
    # A health check runs often; what they check is checked when a process starts.
    requires_system_checks = ()

    def add_arguments(self, parser: Any) -> None:
        """Take the process, and how old its last work may be."""
        parser.add_argument("process", choices=LOOKS)
        parser.add_argument("--within", type=int, default=30, metavar="SECONDS")

    def handle(self, *args: Any, process: str, within: int, **options: Any) -> None:
        """Look, and say it."""
        try:
            sight = LOOKS[process](within)
        except DatabaseError as error:
            sight = Sight(False, f"Postgres cannot be asked ({type(error).__name__})")
        self.stdout.write(f"{process}: {sight.said}")
        if not sight.well:
            sys.exit(1)


def web(_within: int) -> Sight:
    """Ask the process that listens here whether it may be sent requests."""
    page = http.client.HTTPConnection("127.0.0.1", env.integer("PORT", 8000), timeout=PATIENCE_S)
    try:
        page.request("GET", "/readyz", headers={"Host": urlsplit(settings.BASE_URL).netloc})
        answer = page.getresponse()
        told = answer.read(200).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return Sight(False, f"/readyz does not answer ({type(error).__name__})")
    finally:
        page.close()
    return Sight(answer.status == http.HTTPStatus.OK, f"/readyz answers {answer.status} {told}")


def worker(within: int) -> Sight:
    """Look for an answer out of the queue.

    Without a fresh one beat may be silent, or other workers may have been quicker: then we ask, and wait for ours.
    """
    sight = noted("worker", within, "answered from the queue")
    return sight if sight.well else asked(sight)


def asked(sight: Sight) -> Sight:
    """Ask through the queue until this host answers or our patience ends."""
    began, former, next_ask = time.monotonic(), heartbeats.last("worker"), 0.0
    while (waited := time.monotonic() - began) < PATIENCE_S:
        if waited >= next_ask:
            next_ask += ASK_EVERY_S
            if not ask_for_heartbeat():
                return Sight(False, f"{sight.said}; the broker does not take a question")
        time.sleep(LOOK_EVERY_S)
        if heartbeats.last("worker") != former:
            return Sight(True, f"answered from the queue when asked, {time.monotonic() - began:.1f} s later")
    return Sight(False, f"{sight.said}; asked now, it did not answer within {PATIENCE_S:.0f} s")


def sweeper(within: int) -> Sight:
    """Look for a round in which every chore succeeded."""
    return noted("sweeper", within, "finished a whole round")


def beat(within: int) -> Sight:
    """Look for something that it published and the broker took."""
    return noted("beat", within, "published")


def noted(process: str, within: int, what: str) -> Sight:
    """Compare the age of the last note of this host."""
    at = heartbeats.last(process)
    if at is None:
        return Sight(False, f"never {what} on {heartbeats.HOST}")
    age = clock.now() - at
    return Sight(age <= timedelta(seconds=within), f"{what} {age.total_seconds():.0f} s ago")


LOOKS: Final[Mapping[str, Callable[[int], Sight]]] = {"web": web, "worker": worker, "sweeper": sweeper, "beat": beat}
