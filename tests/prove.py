"""`make prove`: the long proofs, in slices; a date picks where today begins, `ALL=1` takes every one.

Each slice runs the tests of `make test` with full counts. Within forty minutes it takes as many slices as fit, and says
what it ran and what it left for another day. `ARGS="redis laws"` takes only what has one of these words in its name.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

BUDGET_MINUTES = int(os.environ.get("MINUTES") or 40)
FULL = {"ALL": "1", "PROVE_EXAMPLES": "20000"}


class Slice(NamedTuple):
    """Some tests with their full counts, and about how long they take on two cores."""

    name: str
    tests: tuple[str, ...]
    minutes: int
    runner: tuple[str, ...] = ("pytest", "-q", "-s", "--timeout=7200")


MUTANTS = ("tests.mutants",)
NEMESIS = "tests/faults/test_nemesis.py"
SLICES = (
    Slice("laws of the core", ("tests/core/test_laws.py",), 90),
    Slice("mutants of what is read", ("values", "lists", "windows"), 20, MUTANTS),
    Slice("mutants of what is decided", ("settle", "resolve"), 20, MUTANTS),
    Slice(
        "mutants of who, when and why",
        ("bands", "catalogue", "endings", "facts", "packs", "reasons", "stages"),
        15,
        MUTANTS,
    ),
    Slice("laws of decisions", ("tests/decisions/test_laws.py",), 40),
    Slice("decisions by a second way", ("tests/decisions/test_slow.py",), 10),
    Slice("mutants of what decides", ("decide", "checks", "things"), 25, MUTANTS),
    Slice("mutants of what is decided on", ("actions", "briefs", "hours", "properties", "words"), 25, MUTANTS),
    Slice("birthdays", ("tests/core/test_birthdays.py",), 1),
    Slice("replay", ("tests/replay",), 3),
    Slice("edge", ("tests/edge",), 7),
    Slice("private words", ("tests/api/test_private_words.py",), 3),
    Slice("planted bugs", ("tests/faults", "-k", "planted or checker or lease or clocks"), 4),
    Slice("workers are killed", ("tests/faults/test_killed_workers.py",), 8),
    Slice("without Redis", ("tests/faults/test_without_redis.py",), 4),
    Slice("Redis is killed, emptied, frozen", (NEMESIS, "-k", "redis_is"), 6),
    Slice("web is killed", (NEMESIS, "-k", "web_"), 5),
    Slice("Postgres is stopped, killed, cut off", (NEMESIS, "-k", "postgres or connections"), 10),
    Slice("deliverers and clocks", (NEMESIS, "-k", "deliver or clocks"), 6),
    Slice("one thing after the other", (NEMESIS, "-k", "one_thing"), 11),
)


def turn(slices: tuple[Slice, ...], today: date) -> tuple[Slice, ...]:
    """Return the slices in today's order: every day begins one further on."""
    start = today.toordinal() % len(slices)
    return slices[start:] + slices[:start]


def run(each: Slice) -> bool:
    """Run one slice; False when a proof fails."""
    print(f"== {each.name}: full counts, about {each.minutes} minutes", flush=True)
    environment = {**os.environ, **FULL}
    command = [sys.executable, "-m", *each.runner, *each.tests]
    return subprocess.run(command, env=environment, check=False).returncode == 0


def chosen(words: Sequence[str]) -> tuple[Slice, ...]:
    """Return the slices that have one of the words in their name, all without any word.

    Raises SystemExit when there are none.
    """
    found = tuple(each for each in SLICES if not words or any(word.lower() in each.name.lower() for word in words))
    if not found:
        raise SystemExit(f"No slice has {' or '.join(words)} in its name; there are: {', '.join(names(SLICES))}.")
    return found


def names(slices: Iterable[Slice]) -> list[str]:
    """Return what the slices are called."""
    return [each.name for each in slices]


def main(words: Sequence[str]) -> int:
    """Run what fits, and say what was run and what was left."""
    everything = os.environ.get("ALL") == "1"
    began = time.monotonic()
    ran: list[str] = []
    left: list[str] = []
    failed: list[str] = []
    for each in turn(chosen(words), datetime.now(tz=UTC).date()):
        spent = (time.monotonic() - began) / 60
        if not everything and spent + each.minutes > BUDGET_MINUTES:
            left.append(each.name)
            continue
        ok = run(each)
        (ran if ok else failed).append(f"{each.name} ({(time.monotonic() - began) / 60 - spent:.1f} min)")
    minutes = (time.monotonic() - began) / 60
    print(f"== {minutes:.0f} minutes. Proved: {', '.join(ran) or 'nothing'}.", end=" ")
    print(f"Failed: {', '.join(failed) or 'nothing'}. Left for another day: {', '.join(left) or 'nothing'}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
