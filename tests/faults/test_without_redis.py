"""Without any Redis changes are said, read and told as before; when it is back, empty, it catches up by itself."""

from __future__ import annotations

import time

import pytest

from tests.counts import FULL, either
from tests.faults.checker import faults_of
from tests.faults.endings import endings_of, settled
from tests.faults.family import PARENTS, a_large_family, signed_in
from tests.faults.storms import Storm
from tests.faults.waiting import wait_for
from tests.stack import Stack

CHANGES = either(full=2_000, reduced=200)
# Promised by a host that does nothing else, so asked only of such a one: how soon a change is told, a worker is back.
SOON_S, BACK_S = 3.0, 10.0
TEENS, WRITERS = 20, 40

pytestmark = [pytest.mark.stack, pytest.mark.timeout(either(full=900, reduced=300))]


def test_without_redis_nothing_is_lost_or_old(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(stack.env, "DEVICE_SETTINGS_PER_MINUTE", "0")
    # Each answer waits 1.5 s here, so there is room for every writer to wait.
    monkeypatch.setitem(stack.env, "WEB_THREADS", "48")
    members = a_large_family(stack, TEENS)
    stack.start("web", "sweeper")
    storm = Storm([stack.port], members)
    with storm.blowing([signed_in(stack, name) for name in PARENTS], writers=WRITERS, phones=2):
        wait_for(lambda: len(storm.listening) == TEENS, "every stream is open", within=20)
        storm.allow(20)
        wait_for(lambda: storm.made == 20, "changes are made while Redis is there", within=20)
        storm.history.is_calm = False
        stack.redis.kill()
        gone = time.monotonic()
        storm.allow(CHANGES)
        wait_for(lambda: storm.made == 20 + CHANGES, "changes are made while Redis is gone", within=150)
        wait_for(lambda: is_told(stack, storm), "every app follows without Redis", within=10)
        stack.restart_redis()
        begun = time.monotonic()
        endings = settled(stack, storm, within=10)
    caught_up, reads = time.monotonic() - begun, len(storm.history.reads)
    delays = storm.history.delays(gone)
    p99 = delays[len(delays) * 99 // 100]
    print(f"{CHANGES} changes without Redis, {reads} reads checked, 99 % told within {p99:.1f} s")
    print(f"caught up {caught_up:.1f} s after Redis was back")
    assert not faults_of(storm.history, endings)
    assert len(storm.history.acknowledged) == 20 + CHANGES
    assert p99 <= SOON_S or not FULL


def test_a_worker_comes_back_to_a_redis_that_was_restarted(stack: Stack) -> None:
    # Without the sweeper, so whatever is delivered was delivered by the worker.
    members = a_large_family(stack, 1)
    stack.start("web", "worker")
    storm = Storm([stack.port], members)
    with storm.blowing([signed_in(stack, PARENTS[0])], writers=1, phones=0):
        wait_for(lambda: "ready." in stack.worker.log_text(), "the worker is ready", within=30)
        stack.redis.kill()
        wait_for(lambda: "Cannot connect" in stack.worker.log_text(), "the worker notices", within=30)
        stack.restart_redis()
        begun = time.monotonic()
        wait_for(lambda: knows_redis(stack), "the worker is connected again", within=60)
        back = time.monotonic() - begun
        storm.allow(1)
        endings = settled(stack, storm, within=30)
    print(f"the worker was back after {back:.1f} s")
    assert not faults_of(storm.history, endings)
    assert storm.made == 1
    assert back <= BACK_S or not FULL


def knows_redis(stack: Stack) -> bool:
    """Return whether the worker is at work; the supervisor starts one that has ended, so this does."""
    stack.worker.start()
    told = stack.worker.log_text()
    return max(told.rfind("Connected to"), told.rfind("ready.")) > told.rfind("Cannot connect")


def is_told(stack: Stack, storm: Storm) -> bool:
    """Return whether every stream has told, and every app has read, what the database holds."""
    with stack.inside():
        endings = endings_of(stack, storm).values()
    return all(ending.app == ending.database and ending.told == ending.database[:2] for ending in endings)
