"""How much is tried: less at each change, all of it before a release (`make prove`, which sets ALL=1)."""

from __future__ import annotations

import os
from typing import Final, TypeVar

T = TypeVar("T")

FULL: Final = os.environ.get("ALL") == "1"


def either(*, full: T, reduced: T) -> T:
    """Return the full count when everything is proved, the reduced one otherwise."""
    return full if FULL else reduced
