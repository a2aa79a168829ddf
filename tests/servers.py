"""Servers for the tests: a real Postgres and a real Redis for each pytest process, in a folder of their own.

A pytest plugin, because Django's settings want the addresses before any conftest is read. Nothing is started when only
`tests/core` is asked for, with `-p no:django`, with FAMILY_PAIRING_NO_SERVERS=1, nor by a process that only hands the
tests out to others (`-n 2`).
"""

from __future__ import annotations

import functools
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from family_pairing.embedded import OWNER, SERVING, SUPERUSER, Postgres, Redis
from family_pairing.programs import ServerFault, find_programs, server_account

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "family-pairing-tests-"
KEYS = {
    "SECRET_KEY": secrets.token_hex(32),
    # As many as an operator can allow; `test_start_pairing` tries fewer.
    "MOST_PARENTS": "4",
    "DEVICE_TOKEN_KEYS": f"k1:{secrets.token_hex(32)}",
    "DJANGO_SETTINGS_MODULE": "family_pairing.settings",
    "FAMILY_PAIRING_DEMO": "1",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
}
UNREACHABLE = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}

running: pytest.StashKey[Servers] = pytest.StashKey()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the servers and name them in the environment, before pytest-django loads the settings."""
    os.environ.update(KEYS)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BROKER_URL", "SECRET_KEY_FILE"):
        os.environ.pop(name, None)
    if needs_servers(early_config):
        try:
            servers = Servers()
        except ServerFault as fault:
            raise pytest.UsageError(str(fault)) from fault
        early_config.stash[running] = servers
        early_config.add_cleanup(servers.stop)
        os.environ.update(servers.environment("tests", servers.redis))
    else:
        os.environ.update(UNREACHABLE)
    return (yield)


def needs_servers(config: pytest.Config) -> bool:
    """Return whether any test that is asked for may want a server."""
    if os.environ.get("FAMILY_PAIRING_NO_SERVERS") == "1" or config.pluginmanager.is_blocked("django"):
        return False
    asked = config.known_args_namespace
    if asked.help or asked.version:
        return False
    if getattr(asked, "numprocesses", None) and "PYTEST_XDIST_WORKER" not in os.environ:
        # The tests are shared among processes, each with servers of its own; this one only hands them out.
        return False
    core = ROOT / "tests" / "core"
    places = [(config.invocation_params.dir / place.split("::", 1)[0]).resolve() for place in asked.file_or_dir]
    return not places or not all(place.is_relative_to(core) for place in places)


class Servers:
    """One Postgres and one Redis; the product's tables are made once, and databases are copies of them."""

    def __init__(self) -> None:
        clear_former()
        self.account = server_account()
        self.programs = find_programs(self.account)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")).resolve()
        if self.account is not None:
            os.chown(self.folder, self.account.uid, self.account.gid)
        self.passwords = {role: secrets.token_hex(16) for role in (SUPERUSER, OWNER, SERVING)}
        self.postgres = Postgres(self.folder, self.programs, self.account, self.passwords.__getitem__, durable=False)
        self.redis = self.another_redis("redis")
        try:
            self.postgres.prepare()
            self.start_postgres()
            self.start_redis(self.redis)
            self.postgres.prepare_database("tests")
        except ServerFault as fault:
            told = "".join(path.read_text(errors="replace") for path in self.folder.glob("*.log"))
            self.stop()
            raise ServerFault(f"{told}\n{fault}") from fault

    def another_redis(self, name: str) -> Redis:
        """Return a Redis of one's own, not yet started; `start_redis` starts it."""
        folder = self.folder / f"{name}-data"
        folder.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(folder, self.account.uid, self.account.gid)
        return Redis(folder, self.programs, self.account, secrets.token_hex(16))

    def start_postgres(self) -> None:
        """Start Postgres, or start it again on its port after it was stopped or killed."""
        with (self.folder / "postgres.log").open("ab") as log:
            self.postgres.start(log)

    def start_redis(self, redis: Redis) -> None:
        """Start a Redis, or start it again on its port after it was killed."""
        with (redis.folder.parent.with_suffix(".log")).open("ab") as log:
            redis.start(log)

    def environment(self, database: str, redis: Redis) -> dict[str, str]:
        """Return the variables that name a database and a Redis."""
        return {
            "DATABASE_URL": self.postgres.url(SERVING, database),
            "DATABASE_OWNER_URL": self.postgres.url(OWNER, database),
            "REDIS_URL": redis.url,
            "FAMILY_PAIRING_HOME": str(self.folder / "home"),
        }

    @functools.cached_property
    def migrated(self) -> str:
        """The name of a database with the product's tables, made on first use; only copies of it are worked in."""
        self.postgres.prepare_database("migrated")
        command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input"]
        env = os.environ | {"DATABASE_URL": self.postgres.url(OWNER, "migrated")}
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.exit(f"{done.stdout}{done.stderr}\nThe migrations failed; their own words are above.", 3)
        return "migrated"

    def make_database(self, name: str) -> None:
        """Make a fresh copy of the migrated database, instead of what has that name."""
        template = self.migrated
        self.postgres.drop_database(name)
        self.postgres.prepare_database(name, template=template)

    def stop(self) -> None:
        """End both servers and remove what they wrote."""
        self.redis.kill()
        self.postgres.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def clear_former() -> None:
    """Remove the folders of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = re.match(r"(\d+)-", folder.name.removeprefix(PREFIX))
        if found and not Path("/proc", found[1]).exists() and Path("/proc").exists():
            shutil.rmtree(folder, ignore_errors=True)
