"""`manage.py policy`: release packs and laws that are new, check them, and explain what binds where."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from controls.laws.conflicts import PolicyConflict
from controls.packs import locking, operator, questions
from controls.packs.reading import PackError


class Command(BaseCommand):
    """Looks after the policy packs and the laws of this copy."""

    help = "Release new packs and laws, check all of them, and explain what binds in a place."
    # The check of the lock would refuse to run the very command that adds to it.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `lock`, `check` and `explain`."""
        acts = parser.add_subparsers(dest="act", required=True)
        lock = acts.add_parser("lock", help="Add the packs and laws that are new to the lock.")
        lock.add_argument("--dry-run", action="store_true", help="Say what would be added, and add nothing.")
        acts.add_parser("check", help="Read everything, compare it with the lock, and join it in every place.")
        explain = acts.add_parser("explain", help="Say what binds somebody in a place, with citations.")
        explain.add_argument("--place", required=True, help="such as FR or US-VA")
        explain.add_argument("--age", type=int, help="in completed years; without it the age is unknown")
        explain.add_argument("--zone", default="UTC", help="in which days begin, such as Europe/Paris")
        explain.add_argument("--at", type=date.fromisoformat, required=True, help="a day, at noon (UTC)")
        explain.add_argument("--known-at", type=date.fromisoformat, help="by what was recorded until that day")
        explain.add_argument("--posture", help=f"instead of the installation's: {', '.join(operator.POSTURES)}")

    def handle(self, *_: Any, act: str, **options: Any) -> None:
        """Do what is asked."""
        try:
            lines = self.lines_of(act, options)
        except (PackError, PolicyConflict) as error:
            raise CommandError(str(error)) from error
        for line in lines:
            self.stdout.write(line)

    def lines_of(self, act: str, options: dict[str, Any]) -> list[str]:
        """Return what there is to say."""
        if act == "lock":
            return self.lock(**options)
        return self.explain(**options) if act == "explain" else self.check_all()

    def lock(self, *, dry_run: bool, **_: Any) -> list[str]:
        """Read everything, then lock."""
        questions.read_all()
        new = locking.lock(is_dry_run=dry_run)
        said = "would be released" if dry_run else "released"
        return [f"{name} {said}" for name in new] or ["every pack is released already"]

    def check_all(self) -> list[str]:
        """Name what is wrong, or count what is right."""
        faults = [*locking.faults(), *questions.conflicts()]
        if faults:
            raise CommandError("\n".join(faults))
        return [questions.counted()]

    def explain(self, *, place: str, age: int | None, zone: str, at: date, **options: Any) -> list[str]:
        """Explain what binds."""
        known, words = options["known_at"], options["posture"]
        return questions.explain(place, age, zone, noon(at), noon(known) if known else None, words)


def noon(day: date) -> datetime:
    """Return noon of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
