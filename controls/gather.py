"""Rows to facts: everything that the core needs to know of one account, read in one statement.

One statement sees one moment of the database, so a version and the facts behind it always belong together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from accounts.gather import TIE_COLUMNS, ties_from
from accounts.ties import Ties
from controls.laws.admission import Tie
from controls.policy.facts import Assurance, Birth, Chosen, Setting, World
from ledger.actions import Stamp
from ledger.cache import Devices

_FACTS = """
SELECT t.epoch, t.seq, t.aside, a.birth_date, a.age_from, a.age_stated_on, a.age_assurance,
  a.place, a.time_zone, a.grew_up_here,
  (SELECT coalesce(json_agg(json_build_array(p.parent_id, p.proof, s.key, s.value, extract(epoch FROM s.until))
                            ORDER BY s.id), '[]')
     FROM accounts_pairing p JOIN controls_setting s ON s.pairing_id = p.id
    WHERE p.teen_id = t.id AND p.state IN ('active', 'ending')),
  (SELECT coalesce(json_agg(json_build_array(c.key, c.value, extract(epoch FROM c.until), c.band) ORDER BY c.id), '[]')
     FROM controls_choice c WHERE c.account_id = t.id),
  (SELECT coalesce(json_object_agg(d.id, json_build_array(d.generation, floor(extract(epoch FROM d.former_until)))),
                   '{}')
     FROM accounts_device d WHERE d.account_id = t.id AND d.revoked_at IS NULL),
  (SELECT coalesce(json_agg(json_build_array(p.parent_id, p.proof <> 'none', extract(epoch FROM p.ends_at))), '[]')
     FROM accounts_pairing p WHERE p.teen_id = t.id AND p.state IN ('active', 'ending'))"""
_OF_ONE = """
FROM ledger_teen t JOIN accounts_account a ON a.teen_id = t.id
WHERE t.id = %s
"""
_OF_SOME = """
FROM ledger_teen t JOIN accounts_account a ON a.teen_id = t.id
WHERE t.id BETWEEN %s AND %s ORDER BY t.id"""
FACTS = f"{_FACTS}{_OF_ONE}"
FACTS_OF_SOME = f"SELECT t.id, {_FACTS.removeprefix(chr(10)).removeprefix('SELECT ')}{_OF_SOME}"
FACTS_AND_TIES = f"{_FACTS}, {TIE_COLUMNS}{_OF_ONE}"
COLUMNS = 14


class Bound(NamedTuple):
    """A pairing as it stands: with whom, whether verified, and when it ends where the teen has left it."""

    parent: str
    is_verified: bool
    ends_at: datetime | None


@dataclass(frozen=True)
class Gathered:
    """What was read of one account at one moment of the database."""

    teen_id: UUID
    stamp: Stamp
    world: World
    devices: Devices
    pairings: tuple[Bound, ...] = ()

    def bound_at(self, at: datetime) -> tuple[Bound, ...]:
        """Return the pairings that are not over at a moment, also where nobody has ended them yet."""
        return tuple(each for each in self.pairings if each.ends_at is None or each.ends_at > at)

    def tie_at(self, at: datetime) -> Tie:
        """Return the best tie to a parent at a moment."""
        bound = self.bound_at(at)
        if any(each.is_verified for each in bound):
            return Tie.VERIFIED
        return Tie.UNVERIFIED if bound else Tie.NONE

    def ties_at(self, ties: Ties, at: datetime) -> Ties:
        """Return ties together with the verified parents of a moment."""
        return replace(ties, parents=frozenset(each.parent for each in self.bound_at(at) if each.is_verified))


def gather(teen_id: UUID) -> Gathered | None:
    """Return the facts about one account, or None when there is no such account."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [teen_id])
        row = cursor.fetchone()
    return gathered_from(teen_id, row) if row else None


def gather_between(first: UUID, last: UUID) -> Iterator[Gathered]:
    """Go through the facts about all accounts of a range of ids, read in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS_OF_SOME, [first, last])
        rows = cursor.fetchall()
    yield from (gathered_from(row[0], row[1:]) for row in rows)


def gather_with_ties(teen_id: UUID) -> tuple[Gathered, Ties] | None:
    """Return the facts about one account and its ties but for parents, or None when there is no such account."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS_AND_TIES, [teen_id])
        row = cursor.fetchone()
    return (gathered_from(teen_id, row[:COLUMNS]), ties_from(row[COLUMNS:])) if row else None


def gathered_from(teen_id: UUID, row: tuple[Any, ...]) -> Gathered:
    """Return one row as facts."""
    epoch, seq, aside, birth_date, age_from, stated_on, assurance, place, time_zone, grew_up_here = row[:10]
    settings, choices, devices, pairings = (read_json(column) for column in row[10:])
    world = World(
        birth=birth_of(birth_date, age_from, stated_on, assurance),
        place=place,
        time_zone=time_zone,
        grew_up_here=grew_up_here,
        settings=tuple(
            Setting(parent, proof != "none", key, value, moment(until)) for parent, proof, key, value, until in settings
        ),
        choices=tuple(Chosen(key, value, moment(until), band) for key, value, until, band in choices),
    )
    listed = {device: (generation, former and int(former)) for device, (generation, former) in devices.items()}
    bound = tuple(Bound(parent, verified, moment(ends_at)) for parent, verified, ends_at in pairings)
    return Gathered(teen_id, Stamp(epoch, seq, aside), world, listed, bound)


def birth_of(
    birth_date: date | None, age_from: int | None, stated_on: date | None, assurance: str = Assurance.ASSERTED
) -> Birth | None:
    """Return what is known of a birth: of a range of ages the younger end counts; None when nothing is known.

    A level that this release does not know counts as none.
    """
    level = Assurance(assurance) if assurance in set(Assurance) else Assurance.ASSERTED
    if birth_date is not None:
        return Birth(birth_date, level)
    return None if age_from is None or stated_on is None else Birth.from_age(age_from, stated_on, level)


def read_json(column: Any) -> Any:
    """Return a column that the driver hands over as text or as a value."""
    return json.loads(column) if isinstance(column, str) else column


def moment(seconds: float | None) -> datetime | None:
    """Return unix seconds as a moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
