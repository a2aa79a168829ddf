"""What was used lately: so many things at most, of which the one that nobody asked for longest goes first."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Lately(Generic[T]):
    """Things by their names: each takes the place of the one that was used longest ago; nothing is cleared at once."""

    def __init__(self, most: int):
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, name: str) -> T | None:
        """Return what is kept under this name, which is used now."""
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    def put(self, name: str, thing: T) -> None:
        """Keep this under its name, which is used now."""
        self._kept[name] = thing
        self._kept.move_to_end(name)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def drop(self, name: str) -> None:
        """Keep nothing under this name."""
        self._kept.pop(name, None)

    def clear(self) -> None:
        """Keep nothing."""
        self._kept.clear()
