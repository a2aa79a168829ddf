"""Kinds of values: how each is read, written and ordered from strict to loose."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, Generic, Self, TypeAlias, TypeVar

V = TypeVar("V")
P = TypeVar("P")

Json: TypeAlias = str | int | bool | list[Any] | dict[str, Any] | None
# A frozen value of named parts; a part that is missing is not spoken of.
Parts: TypeAlias = MappingProxyType[str, P]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NO_LIMIT: Final = 2**53
NO_CURRENCY: Final = "XXX"
ALL: Final = "*"

_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class InvalidValue(Exception):
    """A text that is no value of its kind: what was expected, and a JSON pointer to where it was missed."""

    def __init__(self, expected: str, pointer: str = "") -> None:
        super().__init__(f"expected {expected}" + (f" at `{pointer}`" if pointer else ""))
        self.expected = expected
        self.pointer = pointer

    def below(self, name: str) -> Self:
        """Return the same complaint about a part called ``name``."""
        return type(self)(self.expected, f"/{name}{self.pointer}")


class Direction(StrEnum):
    """Which way a change goes; all but ``stricter`` and ``same`` loosen."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    SIDEWAYS = "sideways"


class Kind(ABC, Generic[V]):
    """A type of values with its order, which may be partial."""

    name: ClassVar[str]
    joined: ClassVar[bool] = False
    strictest: V
    loosest: V

    @abstractmethod
    def load(self, raw: object) -> V:
        """Read a value from JSON, or raise ``InvalidValue``."""

    @abstractmethod
    def dump(self, value: V) -> Json:
        """Write a value as JSON."""

    @abstractmethod
    def stricter_of(self, a: V, b: V) -> V:
        """Return the loosest value that is at least as strict as both."""

    def at_least_as_strict(self, a: V, b: V) -> bool:
        """Tell whether ``a`` protects at least as much as ``b``."""
        return self.stricter_of(a, b) == a

    def strictest_of(self, values: Iterable[V]) -> V:
        """Return what remains when every value binds."""
        result = self.loosest
        for value in values:
            result = self.stricter_of(result, value)
        return result


def direction(kind: Kind[V], old: V, new: V) -> Direction:
    """Tell which way a change from ``old`` to ``new`` goes."""
    stricter, looser = kind.at_least_as_strict(new, old), kind.at_least_as_strict(old, new)
    if stricter:
        return Direction.SAME if looser else Direction.STRICTER
    return Direction.LOOSER if looser else Direction.SIDEWAYS


class Choice(Kind[str]):
    """One word of several, listed from the strictest to the loosest."""

    name = "choice"

    def __init__(self, values: str) -> None:
        self.values = tuple(values.split("|"))
        self.strictest, self.loosest = self.values[0], self.values[-1]
        self._ranks = {value: rank for rank, value in enumerate(self.values)}

    def load(self, raw: object) -> str:
        if not isinstance(raw, str) or raw not in self._ranks:
            raise InvalidValue("one of " + ", ".join(f"`{value}`" for value in self.values))
        return raw

    def dump(self, value: str) -> Json:
        return value

    def stricter_of(self, a: str, b: str) -> str:
        return a if self._ranks[a] <= self._ranks[b] else b

    def at_least_as_strict(self, a: str, b: str) -> bool:
        return self._ranks[a] <= self._ranks[b]


class Number(Kind[int]):
    """A number of which less is stricter."""

    def stricter_of(self, a: int, b: int) -> int:
        return a if a < b else b  # noqa: FURB136 - several times as fast as `min`, and this is the inner loop

    def at_least_as_strict(self, a: int, b: int) -> bool:
        return a <= b


class Minutes(Number):
    """A number of minutes, or no limit."""

    name = "minutes"
    loosest = NO_LIMIT

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.strictest = least

    def load(self, raw: object) -> int:
        """Read ``{"limited": true, "minutes": 60}`` or ``{"limited": false}``."""
        fields = _limit(raw, {"minutes"})
        if not fields:
            return NO_LIMIT
        minutes = fields["minutes"]
        if type(minutes) is not int or not self.least <= minutes <= self.most:
            raise InvalidValue(f"a whole number of minutes from {self.least} to {self.most}", "/minutes")
        return minutes

    def dump(self, value: int) -> Json:
        return {"limited": False} if value == NO_LIMIT else {"limited": True, "minutes": value}


class Severity(Number):
    """The highest severity of a label that is shown: 1 mild, 2 moderate, 3 strong, 4 extreme; that is the scale's."""

    name = "severity"
    strictest = 0
    strong = 3
    loosest = 4

    def load(self, raw: object) -> int:
        if type(raw) is not int or not self.strictest <= raw <= self.loosest:
            raise InvalidValue(f"a whole number from {self.strictest} to {self.loosest}")
        return raw

    def dump(self, value: int) -> Json:
        return value


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in minor units; nothing is nothing in every currency."""

    minor_units: int
    currency: str = NO_CURRENCY


class Amount(Kind[Money]):
    """A sum of money, or no limit. Sums in two currencies cannot be compared: together they allow nothing."""

    name = "amount"
    strictest = Money(0)
    loosest = Money(NO_LIMIT)

    def load(self, raw: object) -> Money:
        """Read ``{"limited": true, "minor_units": "1250", "currency": "EUR"}`` or ``{"limited": false}``."""
        fields = _limit(raw, {"minor_units", "currency"})
        if not fields:
            return self.loosest
        units, currency = fields["minor_units"], fields["currency"]
        if not (isinstance(units, str) and units.isascii() and units.isdecimal() and len(units) <= 12):
            raise InvalidValue("a whole number of minor units as a text of at most 12 digits", "/minor_units")
        if not (isinstance(currency, str) and _CURRENCY.fullmatch(currency)):
            raise InvalidValue("a currency of three capital letters", "/currency")
        return Money(int(units), currency) if int(units) else self.strictest

    def dump(self, value: Money) -> Json:
        if value == self.loosest:
            return {"limited": False}
        return {"limited": True, "minor_units": str(value.minor_units), "currency": value.currency}

    def stricter_of(self, a: Money, b: Money) -> Money:
        if self.loosest in {a, b}:
            return b if a == self.loosest else a
        if a.currency != b.currency:
            return self.strictest
        return a if a.minor_units <= b.minor_units else b


class Composite(Kind[Parts[P]]):
    """Named parts of one kind, each resolved by itself."""

    def __init__(self, parts: Iterable[str], part: Kind[P]) -> None:
        self.parts, self.part = tuple(parts), part
        self.strictest = self.of(dict.fromkeys(self.parts, part.strictest))
        self.loosest = self.of(dict.fromkeys(self.parts, part.loosest))

    def load(self, raw: object) -> Parts[P]:
        """Read an object of parts; any part may be missing."""
        fields = members(raw, self.parts)
        loaded = {}
        for name in self.parts:
            if name in fields:
                try:
                    loaded[name] = self.part.load(fields[name])
                except InvalidValue as error:
                    raise error.below(name) from None
        return self.of(loaded)

    def dump(self, value: Parts[P]) -> Json:
        return {name: self.part.dump(value[name]) for name in self.parts if name in value}

    def stricter_of(self, a: Parts[P], b: Parts[P]) -> Parts[P]:
        both = {name: self.part.stricter_of(a[name], b[name]) for name in a if name in b}
        return self.of({**a, **b, **both})

    def at_least_as_strict(self, a: Parts[P], b: Parts[P]) -> bool:
        loosest = self.part.loosest
        return all(self.part.at_least_as_strict(a.get(name, loosest), b[name]) for name in b)

    def of(self, parts: Mapping[str, P]) -> Parts[P]:
        """Return parts as a value, in their normal form."""
        return MappingProxyType(dict(parts))


class MinutesByWeekday(Composite[int]):
    """Minutes for each day of the week."""

    name = "minutes_by_weekday"

    def __init__(self, least: int, most: int) -> None:
        super().__init__(WEEKDAYS, Minutes(least, most))


class Severities(Composite[int]):
    """The highest severity shown, for each label of content."""

    name = "severities"

    def __init__(self, labels: Iterable[str]) -> None:
        super().__init__(labels, Severity())


class Topics(Composite[str]):
    """What is done with each topic. Topics are open: the strictest blocks also those that have no name yet."""

    name = "topics"

    def __init__(self, topics: Iterable[str]) -> None:
        # A part of its own stands for all the others; it is there only where everything is blocked.
        super().__init__((*topics, ALL), Choice("blocked|reduced|neutral"))

    def load(self, raw: object) -> Parts[str]:
        """Read an object of topics, or ``{"all": true}``."""
        if isinstance(raw, dict) and raw.get("all") is True and len(raw) == 1:
            return self.strictest
        if isinstance(raw, dict) and ALL in raw:
            raise InvalidValue("only topics of the catalogue")
        return super().load(raw)

    def dump(self, value: Parts[str]) -> Json:
        return {"all": True} if ALL in value else super().dump(value)

    def of(self, parts: Mapping[str, str]) -> Parts[str]:
        if parts.get(ALL) == self.part.strictest:
            return MappingProxyType(dict.fromkeys(self.parts, self.part.strictest))
        return MappingProxyType({name: level for name, level in parts.items() if name != ALL})


def members(raw: object, known: Iterable[str]) -> dict[str, Any]:
    """Return a JSON object whose members are all known, or raise ``InvalidValue``."""
    if not isinstance(raw, dict):
        raise InvalidValue("an object")
    if not raw.keys() <= set(known):
        # The name of an unknown member is a stranger's text, so it is not repeated.
        raise InvalidValue("only the members " + ", ".join(f"`{name}`" for name in known if name != ALL))
    return raw


def _limit(raw: object, needed: set[str]) -> dict[str, Any]:
    """Return the members of a limit, none where there is no limit."""
    fields = members(raw, ["limited", *sorted(needed)])
    limited = fields.get("limited")
    if type(limited) is not bool:
        raise InvalidValue("true or false", "/limited")
    wrong = sorted(needed - fields.keys() if limited else needed & fields.keys())
    if wrong:
        raise InvalidValue("a member exactly where there is a limit", f"/{wrong[0]}")
    return {name: fields[name] for name in needed} if limited else {}
