"""A family for the tests of help, in a transaction that is rolled back."""

from __future__ import annotations

import pytest

from tests.callers import Home, a_home


@pytest.fixture
def home(db: None) -> Home:
    """Return paula, verified, and tess with one phone."""
    return a_home()
