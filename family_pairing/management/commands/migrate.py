"""`manage.py migrate`: Django's own, holding nobody up: it waits two seconds for a lock, lets go, and tries again."""

from __future__ import annotations

import time
from typing import Any, Final

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from controls import checks
from controls.desk.serving import Serving

TRIES: Final = 10
PAUSE_S: Final = 1.0
LOCK_NOT_AVAILABLE: Final = "55P03"


class Command(migrate.Command):
    """Migrates while families go on using what is there."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; each migration that was made stays made, so beginning again goes on where it stopped."""
        for attempt in range(1, TRIES + 1):
            try:
                prepare(options["database"])
                super().handle(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
                    raise
                if attempt < TRIES:
                    self.say_busy(attempt + 1)
                    time.sleep(PAUSE_S)
            else:
                refuse_looser()
                return
        raise CommandError(
            f"A table stayed in use in {TRIES} tries, so its migration was not made; what came before it stays made."
            " Look in pg_stat_activity for who holds it, then run the same command again."
        )

    def say_busy(self, attempt: int) -> None:
        """Say why it takes longer."""
        self.stdout.write(
            f"\n  A table is in use. Waited 2 s for its lock and let go, so that nobody queues behind it;"
            f" trying again ({attempt} of {TRIES})."
        )
        self.stdout.flush()


def refuse_looser() -> None:
    """Stop a roll-out here, before anything is replaced, where what comes would loosen settings and was not released.

    Raises CommandError.
    """
    if checks.served() is Serving.LOOSER:
        raise CommandError(
            "The tables are up to date, and what is here must not be served yet: its policy is looser than the newest"
            " version. Release it first, which takes two other operators: manage.py policy release."
        )


def prepare(database: str) -> None:
    """Let a lock be waited for as briefly as when serving, and a statement take as long as it needs."""
    with connections[database].cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'; SET statement_timeout = 0")
