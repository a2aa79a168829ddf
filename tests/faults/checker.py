"""What a history and an ending must look like: a register per teen that only ever goes forward, and one last state.

Each check returns its faults as sentences; none are no fault.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from tests.faults.history import Change, History, Read, Stamp, Told, Version

T = TypeVar("T", Change, Read, Told)


class Ending(NamedTuple):
    """What is known of one teen when everything has come to rest."""

    database: Version
    values: Mapping[str, Any]
    # The versions of the events that were recorded.
    stamps: frozenset[Stamp]
    redis: Version | None
    app: Version | None
    told: Stamp | None
    debts: int


def faults_of(history: History, endings: Mapping[str, Ending]) -> list[str]:
    """Return everything that is wrong."""
    found = [*history.surprises, *stale(history), *regressed(history), *untrue(history)]
    return [*found, *lost(history, endings), *astray(endings)]


def stale(history: History) -> list[str]:
    """Find reads that began after an acknowledgement and returned an older version."""
    faults: list[str] = []
    changes = by_teen(history.acknowledged)
    for teen, reads in by_teen(history.reads).items():
        acknowledged = sorted((change.answered or 0.0, change.stamp or (0, 0)) for change in changes.get(teen, ()))
        moments = [at for at, _ in acknowledged]
        newest: list[Stamp] = []
        for _, stamp in acknowledged:
            newest.append(max(stamp, newest[-1]) if newest else stamp)
        for read in reads:
            known = bisect_left(moments, read.called)
            if known and read.version[:2] < newest[known - 1]:
                faults.append(f"stale: {read.client} read {read.version} of {teen} after {newest[known - 1]} was said")
    return faults


def regressed(history: History) -> list[str]:
    """Find clients that were shown an older version than before, and streams that told one."""
    faults: list[str] = []
    seen: dict[tuple[str, str], Version] = {}
    for read in sorted(history.reads, key=lambda read: read.called):
        who = (read.client, read.teen)
        if read.version < seen.get(who, (0, 0, 0)):
            faults.append(f"regression: {read.client} had {seen[who]} of {read.teen} and then read {read.version}")
        seen[who] = max(read.version, seen.get(who, read.version))
    for teen, frames in by_teen(history.told).items():
        stamps = [frame.stamp for frame in frames]
        if stamps != sorted(stamps):
            faults.append(f"regression: the stream of {teen} told {stamps}")
    return faults


def untrue(history: History) -> list[str]:
    """Find reads whose values are not those of their version."""
    faults: list[str] = []
    said: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in history.changes:
        said[change.teen, change.key].append(change)
    known: dict[tuple[str, str], list[Stamp]] = {}
    for what, changes in said.items():
        changes.sort(key=lambda change: change.stamp or (0, 0))
        known[what] = [change.stamp or (0, 0) for change in changes]
    for read in history.reads:
        for key, value in (read.values or {}).items():
            changes = said.get((read.teen, key), [])
            place = bisect_right(known.get((read.teen, key), []), read.version[:2])
            # A change that nobody answered for has the stamp 0: its value may or may not be there.
            if changes and not changes[0].stamp:
                continue
            if place and changes[place - 1].value != value:
                expected = changes[place - 1].value
                faults.append(f"untrue: {read.version} of {read.teen} said {key} is {value}, not {expected}")
    return faults


def lost(history: History, endings: Mapping[str, Ending]) -> list[str]:
    """Find acknowledged changes that the database does not hold."""
    faults: list[str] = []
    newest: dict[tuple[str, str], Change] = {}
    stamps: set[tuple[str, Stamp | None]] = set()
    for change in history.acknowledged:
        if change.stamp not in endings[change.teen].stamps:
            faults.append(f"lost: {change.stamp} of {change.teen} was acknowledged and has no event")
        if (change.teen, change.stamp) in stamps:
            faults.append(f"lost: {change.stamp} of {change.teen} was acknowledged twice")
        stamps.add((change.teen, change.stamp))
        former = newest.get((change.teen, change.key))
        if former is None or (former.stamp or (0, 0)) < (change.stamp or (0, 0)):
            newest[change.teen, change.key] = change
    unknown = {(change.teen, change.key) for change in history.changes if change.answered is None}
    for (teen, key), change in newest.items():
        held = endings[teen].values.get(key)
        if held != change.value and (teen, key) not in unknown:
            faults.append(f"lost: {key} of {teen} is {held} in the end; {change.value} was acknowledged last")
    return faults


def astray(endings: Mapping[str, Ending]) -> list[str]:
    """Find subscribers that did not end with the state of the database, and debts that were left."""
    faults: list[str] = []
    for teen, ending in endings.items():
        places = {"Redis": ending.redis, "the app": ending.app}
        faults += [
            f"astray: {place} holds {version} of {teen}, the database {ending.database}"
            for place, version in places.items()
            if version != ending.database
        ]
        if ending.told != ending.database[:2]:
            faults.append(f"astray: the stream of {teen} told {ending.told} last, the database is at {ending.database}")
        if ending.debts:
            faults.append(f"astray: {ending.debts} debts about {teen} are still open")
    return faults


def by_teen(records: Iterable[T]) -> dict[str, list[T]]:
    """Return records by the teen that they are about."""
    found: dict[str, list[T]] = defaultdict(list)
    for record in records:
        found[record.teen].append(record)
    return found
