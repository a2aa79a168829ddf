"""Reasons: whose word a value rests on, and why another word does not count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class By(StrEnum):
    """Whose word it is."""

    PACK = "pack"
    PARENT = "parent"
    TEEN = "teen"
    SYSTEM = "system"


class Reason(StrEnum):
    """What a value rests on (the first seven), and what else must be known to understand it."""

    LOOSEST = "loosest"
    DEFAULT = "default"
    DEFAULT_KEPT = "default_kept"
    PARENT_SETTING = "parent_setting"
    TEEN_CHOICE = "teen_choice"
    CAPPED_BY = "capped_by"
    NEVER_BELOW = "never_below"
    UNREADABLE = "unreadable"
    UNVERIFIED = "unverified"
    NEEDS_PARENT = "needs_parent"
    NEEDS_TEEN = "needs_teen"
    OTHER_BAND = "other_band"
    ADULT = "adult"
    AGE_UNKNOWN = "age_unknown"
    AGE_TOO_LOW = "age_too_low"
    TIME_ZONE_UNREADABLE = "time_zone_unreadable"


@dataclass(frozen=True, slots=True)
class Because:
    """One reason of one value. ``parts`` names the parts of a composite value that it is about, none for all."""

    code: Reason
    by: By
    rule: str
    parent: str = ""
    until: datetime | None = None
    parts: tuple[str, ...] = ()

    def dump(self, *, parents: bool) -> dict[str, str]:
        """Write the reason; whose parent it was only where the reader may know."""
        dumped = {"code": self.code.value, "rule": self.rule, "by": self.by.value}
        if parents and self.parent:
            dumped["parent"] = self.parent
        return dumped


ORDER = {code: place for place, code in enumerate(Reason)}
