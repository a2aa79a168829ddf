"""Moments as they are written in JSON."""

from __future__ import annotations

from datetime import datetime
from typing import overload


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: None) -> None: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """Return a moment in UTC as RFC 3339 has it, none for none."""
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
