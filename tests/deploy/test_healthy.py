"""`manage.py healthy` says one line and never fails in another way, whatever is missing."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from family_pairing.embedded import free_port
from ledger import heartbeats


def ask(process: str) -> tuple[object, str]:
    """Return the exit code and what was said."""
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("healthy", process, stdout=said)
    return ended.value.code, said.getvalue()


def test_a_page_that_nobody_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    assert ask("web") == (1, "web: /readyz does not answer (ConnectionRefusedError)\n")


@pytest.mark.parametrize("process", ["worker", "sweeper", "beat"])
def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch, process: str) -> None:
    def away(_process: str) -> None:
        raise OperationalError("could not connect to 10.0.0.7 as fp_app")

    monkeypatch.setattr(heartbeats, "last", away)
    assert ask(process) == (1, f"{process}: Postgres cannot be asked (OperationalError)\n")


def test_a_process_that_there_is_not() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("healthy", "postgres")
