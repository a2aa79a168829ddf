"""`make prove`: the long proofs, in slices; a date picks where today begins, `ALL=1` takes every one.

Each slice runs the tests of `make test` with full counts. Within forty minutes it takes as many slices as fit, and says
what it ran and what it left for another day.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from typing import NamedTuple

BUDGET_MINUTES = int(os.environ.get("MINUTES") or 40)
FULL = {"ALL": "1", "PROVE_EXAMPLES": "20000"}


class Slice(NamedTuple):
    """Some tests with their full counts, and about how long they take on two cores."""

    name: str
    tests: tuple[str, ...]
    minutes: int


SLICES = (
    Slice("laws of the core", ("tests/core/test_laws.py",), 25),
    Slice("birthdays", ("tests/core/test_birthdays.py",), 10),
    Slice("replay", ("tests/replay",), 5),
    Slice("edge", ("tests/edge",), 5),
    Slice("faults", ("tests/faults",), 15),
)


def turn(slices: tuple[Slice, ...], today: date) -> tuple[Slice, ...]:
    """Return the slices in today's order: every day begins one further on."""
    start = today.toordinal() % len(slices)
    return slices[start:] + slices[:start]


def run(each: Slice) -> bool:
    """Run one slice; False when a proof fails."""
    print(f"== {each.name}: full counts, about {each.minutes} minutes", flush=True)
    environment = {**os.environ, **FULL}
    command = [sys.executable, "-m", "pytest", *each.tests, "-q", "-s", "--timeout=7200"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def main() -> int:
    """Run what fits, and say what was run and what was left."""
    everything = os.environ.get("ALL") == "1"
    began = time.monotonic()
    ran: list[str] = []
    left: list[str] = []
    failed: list[str] = []
    for each in turn(SLICES, datetime.now(tz=UTC).date()):
        spent = (time.monotonic() - began) / 60
        if not everything and spent + each.minutes > BUDGET_MINUTES:
            left.append(each.name)
            continue
        ok = run(each)
        (ran if ok else failed).append(each.name)
    minutes = (time.monotonic() - began) / 60
    print(f"== {minutes:.0f} minutes. Proved: {', '.join(ran) or 'nothing'}.", end=" ")
    print(f"Failed: {', '.join(failed) or 'nothing'}. Left for another day: {', '.join(left) or 'nothing'}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
