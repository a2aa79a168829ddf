"""The servers of `make run` and of the tests: a real Postgres and a real Redis, as children of this process.

Both listen on loopback only, ask for a password, and die with the process that started them. As root they run as
`nobody`. A server is believed only when the connection that answers names our own data folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import redis
from psycopg2 import sql

from family_pairing.children import Account, Output, end, has_ended, kill, spawn
from family_pairing.programs import Programs, ServerFault

HOST = "127.0.0.1"
SUPERUSER, OWNER, SERVING = "postgres", "fp_owner", "fp_app"


class Server:
    """What both servers share: a child on a free loopback port, believed only when it proves to be ours."""

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, programs: Programs, account: Account | None) -> None:
        self.folder = folder
        self.programs = programs
        self.account = account
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self, output: Output) -> subprocess.Popen[bytes]:
        """Start the program on its port, without waiting for it."""
        self.process = self.spawn(output)
        return self.process

    def spawn(self, output: Output) -> subprocess.Popen[bytes]:
        """Start the program on `self.port`."""
        raise NotImplementedError

    def is_ours(self) -> bool:
        """Return whether the server that answers on the port is this one.

        Raises psycopg2.OperationalError or redis.ConnectionError while none answers.
        """
        raise NotImplementedError

    def start(self, output: Output, *, within: float = 60) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; after the first start it keeps its port.

        Raises ServerFault when it does not.
        """
        tries = 1 if self.port else 5
        for _ in range(tries):
            self.port = self.port or free_port()
            process = self.launch(output)
            if self.answers(process, within):
                return process
            kill(process)
            if tries > 1:
                # Somebody may have taken the port in between.
                self.port = 0
        raise ServerFault(f"{self.name} did not start; its own lines above say why (its data are in {self.folder}).")

    def answers(self, process: subprocess.Popen[bytes], within: float) -> bool:
        """Wait until our server answers; False when it has ended, when another answers, or when time is up."""
        until = time.monotonic() + within
        while not has_ended(process) and time.monotonic() < until:
            try:
                return self.is_ours()
            except (psycopg2.OperationalError, redis.ConnectionError, redis.TimeoutError) as error:
                if "password authentication failed" in str(error):
                    raise ServerFault(
                        f"{self.name} refuses our password; were the secrets removed and the data kept ({self.folder})?"
                    ) from error
                time.sleep(0.03)
        return False

    def stop(self, *, within: float = 5) -> None:
        """End the server; what it holds is written first where it is kept at all."""
        if self.process is not None:
            end(self.process, self.stop_signal, within=within)

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.process is not None:
            kill(self.process)

    def own(self, folder: Path) -> None:
        """Make a folder of the server's account."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)


SERVER_ENV = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class Postgres(Server):
    """Postgres with three roles: one for set-up, `fp_owner` who migrates, `fp_app` who serves."""

    name = "Postgres"
    stop_signal = signal.SIGINT  # a fast stop: sessions end, everything is written

    def __init__(
        self,
        folder: Path,
        programs: Programs,
        account: Account | None,
        password: Callable[[str], str],
        *,
        durable: bool = True,
    ) -> None:
        super().__init__(folder / "postgres", programs, account)
        self.password = password
        self.durable = durable

    @property
    def prepared(self) -> bool:
        """Whether the data folder was made by an earlier start."""
        return (self.folder / "PG_VERSION").exists()

    def prepare(self) -> None:
        """Make the data folder on the first start; a half-made one is made again."""
        if self.prepared:
            return
        half = self.folder.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        self.own(half)
        secret = half.with_name("postgres.password")
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.password(SUPERUSER))
        if self.account is not None:
            os.chown(secret, self.account.uid, self.account.gid)
        command: list[str | Path] = [self.programs.initdb, "-D", half, "-U", SUPERUSER, f"--pwfile={secret}"]
        command += ["-A", "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-instructions"]
        command += [] if self.durable else ["--no-sync"]
        try:
            child = spawn(
                command,
                death_signal=signal.SIGKILL,
                account=self.account,
                env=SERVER_ENV,
                cwd=half,
                output=subprocess.PIPE,
            )
            told = child.communicate()[0].decode(errors="replace")
        finally:
            secret.unlink()
        if child.returncode != 0:
            raise ServerFault(f"{told}\nPostgres could not make its data folder {half}; its own words are above.")
        half.replace(self.folder)

    def spawn(self, output: Output) -> subprocess.Popen[bytes]:
        """Start `postgres` on the port, after any former server of these data has gone."""
        end_former(self.folder)
        options = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_checkpoints": "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command: list[str | Path] = [self.programs.postgres, "-D", self.folder]
        command += [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return spawn(
            command,
            death_signal=signal.SIGINT if self.durable else signal.SIGQUIT,
            account=self.account,
            env=SERVER_ENV,
            cwd=self.folder,
            output=output,
        )

    def is_ours(self) -> bool:
        """Ask for the data folder as the superuser."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute("SHOW data_directory")
            return Path(cursor.fetchone()[0]) == self.folder

    @contextlib.contextmanager
    def connected(self, database: str = "postgres") -> Iterator[Any]:
        """Connect as the superuser, for set-up only."""
        connection = psycopg2.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self.password(SUPERUSER),
            dbname=database,
            connect_timeout=5,
            # Never tell the password to whoever else may listen there.
            require_auth="scram-sha-256",
        )
        connection.autocommit = True
        try:
            yield connection
        finally:
            connection.close()

    def prepare_database(self, database: str, *, template: str = "template1") -> None:
        """Bring both roles and the database into being, as often as it is called."""
        name = sql.Identifier(database)
        with self.connected() as connection, connection.cursor() as cursor:
            for role in (OWNER, SERVING):
                self.prepare_role(cursor, role)
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if not cursor.fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
                cursor.execute(statement.format(name, sql.Identifier(OWNER), sql.Identifier(template)))
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
            cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, sql.Identifier(SERVING)))
        with self.connected(database) as connection, connection.cursor() as cursor:
            # What the owner's migrations make, the other role may use; where it may less, a migration takes it away.
            cursor.execute(DEFAULT_GRANTS)

    def prepare_role(self, cursor: Any, role: str) -> None:
        """Create a role that may sign in, or give it our password again."""
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        statement = sql.SQL(
            "ALTER ROLE {} LOGIN PASSWORD {}" if cursor.fetchone() else "CREATE ROLE {} LOGIN PASSWORD {}"
        )
        cursor.execute(statement.format(sql.Identifier(role), sql.Literal(self.password(role))))

    def drop_database(self, database: str) -> None:
        """Remove a database with whoever is still connected to it."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def url(self, role: str, database: str) -> str:
        """Return the address for a role, as DATABASE_URL wants it."""
        return f"postgresql://{role}:{self.password(role)}@{HOST}:{self.port}/{database}"


DEFAULT_GRANTS = f"""
GRANT USAGE ON SCHEMA public TO {SERVING};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {SERVING};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {SERVING};
"""


def end_former(folder: Path) -> None:
    """Wait for a server that a killed run has left on these data, end it, and forget its lock.

    Only the processes that work in the folder count: the number in a stale lock may be anybody's by now.
    """
    until = time.monotonic() + 5
    while pids := working_in(folder):
        # The first seconds are its own: it has been told to stop, and stops cleanly.
        late = time.monotonic() - until
        for pid in pids if late > -3 else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late > 0 else signal.SIGQUIT)
        time.sleep(0.1)
    if sys.platform == "linux":
        (folder / "postmaster.pid").unlink(missing_ok=True)


def working_in(folder: Path) -> list[int]:
    """Return the processes whose current folder is this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if entry.readlink() == folder:
                found.append(int(entry.parent.name))
    return found


class Redis(Server):
    """Redis without persistence: everything in it may be lost at any time."""

    name = "Redis"

    def __init__(self, folder: Path, programs: Programs, account: Account | None, password: str) -> None:
        super().__init__(folder / "redis", programs, account)
        self.password = password

    def spawn(self, output: Output) -> subprocess.Popen[bytes]:
        """Start the server; it reads its configuration from its input, so the password is on no command line."""
        self.own(self.folder)
        lines = {
            "bind": HOST,
            "port": str(self.port),
            "dir": '"' + str(self.folder).replace("\\", "\\\\").replace('"', '\\"') + '"',
            "requirepass": self.password,
            "save": '""',
            "appendonly": "no",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "loglevel": "warning",
            "always-show-logo": "no",
        }
        child = spawn(
            [self.programs.redis, "-"],
            death_signal=signal.SIGKILL,
            account=self.account,
            env=SERVER_ENV,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            output=output,
        )
        assert child.stdin is not None
        with contextlib.suppress(BrokenPipeError), child.stdin:
            child.stdin.write("".join(f"{key} {value}\n" for key, value in lines.items()).encode())
        return child

    def is_ours(self) -> bool:
        """Ask for the process and the folder."""
        assert self.process is not None
        with redis.Redis(host=HOST, port=self.port, password=self.password, socket_timeout=5) as client:
            told: Any = client.info("server")
            where: Any = client.config_get("dir")
        return told["process_id"] == self.process.pid and Path(where["dir"]) == self.folder

    @property
    def url(self) -> str:
        """Return the address as REDIS_URL wants it."""
        return f"redis://:{self.password}@{HOST}:{self.port}/0"


def free_port() -> int:
    """Return a port that was free a moment ago; whoever uses it verifies who answers there."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
