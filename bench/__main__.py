"""Measure: `python -m bench NAME [options]`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> int:
    """Run the bench that is named."""
    folder = Path(__file__).parent
    names = sorted(
        [path.stem for path in folder.glob("[a-z]*.py")] + [path.parent.name for path in folder.glob("*/__init__.py")]
    )
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.stderr.write(f"usage: python -m bench {{{','.join(names)}}}\n")
        return 2
    status: int = importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:])
    return status


if __name__ == "__main__":
    sys.exit(main())
