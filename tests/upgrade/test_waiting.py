"""Who migrates lets go of a lock that others hold, says so, and goes on when it is free."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Generator
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.core.management.commands import migrate as djangos
from django.db import OperationalError

from family_pairing.embedded import OWNER
from family_pairing.management.commands import migrate
from tests.servers import ROOT, Servers

COMMAND = [sys.executable, "-u", str(ROOT / "manage.py"), "migrate", "--no-input"]


@pytest.fixture
def behind(servers: Servers) -> Generator[dict[str, str], None, None]:
    """Give a database whose `ledger_teen` is one migration behind, and the environment of who migrates it."""
    servers.make_database("behind")
    env = os.environ | {"DATABASE_URL": servers.postgres.url(OWNER, "behind")}
    subprocess.run([*COMMAND, "ledger", "0005"], cwd=ROOT, env=env, check=True, capture_output=True)
    yield env
    servers.postgres.drop_database("behind")


def test_a_table_in_use_is_let_go_and_tried_again(servers: Servers, behind: dict[str, str]) -> None:
    with servers.postgres.connected("behind") as holder:
        holder.autocommit = False
        with holder.cursor() as cursor:
            cursor.execute("LOCK TABLE ledger_teen IN ACCESS SHARE MODE")
        began = time.monotonic()
        command = subprocess.Popen(COMMAND, cwd=ROOT, env=behind, stdout=subprocess.PIPE, text=True)
        assert command.stdout is not None
        told = next(line for line in command.stdout if "trying again (2 of 10)" in line)
        assert "A table is in use" in told
        assert time.monotonic() - began < 15
        holder.rollback()
    rest = command.stdout.read()
    assert command.wait(timeout=20) == 0, rest
    assert "Applying ledger.0006_aside... OK" in rest


def test_a_statement_takes_the_time_that_it_needs(servers: Servers, behind: dict[str, str]) -> None:
    shown = "from django.db import connection as c; from family_pairing.management.commands.migrate import prepare;"
    shown += "prepare('default'); k = c.cursor(); k.execute('SHOW lock_timeout'); a = k.fetchone();"
    shown += "k.execute('SHOW statement_timeout'); print(a + k.fetchone())"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", shown]
    done = subprocess.run(command, cwd=ROOT, env=behind, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "('2s', '0')"


def test_a_table_that_stays_in_use_is_given_up_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = refusing(monkeypatch, migrate.LOCK_NOT_AVAILABLE)
    with pytest.raises(CommandError, match="stayed in use in 10 tries"):
        call_command("migrate", verbosity=0)
    assert len(tried) == migrate.TRIES


def test_any_other_fault_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = refusing(monkeypatch, "57014")
    with pytest.raises(OperationalError):
        call_command("migrate", verbosity=0)
    assert len(tried) == 1


def refusing(monkeypatch: pytest.MonkeyPatch, code: str) -> list[float]:
    """Let every migration fail with a code of the database; returns the tries."""
    tried: list[float] = []

    class Refusal(Exception):
        pgcode = code

    def fail(*_: Any, **__: Any) -> None:
        tried.append(time.monotonic())
        raise OperationalError("refused") from Refusal()

    monkeypatch.setattr(djangos.Command, "handle", fail)
    monkeypatch.setattr(migrate, "prepare", lambda _: None)
    monkeypatch.setattr(migrate, "PAUSE_S", 0)
    return tried
