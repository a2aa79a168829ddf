"""Policy packs: which values apply by default, which are the loosest, and who may go from one towards the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar, assert_never

from controls.policy.bands import Band
from controls.policy.catalogue import Control
from controls.policy.facts import Assurance
from controls.policy.values import Parts

V = TypeVar("V")


class MayLoosen(StrEnum):
    """Who may go from the default towards the loosest."""

    NOBODY = "nobody"
    PARENT = "parent"
    BOTH = "both"
    EITHER = "either"
    TEEN = "teen"

    def bounds(self, default: V, loosest: V, spoken: V | None, choice: V | None) -> tuple[V, V]:
        """Return where the teen starts and what is allowed; ``spoken`` is what the verified parents say together."""
        permitted = default if spoken is None else spoken
        match self:
            case MayLoosen.NOBODY:
                start, allowed = default, default
            case MayLoosen.PARENT:
                start, allowed = permitted, permitted
            case MayLoosen.BOTH:
                start, allowed = default, permitted
            case MayLoosen.EITHER:
                start, allowed = permitted, loosest
            case MayLoosen.TEEN:
                start, allowed = default, loosest
            case _:
                assert_never(self)
        return start if choice is None else choice, allowed

    @property
    def asks_a_parent(self) -> bool:
        """Tell whether the teen needs a parent to go beyond the default."""
        return self in {MayLoosen.PARENT, MayLoosen.BOTH}

    @property
    def hears_parents(self) -> bool:
        """Tell whether a verified parent's word may loosen, alone or with the teen's."""
        return self in {MayLoosen.PARENT, MayLoosen.BOTH, MayLoosen.EITHER}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pack says about one control in one band.

    ``cap`` gives, for each value of the control that caps this one, the loosest value here. ``laws`` names what made it
    stricter than the baseline, by the code of the reason that cites it and the part (empty: of a value without parts).
    """

    control: Control
    default: Any
    loosest: Any
    may_loosen: MayLoosen
    cap: Mapping[str, Any] = field(default_factory=dict)
    never_below: Parts[Any] | None = None
    laws: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pack:
    """A dated, immutable set of rules for every band and control, read and checked once."""

    key: str
    effective_at: datetime
    status: str
    dm_min_age: int
    bands: tuple[Band, ...]
    keeps: str
    rules: Mapping[str, Mapping[str, Rule]]
    evidence: Mapping[str, tuple[str, ...]]
    care_topics: tuple[str, ...] = ()
    # For how many hours a pairing still binds after the teen has left it, by band.
    leaving_hours: Mapping[str, int] = field(default_factory=dict)
    # How well an age must be known to be an adult's; whoever is less sure counts as a minor.
    adult_assurance: Assurance = Assurance.ASSERTED
    # When the next pack takes over, or a law begins or ends to bind; only who knows all of them can say.
    until: datetime | None = None

    def rule(self, key: str, band: str) -> Rule:
        """Return the rule of a control in a band."""
        return self.rules[band][key]
