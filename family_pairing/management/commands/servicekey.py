"""`manage.py servicekey`: make, list and revoke the keys of platform services."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import make_service_key, revoke_service_key
from accounts.models import ServiceKey
from ledger import clock

SCOPES = ("accounts:write", "decide", "devices:write", "settings:read")


class Command(BaseCommand):
    """The keys of platform services; a key is shown once."""

    help = "Make (NAME --scopes …), list, or revoke (--revoke ID) keys of platform services."

    def add_arguments(self, parser: Any) -> None:
        """Take a name and scopes, or the id of a key."""
        parser.add_argument("name", nargs="?", help="what the key is for, such as `app-backend`")
        parser.add_argument("--scopes", nargs="+", choices=SCOPES, default=list(SCOPES))
        parser.add_argument("--revoke", metavar="ID")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, name: str | None, scopes: list[str], revoke: str | None, **options: Any) -> None:
        """Do one of the three."""
        if revoke and not ServiceKey.objects.filter(pk=revoke, revoked_at=None).exists():
            raise CommandError(f"there is no live key `{revoke}`; without arguments the command lists them")
        if options["dry_run"]:
            self.stdout.write(f"would revoke {revoke}" if revoke else f"would make `{name}` with {' '.join(scopes)}")
        elif revoke:
            revoke_service_key(revoke, at=clock.now())
            self.stdout.write(f"revoked {revoke}; every process refuses it within 5 s")
        elif name:
            _, key = make_service_key(name, scopes, at=clock.now())
            self.stdout.write(key)
        else:
            for each in ServiceKey.objects.order_by("made_at"):
                state = f"revoked {each.revoked_at:%Y-%m-%d}" if each.revoked_at else "live"
                self.stdout.write(f"{each.pk}  {state}  {each.name}  {' '.join(each.scopes)}")
