"""The documents as text: their links, headings and blocks of code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.servers import ROOT

FENCE = re.compile(r"^(`{3,})(\w*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?\)|<(https?://[^>\s]+)>")
NOT_OURS = {".venv", ".local", ".cache", "node_modules", ".pytest_cache"}


class Block(NamedTuple):
    """One fenced block of code."""

    document: Path
    language: str
    text: str


def documents() -> list[Path]:
    """Return every document of the project."""
    found = (path for path in ROOT.rglob("*.md") if not NOT_OURS & set(path.relative_to(ROOT).parts))
    return sorted(found)


def links(document: Path) -> Iterator[str]:
    """Return where a document points to, code left out."""
    prose = re.sub(r"`[^`\n]*`", "", FENCE.sub("", document.read_text(encoding="utf-8")))
    yield from (found[1] or found[2] for found in LINK.finditer(prose))


def anchors(document: Path) -> set[str]:
    """Return the names of a document's headings, as sites for code make them."""
    prose = FENCE.sub("", document.read_text(encoding="utf-8"))
    heads = re.findall(r"^#{1,6} (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def blocks(document: Path, language: str) -> list[Block]:
    """Return the fenced blocks of one language."""
    found = FENCE.finditer(document.read_text(encoding="utf-8"))
    return [Block(document, each[2], each[3]) for each in found if each[2] == language]
