"""The released policy packs: read once, in the order in which they take effect."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from controls.packs.reading import read_pack
from controls.policy.packs import Pack

FOLDER = Path(__file__).parent


def pack_for(place: str, at: datetime) -> Pack:
    """Return the pack that applies in a place at a moment; before the first one took effect, the first.

    The baseline holds for every place so far, known or unknown.
    """
    packs = released()
    return next((pack for pack in reversed(packs) if pack.effective_at <= at), packs[0])


@lru_cache(maxsize=1)
def released() -> tuple[Pack, ...]:
    """Return every released pack, the earliest first; each knows when the next one takes over."""
    packs = sorted((_read(path) for path in FOLDER.glob("*.toml")), key=lambda pack: pack.effective_at)
    ends = [later.effective_at for _, later in pairwise(packs)]
    return tuple(replace(pack, until=end) for pack, end in zip(packs, [*ends, None], strict=True))


def _read(path: Path) -> Pack:
    with path.open("rb") as file:
        return read_pack(tomllib.load(file))
