"""`deploy/secrets.sh`: every secret once, closed to everybody else, and never again by accident."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from family_pairing.programs import server_account
from tests.deploy.files import VARIABLES, compose
from tests.servers import ROOT

NAMES = set(compose(VARIABLES)["secrets"])
# Only the operator knows what belongs in them.
BLANK = {"smtp_password", "broker_url"}


@pytest.fixture
def folder() -> Generator[Path, None, None]:
    """Return a folder that any account can reach and make files in, with a copy of the script."""
    place = Path(tempfile.mkdtemp(prefix="family-pairing-deploy-"))
    place.chmod(0o777)
    shutil.copy2(ROOT / "deploy" / "secrets.sh", place)
    yield place
    shutil.rmtree(place)


def make(folder: Path, uid: int | None = None) -> list[str]:
    """Run the script and return its lines."""
    done = subprocess.run(
        ["sh", "secrets.sh"], cwd=folder, user=uid, capture_output=True, text=True, check=True, umask=0o022
    )
    return done.stdout.splitlines()


def values(folder: Path) -> dict[str, str]:
    """Return what was made."""
    return {file.name: file.read_text().strip() for file in (folder / "secrets").iterdir()}


def test_it_makes_each_once_and_says_so(folder: Path) -> None:
    made = {f"made secrets/{name}" for name in NAMES - BLANK} | {f"made secrets/{name}, empty" for name in BLANK}
    assert set(make(folder)) == made
    first = values(folder)
    assert set(first) == NAMES
    assert set(make(folder)) == {f"kept secrets/{name}" for name in NAMES}
    assert values(folder) == first
    fresh = [first[name] for name in NAMES - BLANK if not name.endswith("_url")]
    assert len(set(fresh)) == len(fresh)
    assert all(len(value) >= 64 for value in fresh)


def test_a_secret_that_was_removed_is_made_anew_and_alone(folder: Path) -> None:
    make(folder)
    former = values(folder)
    for name in ("fp_app_password", "database_url"):
        (folder / "secrets" / name).unlink()
    make(folder)
    now = values(folder)
    assert {name for name in NAMES if now[name] != former[name]} == {"fp_app_password", "database_url"}
    assert now["database_url"] == f"postgresql://fp_app:{now['fp_app_password']}@postgres:5432/family_pairing"


def test_what_the_operator_has_written_stays(folder: Path) -> None:
    make(folder)
    for name in BLANK:
        (folder / "secrets" / name).chmod(0o600)
        (folder / "secrets" / name).write_text(f"our {name}")
    make(folder)
    assert {name: values(folder)[name] for name in BLANK} == {name: f"our {name}" for name in BLANK}


def test_nobody_else_on_the_host_can_read_them(folder: Path) -> None:
    make(folder)
    assert stat.S_IMODE((folder / "secrets").stat().st_mode) == 0o700
    if os.geteuid() == 0:
        seen = {file.name: file.stat() for file in (folder / "secrets").iterdir()}
        assert {stat.S_IMODE(each.st_mode) for each in seen.values()} == {0o600}
        assert {name for name, each in seen.items() if each.st_uid == 999} == {
            name for name in NAMES - BLANK if name.endswith("_password")
        }
        assert {each.st_uid for each in seen.values()} == {999, 10001}


def test_without_root_the_folder_is_the_lock(folder: Path) -> None:
    account = server_account()
    make(folder, account and account.uid)
    place = (folder / "secrets").stat()
    assert stat.S_IMODE(place.st_mode) == 0o700
    assert place.st_uid == (account.uid if account else os.geteuid())
    assert {stat.S_IMODE(file.stat().st_mode) for file in (folder / "secrets").iterdir()} == {0o444}
