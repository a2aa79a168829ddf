"""The room of decisions stays pure and small, like the core that it stands on."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import controls.decisions
from tests.core.test_shape import CLOCKS, FORBIDDEN, _imports

FILES = sorted(Path(controls.decisions.__file__).parent.glob("*.py"))
ROOMS = ("controls.policy", "controls.decisions")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_imports_only_the_standard_library_the_core_and_itself(path: Path) -> None:
    for module in _imports(ast.parse(path.read_text(encoding="utf-8"))):
        root = module.split(".")[0]
        assert module.startswith(ROOMS) or root in sys.stdlib_module_names, module
        assert root not in FORBIDDEN, module


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_reads_no_clock_and_no_file(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in CLOCKS, f"{path.name}:{node.lineno} calls `{called}`"


def test_the_second_way_shares_no_code_with_the_first() -> None:
    for name in ("slow", "either", "enforced"):
        source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        ours = {module for module in _imports(ast.parse(source)) if module.split(".")[0] not in sys.stdlib_module_names}
        assert ours <= {"tests.core.written", "tests.decisions.either", "tests.decisions.enforced"}
