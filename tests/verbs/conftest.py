"""Every test of a verb works in a database, in a transaction that is rolled back."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from accounts import codes


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Let every test here use the database."""


@pytest.fixture(autouse=True)
def quick_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash pairing codes with the least cost; `test_start_pairing` looks at the real one."""
    monkeypatch.setattr(codes, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
