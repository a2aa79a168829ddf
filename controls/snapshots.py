"""The snapshot of an account: its enforced values as the final bytes that phones are given."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accounts.models import Account
from accounts.ties import Ties, dump_ties
from controls.decisions.briefs import Bar, Brief, brief_of, dump_brief
from controls.decisions.words import Code
from controls.gather import Gathered, gather, gather_with_ties
from controls.packs import admission_for, pack_for, release_at
from controls.policy.catalogue import CATALOGUE
from controls.policy.packs import Pack
from controls.policy.resolve import Resolution, resolve
from controls.policy.stages import said_band
from ledger import clock
from ledger.actions import Stamp
from ledger.cache import Snapshot, Version
from ledger.models import Teen
from ledger.moments import iso


class Present(NamedTuple):
    """What applies to an account at a moment, and the facts that it rests on."""

    gathered: Gathered
    pack: Pack
    resolution: Resolution
    version: Version
    at: datetime

    @property
    def teen_id(self) -> UUID:
        return self.gathered.teen_id

    @property
    def is_adult(self) -> bool:
        """Tell whether the person decides alone."""
        return any(band.adult and band.name == self.resolution.band for band in self.pack.bands)

    @property
    def is_said_adult(self) -> bool:
        """Tell whether an adult's age is said, however well it is known."""
        said = said_band(self.gathered.world, self.pack, self.at)
        return said is not None and said.adult

    def for_parents(self) -> Present:
        """Return what parents may see of it: without what is the teen's alone, under a version that does not count it.

        Whatever a parent is shown or compared with comes from here, so that two worlds that differ only in that give
        the same bytes.
        """
        stamp, shown = self.gathered.stamp, shown_to_parents(self.gathered)
        present = self if shown is self.gathered else present_of(shown, at=self.at)
        return present._replace(version=Version(stamp.epoch, stamp.shown_seq, present.resolution.as_of))

    def at_stamp(self, stamp: Stamp) -> Present:
        """Return the same under the version that a verb has just made."""
        gathered = replace(self.gathered, stamp=stamp)
        return self._replace(gathered=gathered, version=Version(stamp.epoch, stamp.seq, self.version.as_of))


def is_teens_alone(key: str) -> bool:
    """Tell whether no parent sees what the teen says of a control, nor that it was said."""
    return key in CATALOGUE and CATALOGUE[key].teens_alone


def read_snapshot(teen: str) -> Snapshot | None:
    """Return the present snapshot of an account from the database; None when there is no such account."""
    found = gather_with_ties(UUID(teen))
    return snapshot_of(present_of(found[0], at=clock.now()), found[1]) if found else None


def read_present(teen_id: UUID, *, at: datetime) -> Present | None:
    """Return what applies to an account at a moment; None when there is no such account."""
    gathered = gather(teen_id)
    return present_of(gathered, at=at) if gathered else None


def present_teen(teen: Teen, *, at: datetime) -> Present:
    """Return what applies to a locked teen at a moment, the words of this transaction included.

    Raises Teen.DoesNotExist when it has no account.
    """
    present = read_present(teen.pk, at=at)
    if present is None:
        raise Teen.DoesNotExist
    return present


def present_account(account: Account, *, at: datetime) -> Present:
    """Return what applies to an account at a moment.

    Raises Account.DoesNotExist when it was erased meanwhile.
    """
    present = read_present(account.pk, at=at)
    if present is None:
        raise Account.DoesNotExist
    return present


def present_for_parents(account: Account, *, at: datetime) -> Present:
    """Return what parents may see of what applies to an account.

    Raises Account.DoesNotExist when it was erased meanwhile.
    """
    return present_account(account, at=at).for_parents()


def present_of(gathered: Gathered, *, at: datetime) -> Present:
    """Resolve gathered facts at a moment."""
    world = gathered.world
    pack = pack_for(world.place, world.time_zone, at)
    resolution = resolve(world, pack, at)
    version = Version(gathered.stamp.epoch, gathered.stamp.seq, resolution.as_of)
    return Present(gathered, pack, resolution, version, at)


def shown_to_parents(gathered: Gathered) -> Gathered:
    """Return the facts without what is the teen's alone; the very same where there is nothing of it."""
    world = gathered.world
    shown = tuple(chosen for chosen in world.choices if not is_teens_alone(chosen.control))
    return gathered if len(shown) == len(world.choices) else replace(gathered, world=replace(world, choices=shown))


def snapshot_of(present: Present, ties: Ties) -> Snapshot:
    """Return the bytes of what applies, under its version."""
    brief = brief_of_present(present)
    return Snapshot(
        version=present.version,
        pack=release_at(present.at),
        valid_until=brief.valid_until,
        devices=present.gathered.devices,
        body=orjson.dumps(settings_of(present)),
        brief=dump_brief(brief),
        ties=dump_ties(present.gathered.ties_at(ties, present.at)),
    )


def brief_of_present(present: Present) -> Brief:
    """Return what decisions read, until values change, laws say otherwise of the account, or a pairing is over."""
    gathered = present.gathered
    admitted = admission_for(gathered.world, gathered.tie_at(present.at), present.at)
    brief = brief_of(
        present.resolution,
        adult=present.is_adult,
        said_adult=present.is_said_adult,
        bars=[Bar(Code(bar.code), bar.laws) for bar in admitted.bars],
        version=str(present.version),
        supervised=bool(gathered.bound_at(present.at)),
    )
    ends = [each.ends_at for each in gathered.bound_at(present.at)]
    turns = [int(each.timestamp()) for each in (admitted.next_at, *ends) if each is not None]
    if brief.valid_until is not None:
        turns.append(brief.valid_until)
    return replace(brief, valid_until=min(turns, default=None))


def settings_of(present: Present) -> dict[str, Any]:
    """Return the answer of `GET /v1/me/settings`, with the values that follow the next boundary."""
    until = present.resolution.valid_until
    return {
        "version": str(present.version),
        "pack": present.pack.key,
        "valid_until": iso(until),
        "time_zone": present.gathered.world.time_zone,
        "settings": dumped(present.resolution),
        "next": None if until is None else next_of(present, until),
    }


def next_of(present: Present, at: datetime) -> dict[str, Any]:
    """Return what follows, so that a phone without network steps over one boundary and is strict after the second."""
    following = present_of(present.gathered, at=at).resolution
    return {"at": iso(at), "valid_until": iso(following.valid_until), "settings": dumped(following)}


def dumped(resolution: Resolution) -> dict[str, Any]:
    """Return every enforced value as JSON, by control."""
    return {key: enforced.dump() for key, enforced in resolution.values.items()}
