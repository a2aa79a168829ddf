"""Who did it: every event carries an actor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The four kinds of actor; a platform's service acts as `system` under its key's id."""

    PARENT = "parent"
    TEEN = "teen"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """One actor; `id` is a person's or a key's, empty for the product itself."""

    kind: ActorKind
    id: str = ""


SYSTEM = Actor(ActorKind.SYSTEM)
