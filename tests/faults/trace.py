"""A history as a person reads it: what everybody did and saw of one teen, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.history import History, Stamp, Version

NO_ANSWER = "no answer"


def trace(history: History, teen: str) -> list[str]:
    """Return the lines about one teen, in the order in which things began; seconds count from the first."""
    lines = sorted(lines_of(history, teen))
    start = lines[0][0] if lines else 0.0
    return [f"{at - start:8.3f}  {line}" for at, line in lines]


def lines_of(history: History, teen: str) -> Iterator[tuple[float, str]]:
    """Yield each line with its moment."""
    for mark in history.marks:
        yield mark.at, f"-- {mark.what}"
    for change in (change for change in history.changes if change.teen == teen):
        answer = (
            NO_ANSWER if change.answered is None else f"{took(change.called, change.answered)} as {name(change.stamp)}"
        )
        yield change.called, f"{change.client} says {change.key} = {change.value}: {answer}"
    for read in (read for read in history.reads if read.teen == teen):
        held = f", holding {name(read.held)}" if read.held else ""
        kind = "unchanged" if read.values is None else "whole"
        yield read.called, f"{read.client} reads{held}: {took(read.called, read.answered)} {name(read.version)}, {kind}"
    for frame in (frame for frame in history.told if frame.teen == teen):
        yield frame.at, f"stream tells {name(frame.stamp)}"


def took(called: float, answered: float) -> str:
    """Return how long an answer took."""
    return f"{1000 * (answered - called):.0f} ms"


def name(version: Version | Stamp | None) -> str:
    """Return a version as the API writes it."""
    return ".".join(map(str, version or ()))
