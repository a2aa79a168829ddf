"""The verb by which the platform makes an account known, or tells that something about it is another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from accounts.models import Account
from accounts.names import reserve
from accounts.pairing import end_pairings_by_age
from controls.gather import birth_of
from controls.laws.admission import Tie
from controls.packs import admission_for, pack_for
from controls.past import former_facts
from controls.policy.facts import Assurance, Birth, World
from controls.policy.packs import Pack
from controls.policy.stages import birthdays, enrolled_band, said_band
from controls.removals import remove_choices
from controls.settlement import settle_requests
from controls.snapshots import present_teen
from family_pairing.problems import Fault, Problem
from ledger.actions import advance, create_teen, lock_teen, owe, record
from ledger.actor import SYSTEM, Actor
from ledger.models import Teen


class Profile(NamedTuple):
    """What the platform says of an account; an age is a birth date, or a range on the day when it was stated."""

    handle: str
    place: str
    time_zone: str
    language: str
    currency: str
    birth_date: date | None = None
    age_from: int | None = None
    age_until: int | None = None
    age_stated_on: date | None = None
    age_assurance: str = Assurance.ASSERTED

    @property
    def birth(self) -> Birth | None:
        return birth_of(self.birth_date, self.age_from, self.age_stated_on, self.age_assurance)

    @property
    def world(self) -> World:
        """The facts that an age rests on, with nobody speaking."""
        return World(birth=self.birth, place=self.place, time_zone=self.time_zone)

    @property
    def pointer(self) -> str:
        """The field that says the age."""
        return "/age_range" if self.birth_date is None else "/birth_date"


class Enrolled(NamedTuple):
    """The account, its age band, and whether it is new."""

    account: Account
    band: str
    is_new: bool


def enrol(external_id: str, profile: Profile, *, actor: Actor, at: datetime) -> Enrolled:
    """Register an account, or update it; twice is once.

    Raises Problem `age_too_low` below the lowest age of the pack, and for a new account also below that of a law that
    binds there; `invalid_value` when it would raise an age.
    """
    account = Account.objects.filter(external_id=external_id).first()
    if account is None:
        try:
            return register(external_id, profile, actor=actor, at=at)
        except IntegrityError:
            # Somebody registered it at the same moment; ours is an update then.
            account = Account.objects.get(external_id=external_id)
    return update(account, profile, actor=actor, at=at)


@transaction.atomic
def register(external_id: str, profile: Profile, *, actor: Actor, at: datetime) -> Enrolled:
    """Make the account and its counter."""
    # Whoever ties this name to another account at the same moment comes before or after, and knows which.
    reserve(external_id)
    standing = standing_of(profile, at)
    check_admission(profile, at)
    teen = create_teen()
    account = Account(teen=teen, external_id=external_id, grew_up_here=False, enrolled_at=at, changes_told_at=at)
    write(account, profile, standing)
    note(teen, "account.registered", {"band": standing.band}, actor=actor, at=at)
    return Enrolled(account, standing.band, is_new=True)


@transaction.atomic
def update(account: Account, profile: Profile, *, actor: Actor, at: datetime) -> Enrolled:
    """Write what is another; an age only ever falls this way, and how well it is known may rise and fall."""
    teen = lock_teen(account.pk)
    account.refresh_from_db()
    held = profile_of(account)
    former = standing_of(held, at)
    profile = since_first_stated(profile, held)
    check_age(held, profile)
    changed = [name for name in Profile._fields if getattr(held, name) != getattr(profile, name)]
    if not changed:
        return Enrolled(account, former.band, is_new=False)
    standing = still_due(standing_of(profile, at), former, account.band_due_at, at)
    is_young_again = not (account.grew_up_here or standing.is_said_adult)
    kept = {"former": former_facts(account, [*changed, "grew_up_here"] if is_young_again else changed)}
    write(account, profile, standing)
    if standing.band == former.band:
        note(teen, "account.changed", {"fields": changed, **kept}, actor=actor, at=at)
    else:
        # What was chosen in a band in which the person was not comes back at no birthday.
        removed = remove_choices(present_teen(teen, at=at))
        body = {"from": former.band, "to": standing.band, "removed": removed, **kept}
        if standing.is_adult:
            end_pairings_by_age(account, teen, at=at)
        note(teen, "account.age_band_changed", body, actor=actor, at=at)
    settle_requests(teen, actor=SYSTEM, at=at)
    return Enrolled(account, standing.band, is_new=False)


def since_first_stated(profile: Profile, held: Profile) -> Profile:
    """Return a profile in which a range of ages that is the one held keeps the day on which it was first stated."""
    is_same = (profile.age_from, profile.age_until) == (held.age_from, held.age_until)
    return profile._replace(age_stated_on=held.age_stated_on) if is_same else profile


class Standing(NamedTuple):
    """Where an age puts an account: its band, whether an adult's age is said, and when the next band begins."""

    band: str
    is_adult: bool
    is_said_adult: bool
    next_at: datetime | None


def standing_of(profile: Profile, at: datetime) -> Standing:
    """Return the band of a profile at a moment.

    Raises Problem `age_too_low`.
    """
    pack = pack_for(profile.place, profile.time_zone, at)
    band = enrolled_band(profile.world, pack, at)
    if band is None:
        youngest = pack.bands[0].from_age
        fault = Fault(profile.pointer, "age_too_low", f"Expected an age of at least {youngest}.")
        raise Problem("age_too_low", f"Nobody below {youngest} is enrolled.", [fault])
    said = said_band(profile.world, pack, at) or band
    return Standing(band.name, band.adult, said.adult, next_band_at(profile, pack, at))


def check_admission(profile: Profile, at: datetime) -> None:
    """Refuse who may have no account in the place, whoever agrees; who moves there keeps one that decisions bar.

    Raises Problem `age_too_low`, with the laws.
    """
    refused = admission_for(profile.world, Tie.NONE, at).refused
    if refused:
        need = max(refused, key=lambda each: each.until_age)
        fault = Fault(profile.pointer, "age_too_low", f"Expected an age of at least {need.until_age}.")
        detail = f"Nobody below {need.until_age} has an account in this place: {need.law}, {need.citations[0]}."
        raise Problem("age_too_low", detail, [fault], extra={"laws": [each.law for each in refused]})


def still_due(standing: Standing, former: Standing, due_at: datetime | None, at: datetime) -> Standing:
    """Return a standing in which a birthday that has come, and that nobody has enacted yet, is still the next one."""
    is_due = due_at is not None and due_at <= at and standing.band == former.band
    return standing._replace(next_at=due_at) if is_due else standing


def band_of(account: Account, at: datetime) -> str:
    """Return the age band of an account at a moment."""
    return standing_of(profile_of(account), at).band


def next_band_at(profile: Profile, pack: Pack, at: datetime) -> datetime | None:
    """Return the first birthday after a moment at which a band of the pack begins."""
    return min((day for day in birthdays(profile.world, pack) if day > at), default=None)


def check_age(held: Profile, profile: Profile) -> None:
    """Refuse what would make an account older: that needs evidence.

    Raises Problem `invalid_value`.
    """
    former, said = held.birth, profile.birth
    if said is None or (former is not None and said.on >= former.on):
        return
    fault = Fault(
        profile.pointer, "invalid_value", "Expected no higher age than the one held; raising it needs evidence."
    )
    raise Problem("invalid_value", faults=[fault])


def profile_of(account: Account) -> Profile:
    """Return what is held of an account."""
    return Profile(*(getattr(account, name) for name in Profile._fields))


def write(account: Account, profile: Profile, standing: Standing) -> None:
    """Store a profile; who is or becomes a minor grows up here from then on."""
    for name, value in profile._asdict().items():
        setattr(account, name, value)
    account.grew_up_here = account.grew_up_here or not standing.is_said_adult
    account.band_due_at = standing.next_at
    # What time will change is another matter now; the sweeper looks anew.
    account.change_release = ""
    account.save()


def note(teen: Teen, kind: str, body: dict[str, Any], *, actor: Actor, at: datetime) -> None:
    """Count, record and owe one change of an account."""
    stamp = advance(teen)
    record(kind, actor=actor, at=at, teen=teen.pk, stamp=stamp, body=body)
    owe(teen, stamp, at=at)
