"""What the operator adds to the laws in force, as the settings have it: a posture, single laws, the platform."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from controls.laws.demands import Status
from controls.laws.law import Platform, Posture
from controls.packs.places import read_rulings
from controls.packs.reading import PackError

POSTURES: Final = {
    "in_force_only": frozenset[Status](),
    "include_pending": frozenset({Status.ENACTED_PENDING}),
    "include_enjoined": frozenset({Status.ENJOINED, Status.PARTIALLY_ENJOINED}),
}


@lru_cache(maxsize=1)
def posture() -> Posture:
    """Return the operator's posture.

    Raises PackError where it cannot be read.
    """
    path = settings.POLICY_RULINGS
    return Posture(
        statuses=statuses_of(settings.POLICY_POSTURE),
        opt_in=frozenset(settings.POLICY_OPT_IN),
        platform=Platform(
            settings.PLATFORM_USERS,
            settings.PLATFORM_FEED_SHARE,
            frozenset(settings.PLATFORM_SERVICES),
            settings.PLATFORM_IS_SMALL,
        ),
        rulings=read_rulings(Path(path)) if path else (),
    )


def statuses_of(words: Iterable[str]) -> frozenset[Status]:
    """Return the statuses that a posture adds.

    Raises PackError for a word that is none.
    """
    unknown = [word for word in words if word not in POSTURES]
    if unknown:
        raise PackError(f"POLICY_POSTURE: `{unknown[0]}` is unknown; expected some of {', '.join(POSTURES)}")
    return frozenset(status for word in words for status in POSTURES[word])
