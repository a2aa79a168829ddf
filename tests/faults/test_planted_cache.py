"""Bugs around the cache are found; the product in the same storm is not blamed for anything.

Each scenario is run twice: with the product, which must come out of it without a fault, and with the bug planted.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial

import pytest
import redis

from family_pairing.embedded import free_port
from tests.faults.checker import regressed, stale
from tests.faults.client import Connection, version_of
from tests.faults.endings import open_debts, settled
from tests.faults.family import PARENTS, Member, signed_in
from tests.faults.history import Change
from tests.faults.planted import planted
from tests.faults.small import a_storm, found, make, read_all
from tests.faults.storms import Storm
from tests.faults.waiting import wait_for
from tests.stack import Process, Stack

CHANGES = 40
REST = 15.0

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(("module", "kinds"), [("lost_fill", set()), ("no_fence", {"stale"})])
def test_a_fence_that_is_missing(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    plant(monkeypatch, stack.web, module)
    stack.start("web", "sweeper")
    with a_storm(stack, members) as storm:
        make(storm, CHANGES)
        read_all(storm)
        endings = settled(stack, storm, within=0 if kinds else REST)
    assert found(storm, endings) >= kinds
    assert bool(found(storm, endings)) == bool(kinds)


@pytest.mark.parametrize(("module", "kinds"), [("slow_commit", set()), ("late_fence", {"regression"})])
def test_a_fence_after_the_commit(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    plant(monkeypatch, stack.web, module)
    # So that it sees what is committed at once, and tells no cache of it.
    cut_off_from_redis(monkeypatch, stack.other_web)
    stack.start("web", "other web")
    storm = Storm([], members)
    with ExitStack() as lines:
        here, there = (lines.enter_context(closing(Connection(port))) for port in (stack.port, stack.other_port))
        for member in members:
            wait_for(partial(asks_redis, stack, storm, here, member), "the process asks Redis", within=10)
            for _ in until_changed(stack, storm, stack.port, member):
                storm.read(there, "phone", member)
                storm.read(here, "phone", member)
    faults = regressed(storm.history)
    print(len(faults), "regressions in", len(storm.history.reads), "reads")
    assert {fault.partition(":")[0] for fault in faults} == kinds


@pytest.mark.parametrize(("module", "kinds"), [("", set()), ("one_run", {"stale"})])
def test_keys_without_the_run_of_redis(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    plant(monkeypatch, stack.web, module)
    stack.start("web", "sweeper")
    with a_storm(stack, members) as storm:
        storm.history.is_calm = False
        make(storm, len(members))
        read_all(storm)
        redis.Redis.from_url(stack.redis.url).save()
        make(storm, CHANGES)
        endings = settled(stack, storm, within=0 if kinds else REST)
        with stack.inside():
            wait_for(lambda: not open_debts(members), "nothing is owed", within=REST)
    # So that no process remembers what it answered.
    stack.web.kill9()
    stack.redis.kill()
    stack.restart_redis()
    stack.start("web")
    with closing(Connection(stack.port)) as phone:
        wait_for(partial(asks_redis, stack, storm, phone, members[0]), "the process asks Redis", within=10)
        assert all(storm.read(phone, "phone", member) for member in members)
    assert found(storm, endings) >= kinds
    assert bool(found(storm, endings)) == bool(kinds)


@pytest.mark.parametrize(("module", "kinds"), [("", set()), ("no_gate", {"stale"})])
def test_no_gate_on_open_debts(
    stack: Stack, members: list[Member], monkeypatch: pytest.MonkeyPatch, module: str, kinds: set[str]
) -> None:
    # What it changes can be neither fenced nor written.
    cut_off_from_redis(monkeypatch, stack.web)
    plant(monkeypatch, stack.other_web, module)
    # Without worker and sweeper, who would bring Redis up to date in time.
    stack.start("web", "other web")
    storm = Storm([], members)
    with closing(Connection(stack.other_port)) as there:
        for member in members:
            wait_for(partial(asks_redis, stack, storm, there, member), "the process asks Redis", within=10)
            for _ in until_changed(stack, storm, stack.port, member):
                time.sleep(0.01)
            storm.read(there, "phone", member)
    faults = stale(storm.history)
    print(len(faults), "stale reads after", len(storm.history.acknowledged), "changes")
    assert {fault.partition(":")[0] for fault in faults} == kinds


def cut_off_from_redis(monkeypatch: pytest.MonkeyPatch, process: Process) -> None:
    """Let Redis be where the process cannot reach it, as after a fault of the network."""
    away = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(process, "env", {**process.env, "REDIS_URL": away})


def asks_redis(stack: Stack, storm: Storm, phone: Connection, member: Member) -> bool:
    """Let a phone read a teen, and return whether that was asked of Redis, by whatever was answered."""
    with redis.Redis.from_url(stack.redis.url) as server:
        server.config_resetstat()
        storm.read(phone, "phone", member)
        return "cmdstat_mget" in server.info("commandstats")


def until_changed(stack: Stack, storm: Storm, port: int, member: Member) -> Iterator[None]:
    """Let a parent change something of a teen at one process, and yield until that is acknowledged."""
    headers, path, value = signed_in(stack, PARENTS[0]).headers, f"/v1/teens/{member.id}/controls", "nobody"
    with ThreadPoolExecutor(1) as parent, closing(Connection(port)) as line:
        seen = {**headers, "If-Match": line.ask("GET", path, headers).etag}
        called = time.monotonic()
        answer = parent.submit(line.ask, "PATCH", path, seen, {"comment.who": {"value": value}})
        while not answer.done():
            yield
        reply, answered = answer.result(), time.monotonic()
    assert reply.status == 200
    version = version_of(reply.json()["version"])
    storm.history.changes.append(Change("parent", member.id, "comment.who", value, called, answered, version))


def plant(monkeypatch: pytest.MonkeyPatch, web: Process, module: str) -> None:
    """Put another application in the place of the product's, if one is named."""
    monkeypatch.setattr(web, "command", planted(web.usual, module))
