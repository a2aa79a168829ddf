"""The product's source, read as text and as syntax."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "controls", "edge", "family_pairing", "ledger", "activity", "safety")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One file of Python."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def code(self) -> str:
        """The text without comments and without texts."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return " ".join(each.string for each in tokens if each.type not in (tokenize.COMMENT, tokenize.STRING))

    def functions(self) -> Iterator[Function]:
        """Return every function, methods and nested ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Return every call with the name that it is called by."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


@cache
def product() -> tuple[File, ...]:
    """Return every file of the rooms, migrations left out."""
    return tuple(file for room in ROOMS for file in files(room) if "/migrations/" not in file.path)


@cache
def files(folder: str) -> tuple[File, ...]:
    """Return every file of Python below a folder."""
    return tuple(
        File(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / folder).rglob("*.py"))
    )


def length(function: Function) -> int:
    """Return the lines of a function, from its name to its end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def body_length(function: Function) -> int:
    """Return the lines of what a function does, without its name and its promise."""
    rest = function.body[1:] if ast.get_docstring(function) else function.body
    return (rest[-1].end_lineno or 0) - rest[0].lineno + 1 if rest else 0
