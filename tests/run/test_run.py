"""`make run` on this machine: it starts, says what is wrong, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from tests.run.conftest import STOP, Run, all_gone_within, clean_environment, command_of, listening, make, until
from tests.servers import Servers

pytestmark = pytest.mark.run


def told(folder: Path, home: Path, port: int, target: str) -> subprocess.CompletedProcess[str]:
    """Run a target to its end."""
    command = [*make(folder, home, port), target]
    return subprocess.run(command, capture_output=True, text=True, env=clean_environment(), timeout=60, check=False)


def test_the_page_and_the_demo_family_are_there(running: Run, copy: Path) -> None:
    assert httpx.get(running.url, follow_redirects=True).status_code == httpx.codes.OK
    demo = running.home / "demo.json"
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600
    assert json.loads(demo.read_text())
    printed = told(copy, running.home, running.port, "demo")
    assert printed.returncode == 0
    assert printed.stdout.count("curl ") == 3
    assert running.url in printed.stdout


def test_secrets_are_for_us_alone_and_on_no_command_line(running: Run) -> None:
    secrets = running.home / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in secrets.iterdir()} == {0o600}
    commands = " ".join(part for process in running.processes() for part in command_of(process))
    assert not [file.name for file in secrets.iterdir() if file.read_text().strip() in commands]


def test_everything_listens_on_loopback_only(running: Run) -> None:
    assert set[str]().union(*map(listening, running.processes())) == {"127.0.0.1"}


def test_the_same_home_twice_is_said_in_a_sentence(running: Run, copy: Path) -> None:
    second = told(copy, running.home, running.port + 1, "run")
    assert second.returncode != 0
    assert "already runs from" in second.stderr


def test_a_busy_port_is_said_in_a_sentence(running: Run, copy: Path, tmp_path: Path) -> None:
    second = told(copy, tmp_path, running.port, "run")
    assert second.returncode != 0
    assert f"Port {running.port} is in use" in second.stderr
    assert "Traceback" not in second.stderr + second.stdout


def test_a_killed_process_is_said_and_started_again(running: Run) -> None:
    for name, word in {"web": "uvicorn", "worker": "worker", "redis": "redis-server", "postgres": "postgres"}.items():
        running.one(word).kill()
        until(lambda said=f"{name} was killed by SIGKILL": said in running.said(), 5, running)  # type: ignore[misc]  # the name is bound now
    until(lambda: httpx.get(f"{running.url}/readyz", timeout=30).status_code == httpx.codes.OK, 30, running)


def test_another_copy_runs_beside_it_and_ends_when_make_alone_is_told(running: Run, start: Callable[..., Run]) -> None:
    for how in (signal.SIGTERM, signal.SIGINT):
        second = start()
        second.wait_until_ready()
        everything = second.processes()
        second.make.send_signal(how)
        assert all_gone_within(everything, STOP), second.said()
    assert httpx.get(f"{running.url}/livez").status_code == httpx.codes.OK


def test_servers_of_ones_own_are_used_and_none_is_started(start: Callable[..., Run], servers: Servers) -> None:
    servers.postgres.prepare_database("outside")
    run = start(env=servers.environment("outside", servers.redis))
    run.wait_until_ready()
    everything = run.processes()
    assert not [each for each in everything if {"postgres", "redis-server"} & {Path(command_of(each)[0]).name}]
    run.interrupt()
    assert all_gone_within(everything, STOP), run.said()


def test_nothing_survives_a_killed_supervisor_and_the_next_start_recovers(start: Callable[..., Run]) -> None:
    first = start()
    first.wait_until_ready()
    key = (first.home / "secrets" / "SECRET_KEY").read_text()
    everything = first.processes()
    first.one("family_pairing.supervisor").kill()
    assert all_gone_within(everything, STOP), first.said()

    second = start(first.home, first.port)
    second.wait_until_ready()
    assert (first.home / "secrets" / "SECRET_KEY").read_text() == key
    everything = second.processes()
    for process in everything:
        # A session of the database may end meanwhile.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert all_gone_within(everything, STOP)

    third = start(first.home, first.port)
    third.wait_until_ready()
    everything = third.processes()
    # Neither an open stream nor a reader who never ends his request holds anybody up.
    token = json.loads((third.home / "demo.json").read_text())["teens"][0]["device_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    with (
        socket.create_connection(("127.0.0.1", third.port)) as idle,
        httpx.stream("GET", f"{third.url}/ofrep/v1/stream", headers=bearer) as stream,
    ):
        assert stream.status_code == httpx.codes.OK
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n")
        third.interrupt()
        assert all_gone_within(everything, STOP), third.said()
    assert "Making a database" in first.said()
    assert "Making a database" not in second.said() + third.said()
