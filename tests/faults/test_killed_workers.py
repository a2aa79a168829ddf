"""A worker that is killed in the middle of its work loses nothing and shows nobody anything old."""

from __future__ import annotations

from functools import partial

import pytest

from tests.counts import either
from tests.faults.checker import faults_of
from tests.faults.endings import settled
from tests.faults.family import PARENTS, a_large_family, signed_in
from tests.faults.storms import Storm
from tests.faults.waiting import wait_for
from tests.stack import Stack

CHANGES, KILLS, TEENS = either(full=(10_000, 20, 60), reduced=(400, 3, 20))
# A lease that a killed worker held is good for 10 s.
REST = 20.0

pytestmark = [pytest.mark.stack, pytest.mark.timeout(either(full=1800, reduced=420))]


def test_a_killed_worker_loses_nothing(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stack.env, "DEVICE_SETTINGS_PER_MINUTE", "0")
    members = a_large_family(stack, TEENS)
    stack.start("web", "worker", "sweeper")
    storm = Storm([stack.port], members)
    with storm.blowing([signed_in(stack, name) for name in PARENTS], writers=4, phones=3):
        wait_for(lambda: len(storm.listening) == TEENS, "every stream is open", within=20)
        for kill in range(KILLS):
            # Only then: were all changes made before, the sweeper alone would deliver them.
            wait_for(partial(is_ready, stack, kill), "the worker is ready", within=120)
            storm.allow(CHANGES * (kill + 1) // (KILLS + 1) - CHANGES * kill // (KILLS + 1))
            wait_for(partial(has_pushed, stack, kill), "the worker pushes", within=120)
            stack.worker.kill9()
            stack.worker.start()
        storm.allow(CHANGES - CHANGES * KILLS // (KILLS + 1))
        wait_for(lambda: storm.made == CHANGES, "every change is made", within=600)
        endings = settled(stack, storm, within=REST)
    reads, frames = len(storm.history.reads), len(storm.history.told)
    print(f"{storm.made} changes, {KILLS} kills, {reads} reads and {frames} frames checked")
    assert not faults_of(storm.history, endings)
    assert len(storm.history.acknowledged) == CHANGES


def is_ready(stack: Stack, lives: int) -> bool:
    """Return whether the worker takes hints in the life that came after so many others."""
    return stack.worker.log_text().count("ready.") == lives + 1


def has_pushed(stack: Stack, lives: int) -> bool:
    """Return whether the worker has delivered something in the life that came after so many others."""
    told = stack.worker.log_text().split("ready.")
    return len(told) == lives + 2 and "succeeded" in told[-1]
