"""Mutants that a person has looked at: no test can find them, or none should, and the file says why."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

FILE: Final = Path("tests/core/survivors.toml")


def reviewed() -> dict[tuple[str, str], str]:
    """Return why a mutant may survive, by its module and its change."""
    with FILE.open("rb") as file:
        tables = tomllib.load(file).get("survivor", [])
    return {(f"controls.policy.{each['file']}", change): each["why"] for each in tables for change in each["changes"]}
