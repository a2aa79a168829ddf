"""Hidden words as docs/conformance/README.md has them, step by step: what another implementation would do."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from typing import Any

from tests.core.conformance import FOLDER

TABLES: dict[str, Any] = tomllib.loads((FOLDER / "letters.toml").read_text(encoding="utf-8"))
LOOK_ALIKE, STANDS_FOR, SIGNS = TABLES["look_alike"], TABLES["stands_for"], TABLES["signs"]["in_words"]
MOST: int = TABLES["signs"]["most_at_an_end"]


def is_found(hidden: Iterable[str], text: str) -> bool:
    """Tell whether a text holds one of the hidden words."""
    return any(holds(fold(text), fold(word)) for word in hidden)


def fold(text: str) -> str:
    """Do step 1."""
    former = None
    while text != former:
        former = text
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(sign for sign in text if not 0x300 <= ord(sign) <= 0x36F and unicodedata.category(sign) != "Cf")
        text = "".join(LOOK_ALIKE.get(sign, sign) for sign in unicodedata.normalize("NFC", text))
        text = " ".join(text.split())
    return text


def cut(folded: str) -> list[str]:
    """Do step 2."""
    return "".join(sign if is_in_words(sign) else " " for sign in folded).split(" ")


def is_in_words(sign: str) -> bool:
    """Tell whether a sign belongs to a word."""
    return unicodedata.category(sign)[0] in "LN" or sign in SIGNS


def readings(word: str) -> set[str]:
    """Do step 3."""
    inner = [place for place, sign in enumerate(word) if sign not in SIGNS]
    forms = {word}
    if inner:
        first, last = inner[0], inner[-1] + 1
        forms = {
            word[begin:end]
            for begin in range(max(0, first - MOST), first + 1)
            for end in range(last, min(len(word), last + MOST) + 1)
        }
    return {"".join(STANDS_FOR.get(sign, sign)[way] for sign in form) for form in forms for way in (0, -1)}


def holds(text: str, word: str) -> bool:
    """Tell whether a folded text holds a folded word."""
    sought, there = ([readings(each) for each in cut(folded) if each] for folded in (word, text))
    if not sought or any(unicodedata.category(sign) in ("Lo", "So") for sign in word):
        return word in text
    runs = (there[place : place + len(sought)] for place in range(len(there) - len(sought) + 1))
    return any(all(one & other for one, other in zip(sought, run, strict=True)) for run in runs)
