"""Another program whose clock is so many seconds off: `python -m tests.faults.skewed 600 -m uvicorn …`."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import time_machine


def skewed(command: Sequence[str], off: timedelta) -> list[str]:
    """Return a command of Python with its clock that far ahead, or behind when negative."""
    start = command.index("-m") if "-m" in command else 1
    return [command[0], "-m", "tests.faults.skewed", f"{off.total_seconds():.0f}", *command[start:]]


def main() -> None:
    """Run the program that the rest of the command line names."""
    wrong = datetime.now(tz=UTC) + timedelta(seconds=int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    with time_machine.travel(wrong, tick=True):
        if sys.argv[0] == "-m":
            del sys.argv[0]
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
