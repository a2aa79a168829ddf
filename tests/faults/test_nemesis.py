"""Whatever goes wrong, nothing acknowledged is lost or read as it was before, nothing is looser, and all end alike."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import a_service
from tests.counts import either
from tests.faults.checker import faults_of
from tests.faults.endings import settled
from tests.faults.family import PARENTS, a_large_family, signed_in
from tests.faults.nemesis import FAULTS, Fault, Scene
from tests.faults.storms import Storm
from tests.faults.trace import trace
from tests.faults.waiting import wait_for
from tests.stack import Stack

TEENS, WRITERS, PHONES, SERVICES = either(full=(50, 8, 16, 8), reduced=(12, 8, 3, 1))
# Fewer would not be the storm that was meant.
LEAST_CHANGES, LEAST_READS = 60, 200
REST = 20.0

pytestmark = [pytest.mark.stack, pytest.mark.timeout(either(full=3600, reduced=240))]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: str(fault.__name__))
def test_nothing_is_lost_old_or_looser(stack: Stack, monkeypatch: pytest.MonkeyPatch, fault: Fault) -> None:
    monkeypatch.setitem(stack.env, "DEVICE_SETTINGS_PER_MINUTE", "0")
    with a_scene(stack) as scene:
        scene.go_on(30)
        fault(scene)
        scene.end_of_trouble()
        scene.go_on(30)
        endings = settled(stack, scene.storm, within=REST)
        left = scene.transactions_left()
    history = scene.storm.history
    acknowledged, reads, frames = len(history.acknowledged), len(history.reads), len(history.told)
    print(f"{fault.__name__}: {acknowledged} changes, {reads} reads and {frames} frames checked")
    faults = faults_of(history, endings)
    show(scene, faults)
    assert not faults
    assert not scene.complaints()
    assert not left
    assert acknowledged >= LEAST_CHANGES
    assert reads >= LEAST_READS


@contextmanager
def a_scene(stack: Stack) -> Generator[Scene, None, None]:
    """Let a family, its phones and a service be at work on two web processes."""
    members = a_large_family(stack, TEENS)
    with stack.inside():
        key = a_service("settings:read")
    stack.start("web", "other web", "worker", "sweeper")
    storm = Storm([stack.port, stack.other_port], members, key)
    speakers = [signed_in(stack, name) for name in PARENTS]
    with storm.blowing(speakers, writers=WRITERS, phones=PHONES, services=SERVICES):
        wait_for(lambda: len(storm.listening) == TEENS, "every stream is open", within=30)
        yield Scene(stack, storm)


def show(scene: Scene, faults: list[str]) -> None:
    """Print what happened to the teen of the first fault; TRACES names a folder for what happened to every one."""
    history = scene.storm.history
    traces = {member.id: "\n".join(trace(history, member.id)) for member in scene.storm.members}
    print(*(text for teen, text in traces.items() if faults and teen in faults[0]))
    if folder := os.environ.get("TRACES"):
        for teen, text in traces.items():
            Path(folder, f"{teen}.txt").write_text(text)
