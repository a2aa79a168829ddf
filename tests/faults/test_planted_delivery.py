"""Bugs around delivery are found; the product in the same storm is not blamed for anything."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Generator

import pytest
from django.db import transaction

from family_pairing.embedded import free_port
from tests.faults.endings import open_debts, settled
from tests.faults.family import PARENTS, Member
from tests.faults.small import a_storm, found, make, say, waited
from tests.faults.waiting import comes_true, wait_for
from tests.stack import Stack

CHANGES = 40
PLANTED = "tests.faults.planted"

pytestmark = pytest.mark.stack


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
    assert waited(storm)[0] < 3


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
    late = [seconds for seconds in waited(storm) if seconds > 1]
    print(f"{len(late)} of {CHANGES} changes waited, {waited(storm)[0]:.1f} s at most")
    assert len(late) <= 2 * len(PARENTS)


def plant_sweeper(stack: Stack, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Put another sweeper in the place of the product's, if one is named."""
    if module:
        monkeypatch.setattr(stack.sweeper, "command", [sys.executable, "-m", f"{PLANTED}.{module}"])
