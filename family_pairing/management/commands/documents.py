"""`manage.py documents`: bring those parts of the documents up to date that are written from the product itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from family_pairing import documents


class Command(BaseCommand):
    """Writes what the catalogue, the packs, the words, the events and the API say of themselves."""

    help = "Bring the written parts of the documents up to date; needs no database."
    # They ask the database, and nothing here does.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--check`."""
        parser.add_argument("--check", action="store_true", help="only say which documents are out of date")

    def handle(self, *_: Any, check: bool, **options: Any) -> None:
        """Write, or say what would be written."""
        if check:
            stale = documents.stale()
            if stale:
                raise CommandError(f"out of date: {', '.join(stale)}; run `make documents`")
            return
        for name in documents.write():
            self.stdout.write(f"docs/{name} is up to date now")
