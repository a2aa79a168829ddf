"""The product's own processes, for tests of what a crash, a freeze or a slow server does to them.

The `stack` fixture has a committed database of its own (`live`) and a Redis of its own, so anything may be killed:

    def test_a_killed_worker_loses_nothing(stack: Stack) -> None:
        stack.start("web", "sweeper")
        stack.sweeper.kill9()
        stack.sweeper.start()
        stack.get("/readyz")
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.db import connections

from family_pairing.children import end, has_ended, kill, spawn
from family_pairing.embedded import HOST, Redis
from family_pairing.supervisor import commands
from ledger.redis import cache
from tests.servers import ROOT, Servers


class Process:
    """One process of the product, restartable, with a log of all its lives."""

    def __init__(
        self, name: str, command: list[str], env: Mapping[str, str], folder: Path, fds: tuple[int, ...]
    ) -> None:
        self.name = name
        # What it runs unless a test puts something else in its place.
        self.usual = command
        self.command = command
        self.env = env
        self.log = folder / f"{name}.log"
        self.fds = fds
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the running process."""
        assert self.child is not None, f"{self.name} was never started"
        return self.child.pid

    @property
    def running(self) -> bool:
        """Whether the process lives, frozen or not."""
        return self.child is not None and not has_ended(self.child)

    def start(self) -> None:
        """Start the process unless it runs; call it from the main thread, with which it dies."""
        if not self.running:
            with self.log.open("ab") as log:
                self.child = spawn(
                    self.command,
                    death_signal=signal.SIGKILL,
                    env=self.env,
                    cwd=ROOT,
                    output=log,
                    pass_fds=self.fds,
                )

    def stop(self, *, within: float = 8) -> None:
        """Ask the process to end, as an operator would."""
        if self.child is not None:
            self.thaw()
            end(self.child, signal.SIGTERM, within=within)

    def kill9(self) -> None:
        """End the process and all that it has started, as a power cut would."""
        if self.child is not None:
            kill(self.child)

    def freeze(self) -> None:
        """Let the process and all that it has started stand still."""
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self.running:
            os.killpg(self.pid, signal.SIGCONT)

    def log_text(self) -> str:
        """Return everything that it has logged."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Stack:
    """Web, worker, sweeper and beat against a database and a Redis of their own; each starts when a test asks."""

    def __init__(self, servers: Servers) -> None:
        self.servers = servers
        self.folder = servers.folder / "stack"
        self.folder.mkdir(mode=0o700)
        self.postgres = servers.postgres
        self.redis: Redis = servers.another_redis("stack-redis")
        servers.start_redis(self.redis)
        servers.make_database("live")
        # We hold the listening sockets, so whatever answers on them is ours, also after a kill.
        self.listener, self.other_listener = socket.create_server((HOST, 0)), socket.create_server((HOST, 0))
        self.port, self.other_port = (int(each.getsockname()[1]) for each in (self.listener, self.other_listener))
        self.url = f"http://{HOST}:{self.port}"
        self.env = os.environ | servers.environment("live", self.redis)
        self.env |= {"PORT": str(self.port), "BASE_URL": f"http://localhost:{self.port}", "PYTHONUNBUFFERED": "1"}
        self.processes = {
            name: Process(name, command, self.env, self.folder, (self.listener.fileno(),) if name == "web" else ())
            for name, command in commands(self.listener.fileno(), self.folder).items()
        }
        # As on a second host behind the same balancer; they start only when they are named.
        other_web = commands(self.other_listener.fileno(), self.folder)["web"]
        self.other_web = Process("other web", other_web, self.env, self.folder, (self.other_listener.fileno(),))
        self.other_sweeper = Process("other sweeper", self.processes["sweeper"].command, self.env, self.folder, ())
        self.others = {each.name: each for each in (self.other_web, self.other_sweeper)}
        self.web = self.processes["web"]
        self.worker = self.processes["worker"]
        self.sweeper = self.processes["sweeper"]
        self.beat = self.processes["beat"]

    def start(self, *names: str) -> None:
        """Start the named processes, all without a name; a web process is waited for."""
        for name in names or self.processes:
            (self.processes | self.others)[name].start()
        for web, port in ((self.web, self.port), (self.other_web, self.other_port)):
            if web.running:
                self.wait_for(web, port)

    def wait_for(self, web: Process, port: int, within: float = 30) -> None:
        """Wait until a web process answers."""
        until = time.monotonic() + within
        while True:
            assert web.running, f"{web.name} has ended:\n{web.log_text()}"
            assert time.monotonic() < until, f"{web.name} does not answer:\n{web.log_text()}"
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"http://{HOST}:{port}/livez", timeout=1).status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        """Read a page of the web process."""
        return httpx.get(self.url + path, **arguments)

    def manage(self, *arguments: str) -> str:
        """Run a management command against the stack's servers and return what it prints."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        return done.stdout

    @contextlib.contextmanager
    def inside(self) -> Generator[None, None, None]:
        """Let this process's own models and verbs work on the stack's database and cache.

        What they commit stays. Their hints go to nobody, so it is the sweeper that delivers.
        """
        former_name, former_redis = connections.settings["default"]["NAME"], settings.REDIS_URL
        connections.close_all()
        connections.settings["default"]["NAME"], settings.REDIS_URL = "live", self.redis.url
        cache.cache_clear()
        try:
            yield
        finally:
            connections.close_all()
            connections.settings["default"]["NAME"], settings.REDIS_URL = former_name, former_redis
            cache.cache_clear()

    def restart_redis(self) -> None:
        """Start the stack's Redis again after it was killed, on the same port, with its last dump if it was told to
        write one.
        """
        self.servers.start_redis(self.redis)

    def redis_signal(self, number: signal.Signals) -> None:
        """Let Redis stand still (SIGSTOP) or go on (SIGCONT)."""
        assert self.redis.process is not None
        self.redis.process.send_signal(number)

    def as_superuser(self, statement: str) -> None:
        """Run one statement on Postgres itself."""
        with self.postgres.connected() as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def reset(self) -> None:
        """Stop every process, and give the next test an empty Redis, a fresh database and empty logs."""
        for process in (self.processes | self.others).values():
            process.thaw()
            process.kill9()
            process.command = process.usual
            # What a test reads in a log was said in its own time.
            process.log.unlink(missing_ok=True)
        self.redis.kill()
        for dump in self.redis.folder.glob("*.rdb"):
            dump.unlink()
        self.restart_redis()
        self.servers.make_database("live")
        # Postgres may be killed, so here an acknowledged commit is one that was written.
        self.as_superuser("ALTER DATABASE live SET synchronous_commit = on")

    def close(self) -> None:
        """End everything."""
        for process in (self.processes | self.others).values():
            process.kill9()
        self.redis.kill()
        self.listener.close()
        self.other_listener.close()
