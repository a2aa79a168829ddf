"""Replays work in a database, in a transaction that is rolled back."""

from __future__ import annotations

import pytest

from tests.callers import make_codes_quick


@pytest.fixture(autouse=True)
def database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test here use the database."""
    make_codes_quick(monkeypatch)
