"""Whole copies of the project, started as people start them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path

import httpx
import psutil
import pytest

from family_pairing.embedded import free_port
from tests.servers import KEYS, ROOT

START = 90
STOP = 10
GIVEN_BY_THE_TESTS = {*KEYS, "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BROKER_URL", "FAMILY_PAIRING_HOME"}


class Run:
    """One `make run`, with all that it says."""

    def __init__(self, folder: Path, home: Path, port: int, env: Mapping[str, str]) -> None:
        self.home = home
        self.port = port
        self.url = f"http://localhost:{port}"
        self.log = home.with_name(f"{home.name}-{time.monotonic_ns()}.log")
        with self.log.open("ab") as log:
            self.make = psutil.Popen(
                [*make(folder, home, port), "run"],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=clean_environment() | dict(env),
                cwd="/",
                start_new_session=True,
            )

    def said(self) -> str:
        """Return everything said so far."""
        return self.log.read_text(errors="replace")

    def wait_until_ready(self) -> None:
        """Wait until it has greeted and the page answers."""
        until(lambda: f"ready: {self.url}" in self.said(), START, self)
        assert httpx.get(f"{self.url}/livez", timeout=5).status_code == httpx.codes.OK

    def processes(self) -> list[psutil.Process]:
        """Return `make` and everything below it."""
        return [self.make, *self.make.children(recursive=True)]

    def one(self, word: str) -> psutil.Process:
        """Return the one process whose command has this word; the first of a tree."""
        return next(process for process in self.processes()[1:] if word in " ".join(command_of(process)))

    def interrupt(self) -> None:
        """Do what Ctrl-C does: the terminal tells everybody in the foreground."""
        os.killpg(self.make.pid, signal.SIGINT)


def command_of(process: psutil.Process) -> list[str]:
    """Return a process's command line; empty when it has just ended, as a session of the database does."""
    try:
        return list(process.cmdline())
    except psutil.NoSuchProcess:
        return []


def listening(process: psutil.Process) -> set[str]:
    """Return the addresses on which a process listens."""
    try:
        return {each.laddr.ip for each in process.net_connections() if each.status == psutil.CONN_LISTEN}
    except psutil.NoSuchProcess:
        return set()


def make(folder: Path, home: Path, port: int) -> list[str]:
    """Return the command before its target; the environment of the tests is used as it is installed."""
    return ["make", "-C", str(folder), f"PORT={port}", f"FAMILY_PAIRING_HOME={home}", f"VENV={sys.prefix}"]


def clean_environment() -> dict[str, str]:
    """Return the environment without what the tests have put there."""
    return {name: value for name, value in os.environ.items() if name not in GIVEN_BY_THE_TESTS}


def until(happened: Callable[[], bool], within: float, run: Run) -> None:
    """Wait for something, and show what was said when it does not come."""
    end = time.monotonic() + within
    while not happened():
        assert time.monotonic() < end, run.said()
        assert run.make.poll() is None or happened(), run.said()
        time.sleep(0.05)


def gone(processes: list[psutil.Process]) -> bool:
    """Return whether none of these processes is left; one that only waits for its burial is not."""
    return not [each for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def all_gone_within(processes: list[psutil.Process], seconds: float) -> bool:
    """Wait until none is left."""
    end = time.monotonic() + seconds
    while not gone(processes):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the working tree, in a folder with a space and a sign in its name."""
    folder = tmp_path_factory.mktemp("copies") / "family pairing ü"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def start(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Run]]:
    """Return what starts the copy, each time from a home of its own unless one is given."""
    runs: list[Run] = []

    def start_one(home: Path | None = None, port: int | None = None, env: Mapping[str, str] | None = None) -> Run:
        runs.append(Run(copy, home or tmp_path_factory.mktemp("home") / "data", port or free_port(), env or {}))
        return runs[-1]

    yield start_one
    for run in runs:
        if run.make.poll() is None:
            left = run.processes()
            os.killpg(run.make.pid, signal.SIGKILL)
            all_gone_within(left, STOP)
        elsewhere = run.home / "data-is-in"
        if elsewhere.exists():
            shutil.rmtree(elsewhere.read_text().strip(), ignore_errors=True)


@pytest.fixture(scope="module")
def running(start: Callable[..., Run]) -> Generator[Run, None, None]:
    """Return a copy that is ready."""
    run = start()
    run.wait_until_ready()
    yield run
    run.interrupt()
    run.make.wait(STOP)
