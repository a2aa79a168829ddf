"""Properties of a question: what callers tell of a thing, read strictly; what is not told is nowhere guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from controls.decisions.words import Relationship
from controls.policy.catalogue import LABELS
from controls.policy.values import Severity


class Malformed(Exception):
    """A property that cannot be read: a JSON pointer to it in the question, and what was expected."""

    def __init__(self, pointer: str, expected: str) -> None:
        super().__init__(f"expected {expected} at `{pointer}`")
        self.pointer = pointer
        self.expected = expected


Read: TypeAlias = Callable[[object, str], Any]


class Property(NamedTuple):
    """Something that may be told: where it stands in the question, how it is read, and what its absence counts as."""

    name: str
    of: str
    kind: str
    read: Read
    absent: str

    @property
    def pointer(self) -> str:
        """Return where it stands."""
        return f"/{self.of}/properties/{self.name}"


def one_of(words: Collection[str]) -> Read:
    """Return how to read one of some words."""
    expected = "one of " + ", ".join(f"`{word}`" for word in words)

    def read(raw: object, pointer: str) -> str:
        if not isinstance(raw, str) or raw not in words:
            raise Malformed(pointer, expected)
        return raw

    return read


def relationship(raw: object, pointer: str) -> Relationship:
    """Read how the two stand to each other; a pairing is known to us alone."""
    return _TIES[_TOLD(raw, pointer)]


def truth(raw: object, pointer: str) -> bool:
    """Read true or false."""
    if not isinstance(raw, bool):
        raise Malformed(pointer, "true or false")
    return raw


def count(raw: object, pointer: str) -> int:
    """Read a whole number from 0 on."""
    if type(raw) is not int or not 0 <= raw <= MOST:
        raise Malformed(pointer, f"a whole number from 0 to {MOST}")
    return raw


def units(raw: object, pointer: str) -> int:
    """Read minor units of a currency, as a number or as the text that the rest of the API writes."""
    if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) <= DIGITS:
        return int(raw)
    if type(raw) is not int or not 0 <= raw <= MOST:
        raise Malformed(pointer, f"a whole number of minor units, or a text of at most {DIGITS} digits")
    return raw


def currency(raw: object, pointer: str) -> str:
    """Read the code of a currency."""
    if not isinstance(raw, str) or not _CURRENCY.fullmatch(raw):
        raise Malformed(pointer, "a currency of three capital letters")
    return raw


def text(raw: object, pointer: str) -> str:
    """Read what is searched for hidden words."""
    if not isinstance(raw, str) or len(raw) > LONGEST:
        raise Malformed(pointer, f"a text of at most {LONGEST} characters")
    return raw


def account(raw: object, pointer: str) -> str:
    """Read the platform's own id of an account."""
    if not isinstance(raw, str) or not 0 < len(raw) <= LONGEST_ID:
        raise Malformed(pointer, f"an account's id of 1 to {LONGEST_ID} characters")
    return raw


def topics(raw: object, pointer: str) -> tuple[str, ...]:
    """Read a list of topics; one that is not in the catalogue is one without a name yet."""
    if not isinstance(raw, list) or len(raw) > MANY or not all(isinstance(topic, str) for topic in raw):
        raise Malformed(pointer, f"a list of at most {MANY} topics")
    return tuple(dict.fromkeys(raw))


def labels(raw: object, pointer: str) -> tuple[tuple[str, int], ...]:
    """Read the severity of each label; one that is not in the catalogue is kept without its name."""
    if not isinstance(raw, dict) or len(raw) > MANY:
        raise Malformed(pointer, f"an object of at most {MANY} labels with their severity")
    for label, severity in raw.items():
        if type(severity) is not int or not 0 <= severity <= EXTREME:
            # The name of an unknown label is a stranger's text, so it is not repeated.
            below = f"{pointer}/{label}" if label in _LABELS else pointer
            raise Malformed(below, f"a severity from 0 to {EXTREME}")
    return tuple((label if label in _LABELS else UNKNOWN_LABEL, severity) for label, severity in raw.items())


MOST: Final = 10**12 - 1
DIGITS: Final = 12
LONGEST: Final = 10_000
LONGEST_ID: Final = 128
MANY: Final = 100
EXTREME: Final = Severity.loosest
UNKNOWN_LABEL: Final = "*"
_LABELS: Final = frozenset(LABELS)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_TIES: Final = {each.value: each for each in Relationship if each is not Relationship.PARENT}
_TOLD: Final = one_of(_TIES)


def given(properties: Mapping[str, Any] | None, of: str) -> Mapping[str, Any]:
    """Return the properties of one part of a question, none where it has none."""
    if properties is None:
        return {}
    # Most are; to ask what else a mapping is takes ten times as long.
    if type(properties) is not dict and not isinstance(properties, Mapping):
        raise Malformed(f"/{of}/properties", "an object")
    return properties


def read_age_band(properties: Mapping[str, Any] | None, of: str) -> str | None:
    """Return the age band that is told of an account that is not enrolled, none where none is told.

    Raises Malformed. Whether a pack has such a band is the pack's to say.
    """
    told = given(properties, of)
    if "age_band" not in told:
        return None
    band = told["age_band"]
    if not isinstance(band, str) or not 0 < len(band) <= LONGEST_ID:
        raise Malformed(f"/{of}/properties/age_band", "the name of an age band such as `13-15`")
    return band
