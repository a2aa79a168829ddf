"""Mutants that a person has looked at: no test can find them, or none should, and the file says why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

FILES: Final = {
    "controls.policy": Path("tests/core/survivors.toml"),
    "controls.decisions": Path("tests/decisions/survivors.toml"),
    "controls.laws": Path("tests/laws/survivors.toml"),
}


def reviewed() -> dict[tuple[str, str], str]:
    """Return why a mutant may survive, by its module and its change."""
    tables = [
        (room, each)
        for room, path in FILES.items()
        for each in tomllib.loads(path.read_text(encoding="utf-8")).get("survivor", [])
    ]
    return {(f"{room}.{each['file']}", change): each["why"] for room, each in tables for change in each["changes"]}
