"""The core stays pure and small."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import controls.policy

FILES = sorted(Path(controls.policy.__file__).parent.glob("*.py"))
# No clock, no dice, no input or output; `zoneinfo` reads the names and rules of time zones and nothing else.
FORBIDDEN = {
    "asyncio",
    "builtins",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "time",
}
CLOCKS = {
    "now",
    "today",
    "utcnow",
    "fromtimestamp",
    "monotonic",
    "open",
    "print",
    "input",
    "eval",
    "exec",
    "__import__",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_core_imports_only_the_standard_library_and_itself(path: Path) -> None:
    for module in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        root = module.split(".")[0]
        assert module.startswith("controls.policy") or root in sys.stdlib_module_names, module
        assert root not in FORBIDDEN, module


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_core_reads_no_clock_and_no_file(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in CLOCKS, f"{path.name}:{node.lineno} calls `{called}`"


def test_the_core_stays_small() -> None:
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert sum(lines.values()) - lines["catalogue.py"] <= 1500
    assert max(lines.values()) <= 500


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_functions_stay_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


def _imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append(node.module or "")
    return found
