"""A small family for the storms that are about one bug."""

from __future__ import annotations

import pytest

from tests.faults.family import Member, a_large_family
from tests.stack import Stack

TEENS = 5


@pytest.fixture
def members(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> list[Member]:
    """Return a family in a stack whose phones may read as often as they like."""
    monkeypatch.setitem(stack.env, "DEVICE_SETTINGS_PER_MINUTE", "0")
    return a_large_family(stack, TEENS)
