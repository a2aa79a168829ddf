"""Lists of an open world: words to hide and accounts to keep away; every voice adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Final

from controls.policy.values import InvalidValue, Json, Kind, members


@dataclass(frozen=True, slots=True)
class Listed:
    """Some items of an open world, or all of it."""

    items: frozenset[str] = frozenset()
    all: bool = False


class Words(Kind[Listed]):
    """Words to hide."""

    name = "words"
    joined = True
    strictest = Listed(all=True)
    loosest = Listed()

    def __init__(self, most: int, longest: int) -> None:
        self.most, self.longest = most, longest

    def load(self, raw: object) -> Listed:
        """Read ``{"all": false, "items": […]}`` or ``{"all": true}``."""
        fields = members(raw, ("all", "items"))
        if fields.get("all") is True and len(fields) == 1:
            return self.strictest
        if fields.get("all", False) is not False:
            raise InvalidValue("false beside items, or true alone", "/all")
        items = fields.get("items")
        if not isinstance(items, list) or len(items) > self.most:
            raise InvalidValue(f"a list of at most {self.most} texts", "/items")
        return Listed(frozenset(self.item(item, f"/items/{number}") for number, item in enumerate(items)))

    def item(self, raw: object, pointer: str) -> str:
        """Return one item in its normal form: composed letters, single spaces, something that can be seen."""
        text = " ".join(unicodedata.normalize("NFC", raw).split()) if isinstance(raw, str) else ""
        # A sign of control or half of a pair cannot be stored; what folds to nothing would be found everywhere.
        is_text = folded(text).strip() and not {unicodedata.category(sign) for sign in text} & {"Cc", "Cs"}
        if not is_text or len(text) > self.longest:
            raise InvalidValue(f"a text of 1 to {self.longest} characters", pointer)
        return text

    def dump(self, value: Listed) -> Json:
        return {"all": True} if value.all else {"all": False, "items": sorted(value.items)}

    def stricter_of(self, a: Listed, b: Listed) -> Listed:
        return self.strictest if a.all or b.all else Listed(a.items | b.items)


class Accounts(Words):
    """Accounts to keep away, by the platform's own ids: compared sign by sign, never folded."""

    name = "accounts"

    def item(self, raw: object, pointer: str) -> str:
        """Return one id as it is."""
        if not isinstance(raw, str) or not 0 < len(raw) <= self.longest or not raw.isprintable() or raw != raw.strip():
            raise InvalidValue(f"an account's id of 1 to {self.longest} characters", pointer)
        return raw


def hides(hidden: Listed, text: str) -> bool:
    """Tell whether a text holds one of the hidden words: whole words, whatever the case, accents or swapped letters."""
    if hidden.all:
        return True
    phrases, pieces = _sought(hidden.items)
    whole = folded(text)
    if any(piece in whole for piece in pieces):
        return True
    tokens = list(_tokens(whole))
    return any(_begins(phrase, tokens[place:]) for place, token in enumerate(tokens) for phrase in _led(phrases, token))


def folded(text: str) -> str:
    """Return a text without case, accents and invisible signs, its look-alike letters plain and its spaces single."""
    # An accent may hide a letter that has a small form, and that form an accent: folding goes on until nothing changes.
    while (plainer := _folded_once(text)) != text:
        text = plainer
    return text


def _folded_once(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (sign for sign in apart if not "\u0300" <= sign <= "\u036f" and unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).translate(_LETTERS).split())


Tokens = tuple[frozenset[str], ...]


@lru_cache(maxsize=1024)
def _sought(items: frozenset[str]) -> tuple[dict[str, list[Tokens]], tuple[str, ...]]:
    """Return hidden words as phrases by what they begin with, and those that are looked for anywhere in a text."""
    phrases: dict[str, list[Tokens]] = {}
    pieces = []
    for whole in map(folded, items):
        tokens = tuple(_tokens(whole))
        # Many scripts write no spaces between words; and a picture is no word.
        if not tokens or any(unicodedata.category(sign) in {"Lo", "So"} for sign in whole):
            pieces.append(whole)
        else:
            for first in tokens[0]:
                phrases.setdefault(first, []).append(tokens)
    return phrases, tuple(pieces)


def _led(phrases: dict[str, list[Tokens]], token: frozenset[str]) -> Iterator[Tokens]:
    """Go through the phrases that may begin with a token."""
    for reading in token:
        yield from phrases.get(reading, ())


def _begins(phrase: Tokens, tokens: list[frozenset[str]]) -> bool:
    return len(phrase) <= len(tokens) and all(map(frozenset.intersection, phrase, tokens))


def _tokens(whole: str) -> Iterator[frozenset[str]]:
    """Go through the words of a folded text, each in all its readings."""
    for token in _TOKEN.findall(whole):
        yield frozenset(each.translate(swaps) for each in _cuts(token) for swaps in (_SWAPS, _SWAPS_L))


def _cuts(token: str) -> Iterator[str]:
    """Go through a token with fewer and fewer of the signs at its ends: there they may be letters or just signs."""
    bare = token.strip(_SIGNS) or token
    begin = token.index(bare)
    lead, tail = token[:begin][-_FEW:], token[begin + len(bare) :][:_FEW]
    for cut, end in product(range(len(lead) + 1), range(len(tail) + 1)):
        yield lead[cut:] + bare + tail[:end]


_FEW: Final = 3
_SIGNS: Final = "@$!|€"
_TOKEN: Final = re.compile(rf"(?:[^\W_]|[{re.escape(_SIGNS)}])+")
# Letters that no decomposition makes plain, and those of other scripts that look the same.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "þ": "th", "æ": "ae", "œ": "oe"}
    | dict(zip("аеорсухіѕјοιν", "aeopcyxisjoiv", strict=True))  # noqa: RUF001 - Cyrillic and Greek that look Latin
)
# Signs that stand for letters; a one is read as either letter that it looks like.
_SWAPS: Final = str.maketrans("01345789@$!|€", "oieastbgasiie")
_SWAPS_L: Final = {**_SWAPS, ord("1"): ord("l"), ord("|"): ord("l")}
