"""A family for the tests of the API, in a transaction that is rolled back."""

from __future__ import annotations

import pytest

from tests.callers import Home, a_home, make_codes_quick


@pytest.fixture(autouse=True)
def database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test here use the database."""
    make_codes_quick(monkeypatch)


@pytest.fixture
def home(database: None) -> Home:
    """Return paula, verified, and tess with one phone."""
    return a_home()
