"""A small storm, for what needs no crowd."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import Account, Pairing
from controls.actions import Change, set_controls
from controls.policy.catalogue import control
from ledger import clock
from tests.faults.checker import Ending, faults_of
from tests.faults.family import PARENTS, Member, signed_in, uuids
from tests.faults.storms import Storm
from tests.faults.waiting import wait_for
from tests.stack import Stack


@contextlib.contextmanager
def a_storm(stack: Stack, members: list[Member], *ports: int) -> Generator[Storm, None, None]:
    """Let four writers and a phone work, once every stream is open; at the first web process unless ports are named."""
    storm = Storm(ports or [stack.port], members)
    with storm.blowing([signed_in(stack, name) for name in PARENTS], writers=4, phones=1):
        wait_for(lambda: len(storm.listening) == len(members), "every stream is open", within=20)
        yield storm


def make(storm: Storm, changes: int, within: float = 60) -> None:
    """Let so many changes be made, and wait for them."""
    storm.allow(changes)
    wait_for(lambda: storm.made >= storm.allowed, "every change is made", within=within)


def read_all(storm: Storm) -> None:
    """Wait until a phone has asked for every teen after its last change was acknowledged."""
    wait_for(lambda: has_read_all(storm), "every teen was read after its last change", within=20)


def has_read_all(storm: Storm) -> bool:
    """Return whether a phone has asked for every teen after its last change was acknowledged."""
    last = {change.teen: change.answered or 0.0 for change in storm.history.acknowledged}
    asked = {read.teen: read.called for read in list(storm.history.reads) if read.client.startswith("phone")}
    return all(asked.get(teen, 0.0) > at for teen, at in last.items())


def say(member: Member, value: Any, *, key: str = "words.offensive_filter", until: datetime | None = None) -> None:
    """Set a control by the verb itself, standing or until a moment; call it inside the stack."""
    account = Account.objects.get(pk=uuids([member])[0])
    pairing = Pairing.objects.active().filter(teen=account).select_related("parent").order_by("id")[0]
    assert pairing.parent is not None
    change = Change(control(key), value, until)
    set_controls(pairing, [change], actor=pairing.parent.actor, at=clock.now(), is_recent=True)


def waited(storm: Storm) -> Sequence[float]:
    """Return how long each writer waited for an answer, in seconds, longest first."""
    return sorted(((change.answered or 0.0) - change.called for change in storm.history.acknowledged), reverse=True)


def found(storm: Storm, endings: Mapping[str, Ending]) -> set[str]:
    """Return the kinds of faults that the checker finds, and print how many of each, and the first."""
    faults = faults_of(storm.history, endings)
    counts = Counter(fault.partition(":")[0] for fault in faults)
    for kind, count in counts.items():
        print(count, "times", next(fault for fault in faults if fault.startswith(kind)))
    return set(counts)
