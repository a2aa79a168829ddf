"""Waiting for what must happen, with an end."""

from __future__ import annotations

import time
from collections.abc import Callable


def comes_true(condition: Callable[[], bool], *, within: float) -> bool:
    """Return whether the condition came true in time."""
    until = time.monotonic() + within
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def wait_for(condition: Callable[[], bool], what: str, *, within: float) -> None:
    """Return when the condition is true.

    Raises AssertionError, saying what was waited for, when it is not in time.
    """
    assert comes_true(condition, within=within), f"{what}: not within {within:g} s"
