"""Facts: what people said and what is known about a teen, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from controls.policy.bands import later_by_years


class Assurance(StrEnum):
    """How well an age is known, from what is only said to what was checked most strictly (IEEE 2089.1-2024)."""

    ASSERTED = "asserted"
    BASIC = "basic"
    STANDARD = "standard"
    ENHANCED = "enhanced"
    STRICT = "strict"

    @property
    def rank(self) -> int:
        """Return the place among the levels; a higher one is better known."""
        return list(Assurance).index(self)


@dataclass(frozen=True, slots=True)
class Birth:
    """The latest day on which a person may have been born: where age is a range, the younger reading counts."""

    on: date
    assurance: Assurance = Assurance.ASSERTED

    @classmethod
    def from_age(cls, age: int, stated_on: date, assurance: Assurance = Assurance.ASSERTED) -> Birth:
        """Return the birth of somebody who was said to be at least ``age`` on a day."""
        return cls(later_by_years(stated_on, -age) or stated_on, assurance)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a parent has said about one control, standing or until a moment."""

    parent: str
    verified: bool
    control: str
    value: object
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the teen has said about one control, in the age band of that day."""

    control: str
    value: object
    until: datetime | None = None
    band: str = ""


@dataclass(frozen=True, slots=True)
class World:
    """Everything that resolving needs to know about one teen; no birth means that the age is unknown."""

    birth: Birth | None
    place: str
    time_zone: str
    grew_up_here: bool = True
    settings: tuple[Setting, ...] = ()
    choices: tuple[Chosen, ...] = ()
