"""What every client did and saw, in its own words, on one clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

# Epoch and seq: what a verb makes. A version adds the boundary that time makes.
Stamp: TypeAlias = tuple[int, int]
Version: TypeAlias = tuple[int, int, int]


class Change(NamedTuple):
    """One change of a control; without `answered` nobody knows whether it happened."""

    client: str
    teen: str
    key: str
    value: Any
    called: float
    answered: float | None = None
    version: Version | None = None

    @property
    def stamp(self) -> Stamp | None:
        return None if self.version is None else self.version[:2]


class Read(NamedTuple):
    """One answer of the settings; an unchanged one has no values."""

    client: str
    teen: str
    called: float
    answered: float
    version: Version
    values: Mapping[str, Any] | None
    # What the client said that it holds.
    held: Version | None = None


class Told(NamedTuple):
    """One frame of a stream."""

    teen: str
    at: float
    stamp: Stamp


class Mark(NamedTuple):
    """Something that was done to the stack."""

    at: float
    what: str


@dataclass
class History:
    """Everything that happened; threads append to it, which needs no lock."""

    changes: list[Change] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    # What no client may ever be answered, in words.
    surprises: list[str] = field(default_factory=list)
    # Whether Redis was never disturbed: then promises hold that are more than what was acknowledged.
    is_calm: bool = True

    @property
    def acknowledged(self) -> list[Change]:
        return [change for change in self.changes if change.answered is not None]

    def delays(self, after: float = 0.0) -> list[float]:
        """Return how long each change that was said after a moment took to reach a stream, in seconds, in order.

        A change counts from when it was sent; one that a later change has overtaken is told with that.
        """
        found = []
        for change in self.acknowledged:
            if change.called >= after and change.stamp is not None:
                told = (frame.at for frame in self.told if frame.teen == change.teen and frame.stamp >= change.stamp)
                found.append(min(told, default=float("inf")) - change.called)
        return sorted(found)
