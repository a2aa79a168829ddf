"""What a person reads of a page, and whether any of it is still English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

from tests import words

SPOKEN = ("alt", "title", "aria-label", "placeholder")
SILENT = ("style", "code")
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
# Words that English cannot do without and French does not have.
ENGLISH = re.compile(
    r"\b(the|your|you|of|and|with|this|that|is|are|to|not|who|was|has|have|will|by|from|what|when|for|it|be|been"
    r"|phone|password|sign|settings?|teens?|parents? can|pairing|choose)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"%\(\w+\)s|\\\{\w+\\\}|\{\w+\}")


class Reader(HTMLParser):
    """Collects what is read of a page, also aloud; what is marked as another language is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read the attributes, and remember whether what is inside is read."""
        said = {name: value or "" for name, value in attrs}
        is_data = tag == "script" and said.get("type") == "application/json"
        is_silent = tag in SILENT or (tag == "script" and not is_data) or said.get("lang", "fr") != "fr"
        if not self.is_silent():
            self.texts += [said[name] for name in SPOKEN if said.get(name)]
            if tag == "input" and said.get("type") in ("submit", "button"):
                self.texts.append(said.get("value", ""))
        if tag not in VOID:
            self.open.append((tag, is_silent))

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those that were left open inside it."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep a text, or every text of data that a program of the page shows."""
        if self.is_silent():
            return
        if self.open and self.open[-1][0] == "script":
            self.texts += texts_in(json.loads(data))
        elif data.strip():
            self.texts.append(" ".join(data.split()))

    def is_silent(self) -> bool:
        """Tell whether nobody reads what stands here."""
        return any(silent for _, silent in self.open)


def read(page: str) -> list[str]:
    """Return what is read of a page."""
    reader = Reader()
    reader.feed(page)
    return reader.texts


def texts_in(value: object) -> Iterator[str]:
    """Return every text of a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts_in(each)
        case list():
            for each in value:
                yield from texts_in(each)


def english_in(texts: list[str]) -> list[str]:
    """Return the texts that are English: a sentence of ours as it stands in the sources, or by its small words."""
    return [text for text in texts if is_english(text)]


def is_english(text: str) -> bool:
    """Tell whether a text is English."""
    return bool(ENGLISH.search(NAME.sub("", text))) or bool(sentence_of_ours().fullmatch(text))


@cache
def sentence_of_ours() -> re.Pattern[str]:
    """Return what every sentence of the sources looks like whose French differs."""
    ours = {
        english
        for each in words.catalogue()
        if each.id
        for english, french in zip(both(each.id), both(each.string), strict=True)
        # A frame such as “{days}: {time}” says nothing in any language.
        if english != french and len(re.findall("[a-z]", NAME.sub("", english))) > 2
    }
    return re.compile("|".join(sorted(".+".join(map(re.escape, NAME.split(text))) for text in ours)), re.DOTALL)


def both(texts: Any) -> tuple[str, ...]:
    """Return the forms of a sentence."""
    return (texts,) if isinstance(texts, str) else tuple(texts)
