"""Trying a mutant: a child that takes the module from its changed source runs the tests of the core until one fails."""

from __future__ import annotations

import importlib.abc
import importlib.util
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

import pytest

from tests.mutants.changes import Mutant


class Room(NamedTuple):
    """The tests of a pure room: their folder, what finds most in the least time, and how pytest is called for them."""

    tests: Path
    first: tuple[str, ...]
    options: tuple[str, ...] = ()
    # What needs Django, which a mutant is tried without.
    without: tuple[str, ...] = ()


BARE: Final = ("-c", "tests/mutants/bare.ini", "--rootdir=.")
ROOMS: Final = {
    Path("controls/policy"): Room(
        Path("tests/core"),
        ("values", "lists", "folding", "windows", "ranges", "resolution", "families", "conformance", "packs"),
    ),
    Path("controls/decisions"): Room(
        Path("tests/decisions"),
        ("cases", "table", "decide", "hours", "briefs", "properties", "page", "slow", "laws"),
        # What plants bugs itself finds none of others.
        (*BARE, "-k", "not planted and not in_either"),
    ),
    Path("controls/laws"): Room(
        Path("tests/laws"),
        ("vectors", "law", "binding", "conflicts", "places", "times", "admission", "joining"),
        (*BARE, "-k", "not planted"),
        without=("operator", "upcoming"),
    ),
}
# A mutant that goes on or grows without end has been found; the tests of the core take a fifth of either.
MOST_SECONDS: Final = 150
MOST_BYTES: Final = 4 * 2**30


def survivors(
    mutants: Iterable[Mutant], workers: int, files: Sequence[str] | None = None
) -> Iterator[tuple[Mutant, bool]]:
    """Try mutants, several at a time; go through them with whether each survived, as they end.

    The core must not have been imported here. ``files`` are the tests, all of the mutant's room without it.
    """
    running: dict[int, Mutant] = {}
    waiting = iter(mutants)
    while True:
        while len(running) < workers and (mutant := next(waiting, None)) is not None:
            running[_child(mutant, files or tests_of(mutant.module))] = mutant
        if not running:
            return
        pid, status = os.wait()
        yield running.pop(pid), status == 0


def _child(mutant: Mutant, files: Sequence[str]) -> int:
    """Start a child that tries a mutant: it exits with 0 where every test passes."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _tried(mutant, files)
        finally:
            os._exit(code)
    return pid


def _tried(mutant: Mutant, files: Sequence[str]) -> int:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    sys.meta_path.insert(0, Planted(mutant))
    return int(pytest.main(["-x", "-q", "--tb=no", "--no-header", "-ocache_dir=.cache/mutants", *files]))


def room_of(module: str) -> str:
    """Return the room of a module."""
    return module.rpartition(".")[0]


def tests_of(module: str) -> list[str]:
    """Return the files of tests of a module in the order in which they are run, its own first, after the options."""
    room, _, own = module.rpartition(".")
    tests, first, options, without = ROOMS[Path(*room.split("."))]
    names = {path.stem.removeprefix("test_"): str(path) for path in sorted(tests.glob("test_*.py"))}
    order = dict.fromkeys([own, *first, *names])
    return [*options, *(names[name] for name in order if name in names and name not in (*without, "mutants"))]


class Planted(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from a changed source."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Answer for the one module."""
        if fullname != self.mutant.module:
            return None
        file = Path(*fullname.split(".")).with_suffix(".py").resolve()
        return importlib.util.spec_from_file_location(fullname, file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed source in the place of the file's."""
        exec(compile(self.mutant.source, str(module.__file__), "exec"), module.__dict__)
