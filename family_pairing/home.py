"""The home of one copy: its lock, its secrets, and where its servers keep their data."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from family_pairing.children import Account
from family_pairing.programs import LASTING, ServerFault


class Home:
    """The folder FAMILY_PAIRING_HOME; it is ours alone from `lock` until we end, however we end."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.locked: IO[str] | None = None

    def lock(self) -> None:
        """Make the folder and lock it.

        Raises ServerFault when another copy runs from it, or when it cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path = self.path.resolve()
            file = os.fdopen(os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
        except OSError as error:
            raise ServerFault(f"FAMILY_PAIRING_HOME={self.path} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServerFault(
                f"Family Pairing already runs from {self.path} (process {file.read().strip() or 'unknown'}); "
                "stop it first, or give this copy a PORT and a FAMILY_PAIRING_HOME of its own."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self.locked = file

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """Return a secret of this home, made on first use."""
        folder = self.path / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        file = folder / name
        if not file.exists():
            self.write(file, make())
        return file.read_text().strip()

    def write(self, file: Path, text: str) -> None:
        """Write a file that only we can read, whole or not at all."""
        half = file.with_name(f".{file.name}.half")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
            written.write(f"{text}\n")
            written.flush()
            os.fsync(written.fileno())
        half.replace(file)


def data_folder(home: Path, account: Account | None) -> Path:
    """Return the servers' folder: below `home`, or where their account can reach it; the home remembers where.

    No mode of a folder that is not ours is ever changed.
    """
    inside = home / "data"
    note = home / "data-is-in"
    if note.exists():
        elsewhere = Path(note.read_text().strip())
        if owned_by(elsewhere, account):
            return elsewhere
        raise ServerFault(
            f"The data of {home} should be in {elsewhere} (says {note}), and that folder is gone or not ours; "
            f"remove {note} to start afresh."
        )
    if not inside.exists():
        inside.mkdir(mode=0o700)
        if account is not None:
            os.chown(inside, account.uid, account.gid)
    if not owned_by(inside, account):
        raise ServerFault(
            f"{inside} belongs to another account; use the account of the first run, or another FAMILY_PAIRING_HOME."
        )
    if account is None or reaches(account, inside):
        return inside
    elsewhere = Path(tempfile.mkdtemp(prefix="family-pairing-data-", dir=LASTING))
    os.chown(elsewhere, account.uid, account.gid)
    note.write_text(f"{elsewhere}\n")
    inside.rmdir()
    return elsewhere


def owned_by(folder: Path, account: Account | None) -> bool:
    """Return whether this is a real folder of the servers' account that nobody else can enter."""
    try:
        seen = folder.lstat()
    except OSError:
        return False
    owner = os.geteuid() if account is None else account.uid
    return stat.S_ISDIR(seen.st_mode) and seen.st_uid == owner and not seen.st_mode & 0o077


def reaches(account: Account, folder: Path) -> bool:
    """Return whether the account can enter a folder, by trying it."""
    command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    who: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []}
    return subprocess.run(command, capture_output=True, cwd="/", check=False, **who).returncode == 0
