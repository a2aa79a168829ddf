"""What moves between two resolutions, in words that a preview and an event share."""

from __future__ import annotations

from typing import Any, NamedTuple

from controls.policy.resolve import Enforced, Resolution
from controls.policy.values import direction
from controls.snapshots import Present


class Difference(NamedTuple):
    """One enforced value that moved."""

    key: str
    before: Enforced
    after: Enforced

    def dump(self) -> dict[str, Any]:
        """Return the shape of `http.md`: key, from, to, direction, reasons."""
        new = self.after.dump()
        return {
            "key": self.key,
            "from": self.before.dump()["value"],
            "to": new["value"],
            "direction": str(direction(self.after.kind, self.before.value, self.after.value)),
            "reasons": new["reasons"],
        }


def moved_of(before: Present, after: Present) -> dict[str, Any]:
    """Return what moved as an event tells it: as parents may read it, and as the teen may where that differs."""
    whole = [each.dump() for each in differences(before.resolution, after.resolution)]
    pair = before.for_parents().resolution, after.for_parents().resolution
    shown = [each.dump() for each in differences(*pair)]
    return {"moved": shown} if shown == whole else {"moved": shown, "moved_for_teen": whole}


def differences(before: Resolution, after: Resolution) -> tuple[Difference, ...]:
    """Return every control whose enforced value is another one."""
    pairs = ((key, before.values[key], enforced) for key, enforced in after.values.items())
    return tuple(Difference(key, old, new) for key, old, new in pairs if old.value != new.value)
