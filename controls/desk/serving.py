"""Whether what this process serves was released: nothing looser than the newest version is served in silence."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum, auto
from functools import lru_cache

from controls.desk.differing import diff
from controls.desk.policies import present_policy
from controls.desk.releasing import newest, policy_of_version


class Serving(Enum):
    """How the present policy stands to the newest version."""

    RELEASED = auto()
    NEVER_RELEASED = auto()
    STRICTER = auto()
    LOOSER = auto()


def serving(at: datetime) -> Serving:
    """Return how what is served stands to the newest version: one query, and a comparison once for each version.

    Raises PackError and PolicyConflict where either cannot be read or obeyed.
    """
    last = newest()
    if last is None:
        return Serving.NEVER_RELEASED
    present = present_policy().digest
    return (
        Serving.RELEASED if last.proposal.digest == present else _compared(last.number, present, at.date().toordinal())
    )


@lru_cache(maxsize=4)
def _compared(number: int, _present: str, day: int) -> Serving:
    at = datetime.fromordinal(day).replace(tzinfo=UTC)
    found = diff(policy_of_version(number), present_policy(), at)
    return Serving.LOOSER if found.loosening else Serving.STRICTER
