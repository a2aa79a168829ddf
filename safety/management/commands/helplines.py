"""`manage.py helplines check`: which lines need a person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import clock
from safety.helplines.line import Line, Status
from safety.helplines.reading import LineError, recorded


class Command(BaseCommand):
    """Looks after the helplines of this copy."""

    help = "Read every helpline and name those that a person has to try: never tried, or not within a year."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what can be done."""
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("check", help="Name the lines that a person has to try.")
        check.add_argument("--place", help="only those of a country or subdivision, such as FR or CA-QC")

    def handle(self, *_: Any, act: str, place: str | None, **__: Any) -> None:
        """Do what is asked."""
        at = clock.now()
        try:
            every = [line for line in recorded().lines if line.status is Status.ACTIVE]
        except LineError as error:
            raise CommandError(str(error)) from error
        lines = [line for line in every if place in (None, line.place)]
        if not lines:
            raise CommandError(f"No line is recorded for {place}; expected a place such as FR or CA-QC.")
        stale = [line for line in lines if not line.is_fresh(at)]
        for line in stale:
            self.stdout.write(f"{line.key}: {reached(line)}; {tried(line, at)}; {line.confidence} confidence")
        self.stdout.write(f"{len(stale)} of {len(lines)} lines need a person.")


def reached(line: Line) -> str:
    """Return how a line is reached."""
    return line.number or (f"{line.sms.to} by text message" if line.sms else line.url)


def tried(line: Line, at: datetime) -> str:
    """Return when a person tried a line last."""
    day: date | None = line.last_verified_at
    return "never tried" if day is None else f"last tried {day.isoformat()}, {(at.date() - day).days} days ago"
