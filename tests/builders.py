"""The cast and how its members come to be: paula, pierre (parents), tess (teen), mallory (stranger), sam (support).

Everything here calls the product's own verbs, at a moment that is handed in.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from allauth.account.models import EmailAddress
from django.db.models import Model

from accounts.actions import make_service_key, register_device
from accounts.models import Account, Block, Device, Follow, Invite, Pairing, Proof, ServiceKey, State, UnheardAsk, User
from accounts.pairing import Offer, claim, confirm_pairing, start_pairing
from controls.actions import Attempt, Change, choose, set_controls
from controls.enrolment import Profile, enrol
from controls.models import Answer, Arrival, Choice, Lasting, Request, RequestKind, Setting
from controls.policy.catalogue import control
from controls.requests import Ask, approve_request, ask_for_time, create_request, refuse_request
from controls.snapshots import present_account
from family_pairing.problems import Problem
from ledger.actor import SYSTEM
from ledger.models import Debt, Event, Teen

# A Tuesday at noon, well away from the cast's birthdays.
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ZONES = {"GB": "Europe/London", "FR": "Europe/Paris", "US-CA": "America/Los_Angeles"}
PASSWORD = "correct horse battery staple"


class Phone(NamedTuple):
    """One of a teen's devices, and the token that it carries."""

    device: Device
    token: str


def a_person(name: str, *, password: str | None = None, at: datetime = AT, is_staff: bool = False) -> User:
    """Return somebody who can sign in, with a password only where a test signs in by one."""
    email = f"{name}@family.example"
    named = {"display_name": name.title(), "date_joined": at}
    user = User.objects.create_user(email, password, **named, is_staff=is_staff, is_superuser=is_staff)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def a_parent(name: str = "paula", *, at: datetime = AT) -> User:
    """Return a parent, by herself; pierre is the other one."""
    return a_person(name, at=at)


def mallory(*, at: datetime = AT) -> User:
    """Return a stranger, who signs in as parents do."""
    return a_person("mallory", at=at)


def sam(*, at: datetime = AT) -> User:
    """Return somebody of support."""
    return a_person("sam", at=at, is_staff=True)


def born(age: int, at: datetime = AT) -> date:
    """Return a birth date about half a year after which `age` years are full."""
    return at.date() - timedelta(days=round(age * 365.25) + 180)


def a_profile(age: int | None = 14, place: str = "GB", *, name: str = "tess", at: datetime = AT) -> Profile:
    """Return what the platform says of an account."""
    birth_date = None if age is None else born(age, at)
    return Profile(name.title(), place, ZONES[place], "en", "EUR", birth_date=birth_date)


def a_teen(age: int | None = 14, place: str = "GB", *, name: str = "tess", at: datetime = AT) -> Account:
    """Return an enrolled teen with nobody paired."""
    return enrol(f"platform-{name}", a_profile(age, place, name=name, at=at), actor=SYSTEM, at=at).account


def a_device(teen: Account, *, at: datetime = AT) -> Phone:
    """Return a registered device of the teen."""
    return Phone(*register_device(teen, actor=SYSTEM, at=at))


def a_service(*scopes: str, at: datetime = AT) -> str:
    """Return the key of a platform service."""
    return a_service_key(*scopes, at=at)[1]


def a_service_key(*scopes: str, at: datetime = AT) -> tuple[ServiceKey, str]:
    """Return a service key's row and the key."""
    return make_service_key("platform", list(scopes), at=at)


def offered(teen: Account, *, at: datetime = AT) -> Offer:
    """Return a pairing that the teen has started."""
    return start_pairing(teen, actor=teen.actor, at=at)


def claimed(teen: Account, parent: User, *, at: datetime = AT) -> Pairing:
    """Return a pairing that waits for the teen."""
    return claim(offered(teen, at=at).pairing.pk, parent, at=at)


def paired(teen: Account, parent: User, *, verified: bool = True, at: datetime = AT) -> Pairing:
    """Return an active pairing; most parents here are verified."""
    pairing = confirm_pairing(claimed(teen, parent, at=at), parent.pk, actor=teen.actor, at=at)
    if verified:
        Pairing.objects.filter(pk=pairing.pk).update(proof=Proof.IN_PERSON)
        pairing.refresh_from_db()
    return pairing


def sets(
    pairing: Pairing,
    said: Mapping[str, Any],
    *,
    until: datetime | None = None,
    at: datetime = AT,
    expect: str = "",
    is_recent: bool = True,
) -> Attempt:
    """Let the parent say something of several controls; None takes a word back."""
    parent = pairing.parent
    assert parent is not None
    changes = changes_of(said, until=until)
    return set_controls(pairing, changes, actor=parent.actor, at=at, expect=expect, is_recent=is_recent)


def changes_of(said: Mapping[str, Any], *, until: datetime | None = None) -> list[Change]:
    """Return what a parent wants to say as changes."""
    return [Change(control(key), value, until) for key, value in said.items()]


def chooses(teen: Account, key: str, value: Any, *, at: datetime = AT) -> Attempt:
    """Let the teen choose; None takes the choice back."""
    return choose(teen, control(key), value, actor=teen.actor, at=at)


def asks(teen: Account, key: str, value: Any, *, reason: str = "", at: datetime = AT) -> Request:
    """Let the teen ask for a value."""
    ask = Ask(RequestKind.CONTROL, control(key), value, reason=reason)
    return create_request(teen, ask, actor=teen.actor, at=at)


def asks_for_time(teen: Account, total: int, *, at: datetime = AT) -> Request:
    """Let the teen ask for as many minutes today."""
    return create_request(teen, ask_for_time(teen, total, at=at), actor=teen.actor, at=at)


def approves(
    pairing: Pairing,
    request: Request,
    lasting: str = "always",
    until: datetime | None = None,
    *,
    at: datetime = AT,
    is_recent: bool = True,
) -> Request:
    """Let the parent approve."""
    assert pairing.parent is not None
    actor = pairing.parent.actor
    return approve_request(request, pairing, Lasting(lasting), until, actor=actor, at=at, is_recent=is_recent)


def refuses(pairing: Pairing, request: Request, reason: str = "Not today.", *, at: datetime = AT) -> Request:
    """Let the parent refuse."""
    assert pairing.parent is not None
    return refuse_request(request, pairing, reason, actor=pairing.parent.actor, at=at)


def applies(teen: Account, key: str, *, at: datetime = AT) -> Any:
    """Return what is enforced for one control, as JSON."""
    return present_account(teen, at=at).resolution.values[key].dump()["value"]


def reasons(teen: Account, key: str, *, at: datetime = AT) -> list[str]:
    """Return the codes of the reasons for what is enforced."""
    return [because.code.value for because in present_account(teen, at=at).resolution.values[key].reasons]


def minutes(each_day: int) -> dict[str, Any]:
    """Return a value of `time.daily_minutes` with the same for every day."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return {day: {"limited": True, "minutes": each_day} for day in days}


def seq(teen: Account) -> int:
    """Return how often what is said about the teen has changed."""
    return Teen.objects.get(pk=teen.pk).seq


def kinds(teen: Account) -> list[str]:
    """Return the kinds of the teen's events, the oldest first."""
    return list(Event.objects.filter(teen=teen.pk).order_by("id").values_list("kind", flat=True))


def newest(teen: Account) -> Event:
    """Return the teen's last event."""
    return Event.objects.select_related("told").filter(teen=teen.pk).latest("id")


def owed(teen: Account) -> dict[str, int]:
    """Return what each subscriber is owed about the teen."""
    return dict(Debt.objects.filter(teen_id=teen.pk).values_list("subscriber", "wanted"))


def assert_told(teen: Account, kind: str, actor: str, *, actor_id: str | None = None) -> None:
    """Check that the last thing in the teen's history is this, at the present seq, and that everybody is owed it."""
    event = newest(teen)
    assert (event.kind, event.actor_kind, event.seq) == (kind, actor, seq(teen))
    assert actor_id is None or event.actor_id == actor_id
    assert owed(teen) == {"cache": seq(teen), "stream": seq(teen)}


@contextmanager
def refused(code: str) -> Generator[None, None, None]:
    """Expect a refusal with this code, and that nothing is stored by what was refused."""
    before = stored()
    with pytest.raises(Problem) as caught:
        yield
    assert caught.value.code == code
    assert stored() == before


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that says who, what or what happened; what only counts attempts is left out."""
    return {model.__name__: sorted(model._default_manager.values_list(), key=repr) for model in TOLD}


TOLD: tuple[type[Model], ...] = (
    User, Account, Device, Pairing, Invite, ServiceKey, Teen, Event, Debt, Setting, Choice, Arrival,
    Request, Answer, Follow, Block, UnheardAsk,
)  # fmt: skip
OPEN = (State.INVITED, State.CLAIMED)
