"""`make run`: the servers, the set-up of the data, and the product's processes, under one roof.

What a process says comes out with its name before it. A process that ends by itself is started again, later each time.
Nothing survives us: not after Ctrl-C, and not when we are killed, because the kernel tells every child.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from family_pairing import env
from family_pairing.children import Output, adopt_orphans, die_with, has_ended, kill, reap_orphans, spawn
from family_pairing.embedded import HOST, OWNER, SERVING, Postgres, Redis, Server
from family_pairing.home import Home, data_folder
from family_pairing.programs import ServerFault, find_programs, server_account
from family_pairing.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "family_pairing"
LONGEST_WAIT = 30.0
WEB_GRACE = 3
MOST_PORT = 65_535


def commands(listener: int, scratch: Path) -> dict[str, list[str]]:
    """Return the product's processes: `listener` is the socket of the page, `scratch` a folder that may be lost."""
    # As root the worker would warn at every start; `make run` is a demo on loopback.
    celery = [sys.executable, "-W", "ignore:You're running", "-m", "celery", "--quiet", "-A", "family_pairing"]
    return {
        "web": [
            *(sys.executable, "-m", "uvicorn", "family_pairing.asgi:application", "--fd", str(listener)),
            *("--loop", "uvloop", "--http", "httptools", "--lifespan", "auto", "--log-level", "warning"),
            *("--no-access-log", "--no-proxy-headers", "--no-server-header"),
            *("--timeout-graceful-shutdown", str(WEB_GRACE)),
        ],
        "worker": [
            *celery,
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            "2",
            "--without-gossip",
            "--without-mingle",
        ],
        "sweeper": [sys.executable, "manage.py", "sweep"],
        "beat": [*celery, "beat", "--loglevel", "WARNING", "--schedule", str(scratch / "beat-schedule")],
    }


def main() -> int:
    """Run everything, or tell who can sign in; the exit code says whether that worked."""
    if sys.argv[1:] == ["demo"]:
        return tell_demo()
    on_stop(ask_to_stop)
    supervisor = Supervisor(Terminal(1))
    fault = ""
    try:
        adopt_orphans()
        supervisor.set_up()
        supervisor.run()
    except (ServerFault, env.EnvironmentFault) as error:
        fault = str(error)
    except Stop:
        pass
    finally:
        supervisor.stop()
        supervisor.terminal.flush(within=0.2)
    if fault:
        print(fault, file=sys.stderr)
    return 1 if fault else 0


class Stop(BaseException):
    """Somebody asked us to stop, in the middle of whatever it was."""


def on_stop(handler: Callable[[int, FrameType | None], None]) -> None:
    """Let a handler have the signals that ask us to stop; a hang-up stays ignored under `nohup`."""
    signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGTERM, handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, handler)


def ask_to_stop(number: int, frame: FrameType | None) -> None:
    """Leave what is being done, once, so that everything is stopped on the way out."""
    on_stop(lambda *_: None)
    raise Stop


class Make:
    """The `make` that started us, if one did."""

    def __init__(self) -> None:
        self.pid = os.getppid()
        self.listens = "MAKELEVEL" in os.environ and self.catches_interrupts()
        if self.listens:
            # It does not live to tell us when it is killed.
            die_with(self.pid, signal.SIGTERM)

    def was_interrupted(self) -> bool:
        """Return whether it got an interrupt that did not reach us: it then waits for us, without a word."""
        return self.listens and not self.catches_interrupts()

    def catches_interrupts(self) -> bool:
        """Return whether it still has a handler for an interrupt; it gives it up when one comes."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return False
        caught = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
        return caught is not None and bool(int(caught[1], 16) & 1 << (signal.SIGINT - 1))


def listen(port: int) -> socket.socket:
    """Return the socket of the page; it is ours before anything else starts, so a busy port is known at once.

    Raises ServerFault when the port cannot be had.
    """
    another = "give this copy another one, such as `make run PORT=8001`"
    if port > MOST_PORT:
        raise ServerFault(f"There is no port {port}: {another}.")
    try:
        if port and socket.has_ipv6:
            # Browsers try this address of `localhost` first, and would find somebody else's page.
            with socket.create_server(("::1", port), family=socket.AF_INET6):
                pass
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServerFault(f"Port {port} is in use: {another}.") from error
    try:
        return socket.create_server((HOST, port), backlog=2048)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise ServerFault(f"Port {port} {why}: {another}.") from error


class Child:
    """Something that is started, and started again when it ends by itself."""

    def __init__(self, name: str, start: Callable[[Output], subprocess.Popen[bytes]]) -> None:
        self.name = name
        self.start = start
        self.process: subprocess.Popen[bytes] | None = None
        self.reader = -1
        self.rest = b""
        self.began = 0.0
        self.due = 0.0
        self.failures = 0

    def launch(self) -> None:
        """Start it with its output in a pipe that only we read."""
        self.reader, writer = os.pipe()
        os.set_blocking(self.reader, False)
        self.began = time.monotonic()
        try:
            self.process = self.start(writer)
        finally:
            os.close(writer)

    @property
    def ended(self) -> bool:
        """Whether it was started and has ended."""
        return self.process is not None and has_ended(self.process)

    def wait_longer(self) -> float:
        """Note a failure and return the seconds until the next start: twice as long each time, unless it lived well."""
        if time.monotonic() - self.began > LONGEST_WAIT:
            self.failures = 0
        wait = min(LONGEST_WAIT, 0.5 * 2.0**self.failures)
        self.failures += 1
        self.due = time.monotonic() + wait
        return wait


class Supervisor:
    """Everything that one copy runs."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.selector = selectors.PollSelector()
        self.home = Home(Path(env.text("FAMILY_PAIRING_HOME", str(ROOT / ".local"))))
        self.children: list[Child] = []
        self.env: dict[str, str] = dict(os.environ)
        self.listener: socket.socket | None = None
        self.make = Make()
        self.hurried = False
        self.stopping = 0.0
        self.first_words = socket.socket()

    # Set-up

    def set_up(self) -> None:
        """Start the servers, bring the tables up to date, load the demo family."""
        port = env.integer("PORT", 8000)
        self.home.lock()
        self.listener = listen(port)
        port = int(self.listener.getsockname()[1])
        self.env |= self.names(port)
        self.start_servers()
        self.terminal.say("Bringing the tables up to date …")
        self.step("migrate", ["migrate", "--no-input"], as_owner(self.env))
        if self.env["FAMILY_PAIRING_DEMO"] == "1":
            self.terminal.say("Loading the demo family …")
            demo = self.home.path / "demo.json"
            self.step("demo", ["demo", "--write", str(demo)], self.env)
            demo.chmod(0o600)

    def names(self, port: int) -> dict[str, str]:
        """Return the environment of the product's processes; what was set from outside stays as it is."""
        made = {
            "SECRET_KEY": lambda: secrets.token_urlsafe(48),
            "DEVICE_TOKEN_KEYS": lambda: f"k1:{secrets.token_hex(32)}",
        }
        chosen = {
            name: self.home.secret(name, make)
            for name, make in made.items()
            if name not in os.environ and f"{name}_FILE" not in os.environ
        }
        fixed = {
            "PORT": str(port),
            "FAMILY_PAIRING_HOME": str(self.home.path),
            "DJANGO_SETTINGS_MODULE": "family_pairing.settings",
            "PYTHONUNBUFFERED": "1",
        }
        usual = {"FAMILY_PAIRING_DEMO": "1", "BASE_URL": f"http://localhost:{port}"}
        return usual | dict(os.environ) | chosen | fixed

    def start_servers(self) -> None:
        """Start the servers whose addresses were not given from outside."""
        wants_postgres = not {"DATABASE_URL", "DATABASE_URL_FILE"} & os.environ.keys()
        wants_redis = not {"REDIS_URL", "REDIS_URL_FILE"} & os.environ.keys()
        if not (wants_postgres or wants_redis):
            return
        account = server_account()
        programs = find_programs(account, postgres=wants_postgres, redis_server=wants_redis)
        folder = data_folder(self.home.path, account)
        if wants_redis:
            self.terminal.say("Starting Redis …")
            redis = Redis(folder, programs, account, secrets.token_hex(24))
            self.first_start(redis)
            self.env["REDIS_URL"] = redis.url
        if wants_postgres:
            self.start_postgres(Postgres(folder, programs, account, self.password))

    def start_postgres(self, postgres: Postgres) -> None:
        """Make the database on the first start, and name it for those who migrate and those who serve."""
        if not postgres.prepared:
            self.terminal.say(f"Making a database in {postgres.folder} (once) …")
            postgres.prepare()
        self.terminal.say("Starting Postgres …")
        self.first_start(postgres)
        postgres.prepare_database(DATABASE)
        self.env["DATABASE_URL"] = postgres.url(SERVING, DATABASE)
        self.env["DATABASE_OWNER_URL"] = postgres.url(OWNER, DATABASE)

    def first_start(self, server: Server) -> None:
        """Start a server and wait until it answers; later starts do not wait."""
        child = Child(server.name.lower(), server.start)
        self.children.append(child)
        try:
            child.launch()
        finally:
            child.process, child.start = server.process, server.launch
            self.listen_to(child)
            self.pump(0)

    def password(self, role: str) -> str:
        """Return the password of a database role of this home."""
        return self.home.secret(f"postgres-{role}", lambda: secrets.token_hex(24))

    def step(self, name: str, arguments: list[str], environment: Mapping[str, str]) -> None:
        """Run a management command to its end.

        Raises ServerFault when it fails.
        """
        command = [sys.executable, "manage.py", *arguments]
        child = Child(name, self.starter(command, environment))
        child.launch()
        self.children.append(child)
        self.listen_to(child)
        while not child.ended:
            self.pump(0.1)
        self.children.remove(child)
        self.drain(child)
        assert child.process is not None
        if child.process.wait() != 0:
            raise ServerFault(f"`manage.py {arguments[0]}` failed; its own lines above say why.")

    def starter(
        self, command: list[str], environment: Mapping[str, str], fds: tuple[int, ...] = ()
    ) -> Callable[[Output], subprocess.Popen[bytes]]:
        """Return what starts a process of ours with its output in a pipe."""

        def start(output: Output) -> subprocess.Popen[bytes]:
            return spawn(command, death_signal=signal.SIGKILL, env=environment, cwd=ROOT, output=output, pass_fds=fds)

        return start

    # Running

    def run(self) -> None:
        """Start the product and keep it running until somebody asks us to stop."""
        assert self.listener is not None
        self.terminal.say("Starting web, worker, sweeper and beat …")
        descriptor = self.listener.fileno()
        serving = {name: value for name, value in self.env.items() if name != "DATABASE_OWNER_URL"}
        for name, command in commands(descriptor, self.home.path).items():
            child = Child(name, self.starter(command, serving, (descriptor,) if name == "web" else ()))
            self.children.append(child)
            child.launch()
            self.listen_to(child)
        self.greet_when_ready()
        while not (self.make.was_interrupted() or self.terminal.closed):
            self.pump(0.5)
            self.restart()
            reap_orphans([child.process.pid for child in self.children if child.process is not None])

    def restart(self) -> None:
        """Say who has ended, and start again who has waited long enough."""
        for child in self.children:
            if child.ended and child.process is not None:
                kill(child.process)
                code = child.process.returncode
                how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
                self.terminal.say(f"{child.name} {how}; it starts again in {child.wait_longer():g} s.")
                self.drain(child)
                child.process = None
            if child.process is None and time.monotonic() >= child.due:
                child.launch()
                self.listen_to(child)

    def greet_when_ready(self) -> None:
        """Ask for a page; the answer comes as soon as the web process serves, and greets."""
        self.first_words.close()
        self.first_words = socket.create_connection((HOST, int(self.env["PORT"])))
        self.first_words.sendall(b"GET /livez HTTP/1.0\r\nHost: localhost\r\n\r\n")
        self.selector.register(self.first_words, selectors.EVENT_READ, self.greet)

    def greet(self) -> None:
        """Say where the page is, once; ask again when the web process has ended before it could answer."""
        self.selector.unregister(self.first_words)
        try:
            answer = self.first_words.recv(64)
        except OSError:
            answer = b""
        if not answer:
            self.greet_when_ready()
            return
        self.first_words.close()
        self.terminal.say("")
        self.terminal.say(f"  Family Pairing is ready: {self.env['BASE_URL']}")
        if self.env["FAMILY_PAIRING_DEMO"] == "1":
            self.terminal.say("  Who can sign in:         make demo   (in another terminal, with the same settings)")
        self.terminal.say("  To stop:                 Ctrl-C; the data stay")
        self.terminal.say("")

    # Output

    def listen_to(self, child: Child) -> None:
        """Forward what a child says from now on."""
        self.selector.register(child.reader, selectors.EVENT_READ, lambda: self.forward(child))

    def pump(self, within: float) -> None:
        """Forward what is said within so many seconds."""
        self.terminal.flush()
        for key, _ in self.selector.select(within):
            key.data()

    def forward(self, child: Child) -> bool:
        """Put out the whole lines that a child has said; False when there is no more to read now."""
        try:
            said = os.read(child.reader, 65_536)
        except BlockingIOError:
            return False
        *lines, child.rest = (child.rest + said).split(b"\n")
        if not said:
            # Closed by the child and all that it has started.
            self.selector.unregister(child.reader)
            os.close(child.reader)
            child.reader = -1
            lines, child.rest = [child.rest] if child.rest else [], b""
        for line in lines:
            self.terminal.line(child.name, line)
        return bool(said)

    def drain(self, child: Child) -> None:
        """Put out a dead child's last words, and listen to it no more."""
        while child.reader >= 0 and self.forward(child):
            pass
        if child.reader >= 0:
            # Something that it has started still holds the pipe.
            self.selector.unregister(child.reader)
            os.close(child.reader)
            child.reader = -1

    # Stopping

    def hurry(self, number: int, frame: FrameType | None) -> None:
        """Stop at once, because somebody asked twice; the same request may come both from `make` and directly."""
        self.hurried = time.monotonic() > self.stopping + 1

    def stop(self) -> None:
        """Stop the product, then the servers; nothing is left after this, within ten seconds."""
        self.stopping = time.monotonic()
        on_stop(self.hurry)
        if self.children:
            self.terminal.say("Stopping …")
        servers = [child for child in self.children if child.name in ("redis", "postgres")]
        self.stop_all([child for child in self.children if child not in servers], signal.SIGTERM, WEB_GRACE + 1.5)
        # For Postgres this means a fast stop: everything is written.
        self.stop_all(servers, signal.SIGINT, 3)
        reap_orphans([])
        if self.children:
            self.terminal.say("Stopped.")

    def stop_all(self, children: list[Child], how: signal.Signals, within: float) -> None:
        """Ask all to end, kill who takes too long, and hear their last words."""
        living = [child for child in children if child.process is not None]
        for child in living:
            if child.process is not None and not child.ended:
                child.process.send_signal(how)
        until = time.monotonic() + within
        while not all(child.ended for child in living) and time.monotonic() < until and not self.hurried:
            self.pump(0.05)
        for child in living:
            if child.process is not None:
                kill(child.process)
            self.drain(child)


def as_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for migrations: they run as the role that owns the tables, where there is one."""
    owner = environment.get("DATABASE_OWNER_URL")
    if owner is None:
        return dict(environment)
    return {name: value for name, value in environment.items() if name != "DATABASE_URL_FILE"} | {"DATABASE_URL": owner}


def tell_demo() -> int:
    """Print who can sign in to the demo family, and three commands to try."""
    home = Home(Path(env.text("FAMILY_PAIRING_HOME", str(ROOT / ".local"))))
    try:
        demo = json.loads((home.path / "demo.json").read_text())
        lines = list(demo_lines(demo))
    except (OSError, ValueError, KeyError):
        print(f"There is no demo family in {home.path} yet: run `make run` first.", file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def demo_lines(demo: Any) -> Iterator[str]:
    """Yield what `demo.json` holds, for people."""
    url, device, key = demo["base_url"], demo["teens"][0]["device_token"], demo["service_key"]
    yield f"The demo family of {url}\n"
    yield "Parents sign in on the page:"
    for parent in demo["parents"]:
        yield f"  {parent['name']:<8} {parent['email']:<24} {parent['password']}"
    yield f"Support signs in at {url}/admin/:"
    yield f"  {'Sam':<8} {demo['support']['email']:<24} {demo['support']['password']}"
    yield "Teens have a device of the platform each:"
    for teen in demo["teens"]:
        yield f"  {teen['name']:<8} {teen['age']}, {teen['external_id']:<20} {teen['device_token']}"
    yield f"Mail that was sent is read at {url}/demo/mail\n"
    yield f"What {demo['teens'][0]['name']}'s phone is told, its stream, what the platform sees:"
    yield f"  curl -s -H 'Authorization: Bearer {device}' {url}/v1/me/settings"
    yield f"  curl -sN -H 'Authorization: Bearer {device}' {url}/ofrep/v1/stream"
    yield f"  curl -s -H 'Authorization: Bearer {key}' {url}/v1/accounts/{demo['teens'][0]['external_id']}/settings"


if __name__ == "__main__":
    sys.exit(main())
