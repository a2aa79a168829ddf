"""A merge patch of a teen's controls as changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from accounts.api.base import pointer
from controls.access import control_from_key
from controls.actions import Change
from family_pairing.problems import Fault, Problem


def changes_of(patch: Mapping[str, Any]) -> list[Change]:
    """Return the changes that a patch asks for.

    Raises Problem `unknown_control`, `unknown_field`, or `invalid_value`, naming where.
    """
    return [change_of(key, said) for key, said in patch.items()]


def change_of(key: str, said: Any) -> Change:
    """Return one change: null takes the word back, else `{"value", "until"?}`."""
    control = control_from_key(key)
    if said is None:
        return Change(control, None)
    if not isinstance(said, Mapping) or said.get("value") is None:
        raise invalid(pointer(key), 'Expected null or an object `{"value", "until"}`.')
    unknown = sorted(set(said) - {"value", "until"})
    if unknown:
        faults = [
            Fault(pointer(key) + pointer(name), "unknown_field", "Expected `value` and `until`.") for name in unknown
        ]
        raise Problem("unknown_field", faults=faults)
    return Change(control, said["value"], moment(said.get("until"), f"{pointer(key)}/until"))


def moment(text: Any, where: str) -> datetime | None:
    """Return the end of a setting, in whole seconds; None for none."""
    return None if text is None else instant(text, where).replace(microsecond=0)


def instant(text: Any, where: str) -> datetime:
    """Return a moment of RFC 3339 with its offset."""
    try:
        at = parse_datetime(text) if isinstance(text, str) else None
        if at is not None and at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        # No such day, or a moment beyond the calendar in UTC.
        pass
    raise invalid(where, "Expected a moment of RFC 3339 with its offset, such as `2026-11-24T20:00:00Z`.")


def invalid(where: str, expected: str) -> Problem:
    """Return the problem for a wrong value."""
    return Problem("invalid_value", faults=[Fault(where, "invalid_value", expected)])
