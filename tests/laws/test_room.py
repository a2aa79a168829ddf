"""The room of the laws is as pure and as small as the core."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.core.test_shape import CLOCKS, FORBIDDEN
from tests.shape.source import File, files

ROOM = files("controls/laws")
INSIDE = ("controls.laws", "controls.policy")


def imports(file: File) -> set[str]:
    """Return the modules that a file imports."""
    nodes = list(ast.walk(file.tree))
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return named | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def foreign(file: File) -> set[str]:
    """Return what a file imports that is neither the core's, the room's own nor harmless."""
    return {
        module
        for module in imports(file)
        if not module.startswith(INSIDE)
        and (module.split(".")[0] not in sys.stdlib_module_names or module.split(".")[0] in FORBIDDEN)
    }


@pytest.mark.parametrize("file", ROOM, ids=lambda file: str(file.path))
def test_the_laws_know_nothing_but_themselves_and_the_core(file: File) -> None:
    assert foreign(file) == set()
    assert {name.rpartition(".")[2] for name, _ in file.calls()}.isdisjoint(CLOCKS)


def test_a_foreign_import_would_be_seen() -> None:
    assert foreign(File("x.py", "import os\nfrom django.conf import settings\nfrom controls import models\n")) == {
        "os",
        "django.conf",
        "controls",
    }


def test_the_room_stays_small() -> None:
    assert sum(file.text.count("\n") for file in ROOM) <= 1500
    assert not [file.path for file in files("controls/policy") if "controls.laws" in file.text]


def test_a_test_of_laws_is_at_most_twenty_lines() -> None:
    tests = [(file.path, each) for file in files("tests/laws") for each in file.functions()]
    long = [
        (path, each.name)
        for path, each in tests
        if each.name.startswith("test_") and (each.end_lineno or 0) - each.lineno + 1 > 20
    ]
    assert long == []
