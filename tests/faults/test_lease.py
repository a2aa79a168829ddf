"""One subscriber is told of a teen by one process at a time, also by a process that was frozen and is late."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from ledger import clock
from ledger.models import Debt
from tests.faults.family import Member, uuids
from tests.faults.small import say
from tests.faults.waiting import wait_for
from tests.stack import Process, Stack

pytestmark = pytest.mark.stack

ONE_BY_ONE = ["second ends", "second begins", "second ends"]
AT_A_TIME = ["first begins", "first ends", "second ends"]


@pytest.mark.parametrize(("bugs", "told"), [((), ONE_BY_ONE), (("no_token",), AT_A_TIME)])
def test_who_is_late_ends_nobody_elses_lease(
    stack: Stack, members: list[Member], tmp_path: Path, bugs: tuple[str, ...], told: list[str]
) -> None:
    log, (member, *_) = tmp_path / "told", members
    with stack.inside(), ExitStack() as tellers:
        teller = partial(a_teller, stack, member, log, bugs)
        first = tellers.enter_context(teller("first"))
        wait_for(lambda: lines(log)[-1:] == ["first begins"], "the first tells", within=20)
        # As it does by itself while a process is frozen for long enough.
        Debt.objects.filter(teen_id__in=uuids([member])).update(lease_until=clock.now())
        second = tellers.enter_context(teller("second"))
        wait_for(lambda: lines(log)[-1:] == ["second begins"], "the second tells", within=20)
        # So there is something to tell again.
        say(member, "standard")
        go_on(first)
        go_on(second)
    assert lines(log) == ["first begins", "second begins", "first ends", *told]


@contextmanager
def a_teller(
    stack: Stack, member: Member, log: Path, bugs: tuple[str, ...], name: str
) -> Generator[Process, None, None]:
    """Start a process that pushes, and stands still while it tells."""
    command = [sys.executable, "-m", "tests.faults.planted.teller", name, member.id, str(log), *bugs]
    process = Process(name, command, stack.env, stack.folder, ())
    process.start()
    try:
        yield process
    finally:
        process.thaw()
        process.kill9()


def go_on(teller: Process) -> None:
    """Let a teller go on, and wait until it has ended."""
    teller.thaw()
    wait_for(lambda: not teller.running, f"the {teller.name} has ended", within=20)


def lines(log: Path) -> list[str]:
    """Return what the tellers have noted so far."""
    return log.read_text().splitlines() if log.exists() else []
