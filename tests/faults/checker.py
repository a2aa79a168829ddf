"""What a history and an ending must look like: a register per teen that only ever goes forward, and one last state.

Each check returns its faults as sentences; none are no fault.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias, TypeVar

from controls.policy.catalogue import control
from tests.faults.history import Change, History, Read, Stamp, Told, Version

T = TypeVar("T", Change, Read, Told)
# What the database says was said of a control, in the order of the versions that said it.
Words: TypeAlias = tuple[tuple[Stamp, Any], ...]


class Ending(NamedTuple):
    """What is known of one teen when everything has come to rest."""

    database: Version
    values: Mapping[str, Any]
    said: Mapping[str, Words]
    redis: Version | None
    app: Version | None
    told: Stamp | None
    debts: int


def faults_of(history: History, endings: Mapping[str, Ending]) -> list[str]:
    """Return everything that is wrong."""
    found = [*history.surprises, *stale(history), *regressed(history), *late(history), *untrue(history, endings)]
    return [*found, *lost(history, endings), *astray(endings)]


def stale(history: History) -> list[str]:
    """Find reads that began after an acknowledgement and returned an older version."""
    faults: list[str] = []
    changes = by_teen(history.acknowledged)
    for teen, reads in by_teen(history.reads).items():
        acknowledged = sorted((change.answered or 0.0, change.stamp or (0, 0)) for change in changes.get(teen, ()))
        for read, newest in behind(reads, acknowledged):
            faults.append(f"stale: {read.client} read {read.version} of {teen} after {newest} was said")
    return faults


def late(history: History) -> list[str]:
    """Find reads that began after a stream had told and returned an older version, where nothing was wrong with Redis.

    Otherwise a stream may tell before every process knows, and tells again when they do.
    """
    if not history.is_calm:
        return []
    faults: list[str] = []
    reads = by_teen(history.reads)
    for teen, frames in by_teen(history.told).items():
        for read, newest in behind(reads.get(teen, []), sorted((frame.at, frame.stamp) for frame in frames)):
            faults.append(f"late: {read.client} read {read.version} of {teen} after {newest} was told")
    return faults


def behind(reads: Iterable[Read], known: list[tuple[float, Stamp]]) -> Iterable[tuple[Read, Stamp]]:
    """Yield reads that are older than what was known when they began, with what that was."""
    moments = [at for at, _ in known]
    newest: list[Stamp] = []
    for _, stamp in known:
        newest.append(max(stamp, newest[-1]) if newest else stamp)
    for read in reads:
        place = bisect_left(moments, read.called)
        if place and read.version[:2] < newest[place - 1]:
            yield read, newest[place - 1]


def regressed(history: History) -> list[str]:
    """Find clients that were shown an older version than they held, and streams that told one.

    Who says what it holds never gets less; who says nothing does not either, while nothing is wrong with Redis.
    """
    faults: list[str] = []
    seen: dict[tuple[str, str], Version] = {}
    for read in sorted(history.reads, key=lambda read: read.called):
        who = (read.client, read.teen)
        known = seen.get(who, (0, 0, 0)) if history.is_calm else read.held or (0, 0, 0)
        if read.version < known:
            faults.append(f"regression: {read.client} had {known} of {read.teen} and then read {read.version}")
        seen[who] = max(read.version, seen.get(who, read.version))
    for teen, frames in by_teen(history.told).items():
        stamps = [frame.stamp for frame in frames]
        if history.is_calm and stamps != sorted(stamps):
            faults.append(f"regression: the stream of {teen} told {stamps}")
    return faults


def untrue(history: History, endings: Mapping[str, Ending]) -> list[str]:
    """Find reads whose values are not those that the database has under their version; looser is the worst of it."""
    faults: list[str] = []
    for read in history.reads:
        for key, value in (read.values or {}).items():
            word = word_at(endings[read.teen].said.get(key, ()), read.version[:2])
            if word is not None and word[1] != value:
                how = "untrue" if is_as_strict(key, value, word[1]) else "looser"
                faults.append(f"{how}: {read.version} of {read.teen} said {key} is {value}, the database {word[1]}")
    return faults


def is_as_strict(key: str, value: Any, expected: Any) -> bool:
    """Tell whether a value protects at least as well as another."""
    kind = control(key).kind
    return kind.at_least_as_strict(kind.load(value), kind.load(expected))


def lost(history: History, endings: Mapping[str, Ending]) -> list[str]:
    """Find acknowledged changes that the database does not hold."""
    faults: list[str] = []
    for change in history.acknowledged:
        # What was said already is no change, and is acknowledged under the version that stands.
        word = word_at(endings[change.teen].said.get(change.key, ()), change.stamp or (0, 0))
        if word is None or word[1] != change.value:
            faults.append(f"lost: {change.stamp} of {change.teen} was acknowledged; the database has {word} there")
    for teen, ending in endings.items():
        for key, words in ending.said.items():
            if words and ending.values.get(key) != words[-1][1]:
                faults.append(f"lost: {key} of {teen} is {ending.values.get(key)} in the end, {words[-1][1]} was last")
    return faults


def word_at(words: Words, stamp: Stamp) -> tuple[Stamp, Any] | None:
    """Return the last of the words that was said up to a version."""
    place = bisect_right([said for said, _ in words], stamp)
    return words[place - 1] if place else None


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
