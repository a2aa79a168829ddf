"""`manage.py verify`: note that somebody was shown to be a teen's parent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Pairing, Proof
from controls.verification import verify_pairing
from ledger import clock
from ledger.actor import SYSTEM


class Command(BaseCommand):
    """Verifies the tie of a parent and a teen who are paired."""

    help = "Verify a parent's tie to a teen, after having seen in person that it is one."

    def add_arguments(self, parser: Any) -> None:
        """Take who is tied to whom."""
        parser.add_argument("teen", help="the platform's id of the teen's account")
        parser.add_argument("parent", help="the parent's e-mail address")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, teen: str, parent: str, dry_run: bool, **options: Any) -> None:
        """Answer in one line."""
        tied = Pairing.objects.active().filter(teen__external_id=teen, parent__email=parent.strip().lower()).first()
        if tied is None:
            raise CommandError(f"there is no active pairing of `{teen}` with `{parent}`")
        if tied.is_verified:
            self.stdout.write(f"pairing {tied.pk} is verified already")
        elif dry_run:
            self.stdout.write(f"would verify pairing {tied.pk}")
        else:
            verify_pairing(tied, Proof.IN_PERSON, actor=SYSTEM, at=clock.now())
            self.stdout.write(f"verified pairing {tied.pk}; the parent may loosen settings from now on")
