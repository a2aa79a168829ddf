"""`manage.py demo`: the demo family, made by the same verbs as any other."""

from __future__ import annotations

import json
import os
import secrets
from datetime import date, datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.access import device_of, service_of
from accounts.actions import make_service_key, register_device
from accounts.gather import kept_by_us
from accounts.models import Account, Follow, Pairing, Proof, User
from accounts.pairing import claim, confirm_pairing, start_pairing
from controls.enrolment import Profile, enrol
from controls.handshake import accept_follow, ask_follow
from controls.verification import verify_pairing
from family_pairing.problems import Problem
from ledger import clock
from ledger.actor import SYSTEM

PARENTS = (("paula", "Paula"), ("pierre", "Pierre"), ("mallory", "Mallory"))
TEENS = (("tess", "Tess", 14, ("paula",)), ("theo", "Theo", 16, ("paula", "pierre")), ("tara", "Tara", 17, ()))
# Theo knows both.
FRIENDS = (("tess", "theo"), ("theo", "tara"))
SCOPES = ["accounts:write", "decide", "devices:write", "graph:read", "graph:write", "settings:read"]


class Command(BaseCommand):
    """Makes the demo family once, and writes how to sign in as each of them."""

    help = "Make the demo family and write its names, passwords and tokens to a file for this user alone."

    def add_arguments(self, parser: Any) -> None:
        """Take the file's path."""
        parser.add_argument("--write", type=Path, required=True, metavar="PATH")

    def handle(self, *args: Any, write: Path, **options: Any) -> None:
        """Make what is missing; a file that fits the database stays as it is."""
        if not settings.DEMO:
            raise CommandError("the demo family is made with FAMILY_PAIRING_DEMO=1 only")
        told = read(write)
        if told is not None and fits(told, clock.now()):
            written({**told, "base_url": settings.BASE_URL}, write)
            return
        written(demo_family(clock.now()), write)
        self.stdout.write(f"demo family: {write}")


def read(path: Path) -> dict[str, Any] | None:
    """Return what a former run wrote, if it can be read."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def fits(told: dict[str, Any], at: datetime) -> bool:
    """Tell whether everything that was written still opens this database: it may be another one by now."""
    try:
        for scope in SCOPES:
            service_of(told["service_key"], scope)
        devices = [device_of(teen["device_token"], at=at) for teen in told["teens"]]
        people = [(each["email"], each["password"]) for each in (*told["parents"], told["support"])]
    except (KeyError, TypeError, Problem):
        return False
    users = {user.email: user for user in User.objects.filter(email__in=[email for email, _ in people])}
    known = all(email in users and users[email].check_password(password) for email, password in people)
    return known and [str(each.account_id) for each in devices] == [teen["id"] for teen in told["teens"]]


def demo_family(at: datetime) -> dict[str, Any]:
    """Make the family; returns what `demo.json` promises."""
    passwords = {name: secrets.token_urlsafe(12) for name in ("paula", "pierre", "mallory", "sam")}
    parents = {name: person(name, shown, passwords[name]) for name, shown in PARENTS}
    sam = person("sam", "Sam", passwords["sam"], is_staff=True)
    teens = [teen(name, shown, age, [parents[each] for each in tied], at) for name, shown, age, tied in TEENS]
    for one, other in FRIENDS if kept_by_us() else ():
        befriend(f"demo-{one}", f"demo-{other}", at)
    _, key = make_service_key("demo", SCOPES, at=at)
    return {
        "base_url": settings.BASE_URL,
        "parents": [
            {"name": user.display_name, "email": user.email, "password": passwords[name]}
            for name, user in parents.items()
        ],
        "teens": teens,
        "service_key": key,
        "support": {"email": sam.email, "password": passwords["sam"]},
    }


def person(name: str, shown: str, password: str, *, is_staff: bool = False) -> User:
    """Make somebody who signs in, with an address that is verified; a former run's password is replaced."""
    email = f"{name}@demo.example"
    # Without a language of their own, so that the demo speaks as the browser of whoever tries it.
    named = {"display_name": shown, "language": ""}
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, **named)
    user.is_staff = user.is_superuser = is_staff
    user.set_password(password)
    user.save()
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user


def teen(name: str, shown: str, age: int, parents: list[User], at: datetime) -> dict[str, Any]:
    """Make a teen with a device, paired with each of the parents; the demo's ties are verified."""
    birth_date = date(at.year - age, 1, 1)
    profile = Profile(shown, "FR", "Europe/Paris", "fr", "EUR", birth_date=birth_date)
    account = enrol(f"demo-{name}", profile, actor=SYSTEM, at=at).account
    for parent in parents:
        if not Pairing.objects.active().filter(teen=account, parent=parent).exists():
            offer = start_pairing(account, actor=account.actor, at=at)
            claimed = claim(offer.pairing.pk, parent, at=at)
            active = confirm_pairing(claimed, parent.pk, actor=account.actor, at=at)
            verify_pairing(active, Proof.IN_PERSON, actor=SYSTEM, at=at)
    _, token = register_device(account, actor=SYSTEM, at=at)
    return {
        "id": str(account.pk),
        "external_id": account.external_id,
        "name": shown,
        "age": age,
        "device_token": token,
    }


def befriend(one: str, other: str, at: datetime) -> None:
    """Make two teens friends by the four steps, unless they have had to do with each other already."""
    if Follow.objects.between(one, other).exists():
        return
    actors = {each.external_id: each.actor for each in Account.objects.filter(external_id__in=[one, other])}
    for follower, followed in ((one, other), (other, one)):
        ask_follow(follower, followed, actor=actors[follower], at=at)
        accept_follow(follower, followed, actor=actors[followed], at=at)


def written(told: dict[str, Any], path: Path) -> None:
    """Write the file whole, for this user alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, indent=2)
    draft.replace(path)
