"""`manage.py epoch`: begin a new epoch by command, as after a restore that the database itself does not show."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ledger.actions import present_epoch, raise_epoch


class Command(BaseCommand):
    """Says the epoch, or raises it."""

    help = "Say the installation's epoch; with --raise begin a new one, so that every client reads everything again."

    def add_arguments(self, parser: Any) -> None:
        """Take what is to be done."""
        parser.add_argument("--raise", action="store_true", dest="is_raised")
        parser.add_argument("--dry-run", action="store_true", help="say what --raise would do, and do nothing")

    def handle(self, *args: Any, is_raised: bool, dry_run: bool, **options: Any) -> None:
        """Answer in one line."""
        now = present_epoch()
        if not is_raised:
            self.stdout.write(f"epoch {now}")
        elif dry_run:
            self.stdout.write(f"epoch {now}; with --raise alone it would be {now + 1}")
        else:
            self.stdout.write(f"epoch {raise_epoch()}, was {now}")
