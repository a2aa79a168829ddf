"""Decisions beside what others offer: `python -m bench decisions [core]`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run the part that is named, the core without a name."""
    parts = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    part, rest = (arguments[0], arguments[1:]) if arguments and arguments[0] in parts else ("core", arguments)
    if rest and not rest[0].startswith("-"):
        sys.stderr.write(f"usage: python -m bench decisions {{{','.join(parts)}}}\n")
        return 2
    status: int = importlib.import_module(f"bench.decisions.{part}").main(rest)
    return status
