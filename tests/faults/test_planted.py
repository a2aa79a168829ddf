"""Bugs that were planted on purpose are found; the product in the same storm is not blamed for anything."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Generator

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Account, Pairing
from controls.actions import Change, set_controls
from controls.policy.catalogue import control
from family_pairing.embedded import free_port
from tests.faults.checker import Ending, faults_of
from tests.faults.endings import open_debts, settled
from tests.faults.family import PARENTS, Member, a_large_family, signed_in, uuids
from tests.faults.storms import Storm
from tests.faults.waiting import comes_true, wait_for
from tests.stack import Stack

CHANGES, TEENS = 40, 5
PLANTED = "tests.faults.planted"

pytestmark = pytest.mark.stack


@pytest.fixture
def members(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    """Return a family in a stack whose phones may read as often as they like."""
    monkeypatch.setitem(stack.env, "DEVICE_SETTINGS_PER_MINUTE", "0")
    return a_large_family(stack, TEENS)


@pytest.mark.parametrize(("module", "kinds"), [("lost_fill", set()), ("no_fence", {"stale"})])
def test_a_fence_that_is_missing_is_found(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    application = [f"{PLANTED}.{module}:application" if ":" in part else part for part in stack.web.command]
    monkeypatch.setattr(stack.web, "command", application)
    stack.start("web", "sweeper")
    with a_storm(stack, members) as storm:
        make(storm, CHANGES)
        wait_for(lambda: has_read_all(storm), "every teen was read after its last change", within=20)
        endings = settled(stack, storm, within=10 if not kinds else 0)
    assert found(storm, endings) >= kinds
    assert bool(found(storm, endings)) == bool(kinds)


@pytest.mark.parametrize(("module", "is_delivered"), [("", True), ("cursor_sweeper", False)])
def test_a_change_that_commits_late_is_not_overlooked(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, is_delivered: bool
) -> None:
    plant_sweeper(stack, monkeypatch, module)
    stack.start("web", "sweeper")
    late, others = members[0], members[1:]
    with a_storm(stack, others) as storm:
        with stack.inside(), transaction.atomic():
            say(late, "standard")
            # This change has its number now; later ones commit, and are delivered, before it does.
            make(storm, CHANGES)
            wait_for(lambda: not open_debts(others), "the sweeper has delivered what came later", within=20)
        with stack.inside():
            assert comes_true(lambda: not open_debts([late]), within=10 if is_delivered else 3) == is_delivered
        endings = settled(stack, storm, within=10)
    assert not found(storm, endings)


@pytest.mark.parametrize(("module", "kinds"), [("", set()), ("hinting_sweeper", {"astray"})])
def test_no_broker_is_needed(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    monkeypatch.setitem(stack.env, "BROKER_URL", f"redis://127.0.0.1:{free_port()}/0")
    plant_sweeper(stack, monkeypatch, module)
    stack.start("web", "sweeper")
    with a_storm(stack, members) as storm:
        make(storm, CHANGES)
        endings = settled(stack, storm, within=10 if not kinds else 3)
    assert found(storm, endings) == kinds
    assert waited(storm) < 3


@pytest.fixture
def frozen_broker(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """Give the stack a broker of its own that takes connections and answers nothing."""
    broker = stack.servers.another_redis("frozen")
    stack.servers.start_redis(broker)
    assert broker.process is not None
    os.kill(broker.process.pid, signal.SIGSTOP)
    monkeypatch.setitem(stack.env, "BROKER_URL", broker.url)
    yield
    broker.kill()


def test_a_broker_that_is_frozen_is_waited_for_once(stack: Stack, members: list[Member], frozen_broker: None) -> None:
    stack.start("web", "sweeper")
    with a_storm(stack, members) as storm:
        make(storm, CHANGES)
        endings = settled(stack, storm, within=10)
    assert not found(storm, endings)
    late = [change for change in storm.history.acknowledged if (change.answered or 0) - change.called > 1]
    print(f"{len(late)} of {CHANGES} changes waited, {waited(storm):.1f} s at most")
    assert len(late) <= 2 * len(PARENTS)


def plant_sweeper(stack: Stack, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Put another sweeper in the place of the product's, if one is named."""
    if module:
        monkeypatch.setattr(stack.sweeper, "command", [sys.executable, "-m", f"{PLANTED}.{module}"])


@contextlib.contextmanager
def a_storm(stack: Stack, members: list[Member]) -> Generator[Storm, None, None]:
    """Let four writers and a phone work, once every stream is open."""
    storm = Storm([stack.port], members)
    with storm.blowing([signed_in(stack, name) for name in PARENTS], writers=4, phones=1):
        wait_for(lambda: len(storm.listening) == len(members), "every stream is open", within=20)
        yield storm


def make(storm: Storm, changes: int) -> None:
    """Let so many changes be made, and wait for them."""
    storm.allow(changes)
    wait_for(lambda: storm.made == changes, "every change is made", within=60)


def has_read_all(storm: Storm) -> bool:
    """Return whether a phone has asked for every teen after its last change was acknowledged."""
    last = {change.teen: change.answered or 0.0 for change in storm.history.acknowledged}
    return all(any(read.teen == teen and read.called > at for read in storm.history.reads) for teen, at in last.items())


def say(member: Member, value: str) -> None:
    """Set a control that no writer speaks of, by the verb itself."""
    account = Account.objects.get(pk=uuids([member])[0])
    pairing = Pairing.objects.active().filter(teen=account).select_related("parent")[0]
    assert pairing.parent is not None
    change = Change(control("words.offensive_filter"), value)
    set_controls(pairing, [change], actor=pairing.parent.actor, at=timezone.now(), is_recent=True)


def waited(storm: Storm) -> float:
    """Return the longest that a writer waited for an answer."""
    return max((change.answered or 0.0) - change.called for change in storm.history.acknowledged)


def found(storm: Storm, endings: dict[str, Ending]) -> set[str]:
    """Return the kinds of faults that the checker finds, and print the first of each."""
    faults = {fault.partition(":")[0]: fault for fault in reversed(faults_of(storm.history, endings))}
    print(*faults.values(), sep="\n")
    return set(faults)
