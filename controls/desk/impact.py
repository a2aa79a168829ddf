"""What a new policy changes for every stored account: counts by control and direction, and who some of them are.

Accounts are read in ranges of their ids, each in one statement of a transaction that can only read. Several processes
take range after range, each by a connection of its own; when one of them or the command is killed, nothing is left.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, connections, transaction

from accounts.models import Account
from controls.desk.assessing import Assessor, Change, Changes
from controls.desk.differing import Diff
from controls.gather import gather_between
from controls.laws.conflicts import PolicyConflict
from family_pairing.children import die_with

BATCH: Final = 1_000
# A day has begun everywhere so long after it has in UTC.
BEGUN_EVERYWHERE: Final = timedelta(hours=12)
MOST_MOMENTS: Final = 24

Tell = Callable[[int], object]


class Range(NamedTuple):
    """The accounts between two ids, both included."""

    first: UUID
    last: UUID
    size: int


class Conflict(NamedTuple):
    """Laws that cannot both be obeyed."""

    subject: str
    laws: tuple[str, ...]


@dataclass
class Groups:
    """How many accounts have the same changes, and the first few of them."""

    sizes: Counter[Changes] = field(default_factory=Counter)
    ids: dict[Changes, list[str]] = field(default_factory=dict)

    def add(self, changes: Changes, account: str, sample: int) -> None:
        """Count one account."""
        self.sizes[changes] += 1
        if changes and len(few := self.ids.setdefault(changes, [])) < sample:
            few.append(account)

    def join(self, other: Groups) -> None:
        """Count what somebody else has counted."""
        self.sizes.update(other.sizes)
        for changes, few in other.ids.items():
            self.ids.setdefault(changes, []).extend(few)


@dataclass(frozen=True, slots=True)
class Impact:
    """What changes for stored accounts at some moments; an account counts once for each change."""

    moments: tuple[datetime, ...]
    assessed: int
    changed: int
    loosened: int
    counts: dict[Change, int]
    samples: dict[Change, list[str]]

    def dump(self) -> dict[str, Any]:
        """Write it as JSON; of people there are ids alone."""
        return {
            "moments": [each.isoformat() for each in self.moments],
            "assessed": self.assessed,
            "changed": self.changed,
            "loosened": self.loosened,
            "changes": [
                {**change._asdict(), "accounts": count, "sample": self.samples.get(change, [])}
                for change, count in self.counts.items()
            ],
        }


def moments_of(found: Diff) -> tuple[datetime, ...]:
    """Return when to look: now, and once each difference to come has begun everywhere."""
    later = sorted({each + BEGUN_EVERYWHERE for each in found.moments if each > found.at})
    return (found.at, *later[:MOST_MOMENTS])


def ranges(size: int = BATCH) -> Iterator[Range]:
    """Go through all accounts in ranges of so many."""
    every = Account.objects.order_by("pk").values_list("pk", flat=True)
    ids = list(every[:size])
    while ids:
        yield Range(ids[0], ids[-1], len(ids))
        ids = list(every.filter(pk__gt=ids[-1])[:size])


def assess(assessor: Assessor, every: Sequence[Range], *, sample: int, processes: int, tell: Tell) -> Impact:
    """Return what changes for the accounts of some ranges; `tell` hears how many more were assessed.

    Raises PolicyConflict, and BrokenProcessPool when a process was killed.
    """
    groups = Groups()
    for counted, part in worked_through(assessor, every, sample, processes):
        groups.join(part)
        tell(counted)
    return impact_of(assessor.moments, groups, sample)


def worked_through(
    assessor: Assessor, every: Sequence[Range], sample: int, processes: int
) -> Iterator[tuple[int, Groups]]:
    """Go through ranges with what was found in each, as it comes."""
    if processes <= 1 or len(every) <= 1:
        yield from ((each.size, grouped(assessor, each, sample)) for each in every)
        return
    # Children must not share our connection, not even to close it.
    connections.close_all()
    pool = ProcessPoolExecutor(
        processes, multiprocessing.get_context("fork"), initializer=begin, initargs=(assessor, sample, os.getpid())
    )
    try:
        for done in as_completed([pool.submit(take, each) for each in every]):
            size, found = done.result()
            if isinstance(found, Conflict):
                raise PolicyConflict(*found)
            yield size, found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def impact_of(moments: tuple[datetime, ...], groups: Groups, sample: int) -> Impact:
    """Return what groups of accounts say together, each change by itself."""
    counts: Counter[Change] = Counter()
    samples: dict[Change, list[str]] = {}
    for changes, size in groups.sizes.items():
        for change in changes:
            counts[change] += size
            samples.setdefault(change, []).extend(groups.ids[changes] if sample else ())
    return Impact(
        moments,
        groups.sizes.total(),
        sum(size for changes, size in groups.sizes.items() if changes),
        sum(size for changes, size in groups.sizes.items() if any(change.loosens for change in changes)),
        {change: counts[change] for change in sorted(counts)},
        {change: sorted(samples[change])[:sample] for change in sorted(samples)},
    )


def grouped(assessor: Assessor, among: Range, sample: int) -> Groups:
    """Return the accounts of a range by what changes for them."""
    groups = Groups()
    with only_reading():
        for person in gather_between(among.first, among.last):
            groups.add(assessor.changes(person), str(person.teen_id), sample)
    return groups


@contextmanager
def only_reading() -> Generator[None, None, None]:
    """Make sure that nothing is written; inside of somebody else's transaction it is theirs to say."""
    is_ours = not connection.in_atomic_block
    with transaction.atomic():
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
        yield


# What one of several processes works with.
_work: list[tuple[Assessor, int]] = []


def begin(assessor: Assessor, sample: int, parent: int) -> None:
    """Get ready to take ranges; a child ends with its parent, and leaves the word on interrupts to it."""
    die_with(parent, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work[:] = [(assessor, sample)]


def take(among: Range) -> tuple[int, Groups | Conflict]:
    """Work through one range; a conflict is returned, because that exception does not pass from process to process."""
    ((assessor, sample),) = _work
    try:
        return among.size, grouped(assessor, among, sample)
    except PolicyConflict as conflict:
        return among.size, Conflict(conflict.subject, conflict.laws)
