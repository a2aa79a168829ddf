"""`manage.py policy lock`: release the policy packs that are new."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from controls.packs import locking, released
from controls.packs.reading import PackError


class Command(BaseCommand):
    """Looks after the policy packs of this copy."""

    help = "Release new policy packs by adding them to the lock; refuses when a released one has changed."
    # The check of the lock would refuse to run the very command that adds to it.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `lock`."""
        acts = parser.add_subparsers(dest="act", required=True)
        lock = acts.add_parser("lock", help="Add the packs that are new to the lock.")
        lock.add_argument("--dry-run", action="store_true", help="Say what would be added, and add nothing.")

    def handle(self, *_: Any, **options: Any) -> None:
        """Read every pack, then lock."""
        try:
            released()
            new = locking.lock(is_dry_run=options["dry_run"])
        except PackError as error:
            raise CommandError(str(error)) from error
        said = "would be released" if options["dry_run"] else "released"
        for name in new:
            self.stdout.write(f"{name} {said}")
        if not new:
            self.stdout.write("every pack is released already")
