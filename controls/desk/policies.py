"""Policies: everything that what applies rests on beside the facts: the baselines, the laws and the posture."""

from __future__ import annotations

import hashlib
import json
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final

from controls import packs
from controls.laws.demands import Status
from controls.laws.joining import timeline
from controls.laws.law import Laws, Platform, Posture, Ruling
from controls.packs import fingerprint, in_order, locking
from controls.packs.operator import posture as posture_here
from controls.packs.places import merged, read_place
from controls.packs.reading import PackError, read_pack
from controls.policy.packs import Pack

# A place of which nothing is recorded lies in the world alone.
ELSEWHERE: Final = ""
PRESENT, LOCKED = "present", "lock"


@dataclass(frozen=True, eq=False)
class Policy:
    """One policy, read and checked; `texts` are its files by name, which are the whole of it with the posture."""

    name: str
    texts: Mapping[str, str]
    baselines: tuple[Pack, ...]
    laws: Laws
    posture: Posture
    _timelines: dict[tuple[str, str], tuple[Pack, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def files(self) -> dict[str, str]:
        """The SHA-256 of every file, by its name."""
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in sorted(self.texts.items())}

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all of it: the same for the same files under the same posture."""
        return hashlib.sha256(json.dumps([self.files, self.posture.told()]).encode()).hexdigest()

    def packs_of(self, place: str, time_zone: str) -> tuple[Pack, ...]:
        """Return the packs of a place one after the other.

        Raises PolicyConflict where laws that bind there cannot both be obeyed.
        """
        found = self._timelines.get((place, time_zone))
        if found is None:
            found = timeline(self.laws, place, time_zone, self.posture, self.baselines)
            self._timelines[place, time_zone] = found
        return found

    def pack_for(self, place: str, time_zone: str, at: datetime) -> Pack:
        """Return the pack of a place at a moment.

        Raises PolicyConflict.
        """
        found = self.packs_of(place, time_zone)
        return found[bisect_right([pack.until for pack in found if pack.until is not None], at)]

    def baseline_at(self, at: datetime) -> Pack:
        """Return the baseline at a moment; before the first one took effect, the first."""
        return next((pack for pack in reversed(self.baselines) if pack.effective_at <= at), self.baselines[0])


def policy_of(name: str, texts: Mapping[str, str], posture: Posture) -> Policy:
    """Read a policy from the texts of its files.

    Raises PackError.
    """
    tables = {file: _table(file, text) for file, text in sorted(texts.items())}
    places = [read_place(Path(file).stem, table) for file, table in tables.items() if "/" in file]
    baselines = in_order(read_pack(table) for file, table in tables.items() if "/" not in file)
    if not baselines:
        raise PackError(f"`{name}` has no baseline")
    return Policy(name, dict(texts), baselines, merged(places), posture)


def texts_in(folder: Path) -> dict[str, str]:
    """Return the texts of a folder of packs, as `locking` names them."""
    return {name: (folder / name).read_bytes().decode() for name in locking.digests(folder)}


def policy_in(folder: Path) -> Policy:
    """Return the policy that a folder makes under this installation's posture.

    Raises PackError.
    """
    if not folder.is_dir():
        raise PackError(f"`{folder}` is no folder")
    return policy_of(str(folder), texts_in(folder), posture_here())


def locked_policy() -> Policy:
    """Return the policy of the files that are in the lock and unchanged.

    Raises PackError.
    """
    locked, here = locking.read_lock(packs.FOLDER), locking.digests(packs.FOLDER)
    texts = {name: text for name, text in texts_in(packs.FOLDER).items() if locked.get(name) == here[name]}
    return policy_of(LOCKED, texts, posture_here())


def present_policy() -> Policy:
    """Return what this process serves.

    Raises PackError.
    """
    return _present(fingerprint())


@lru_cache(maxsize=2)
def _present(fingerprint: str) -> Policy:
    return policy_of(PRESENT, texts_in(packs.FOLDER), posture_here())


def dump_posture(posture: Posture) -> dict[str, Any]:
    """Write a posture as JSON."""
    platform = posture.platform
    return {
        "statuses": sorted(posture.statuses),
        "opt_in": sorted(posture.opt_in),
        "platform": {
            "users": platform.users,
            "feed_share": platform.feed_share,
            "services": sorted(platform.services),
            "is_small": platform.is_small,
        },
        "rulings": [
            {
                "subject": each.subject,
                "laws": sorted(each.laws),
                "yields": each.yields,
                "by": each.by,
                "decided_on": each.decided_on.isoformat(),
                "why": each.why,
            }
            for each in posture.rulings
        ],
    }


def load_posture(raw: Mapping[str, Any]) -> Posture:
    """Read a posture as it was written."""
    platform = raw["platform"]
    return Posture(
        statuses=frozenset(Status(each) for each in raw["statuses"]),
        opt_in=frozenset(raw["opt_in"]),
        platform=Platform(**{**platform, "services": frozenset(platform["services"])}),
        rulings=tuple(
            Ruling(**{**each, "laws": frozenset(each["laws"]), "decided_on": date.fromisoformat(each["decided_on"])})
            for each in raw["rulings"]
        ),
    )


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"`{name}` is no TOML: {error}") from error
