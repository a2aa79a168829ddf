"""Mutants are planted where a bug can be, and a test finds them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.changes import mutants_of
from tests.mutants.reviewed import reviewed

VALUES = Path("controls/policy/values.py")
TRIED = """
from pathlib import Path
from tests.mutants.changes import Mutant
from tests.mutants.trials import survivors

source = Path("controls/policy/values.py").read_text(encoding="utf-8")
broken = source.replace("a if a < b else b", "a if a > b else b")
assert broken != source
mutants = [Mutant("controls.policy.values", name, text) for name, text in (("as it is", source), ("bug", broken))]
print(sorted((mutant.change, survived) for mutant, survived in survivors(mutants, 1, ["tests/core/test_values.py"])))
"""


def test_a_bug_in_the_core_is_found_and_the_core_as_it_is_survives() -> None:
    said = subprocess.run([sys.executable, "-c", TRIED], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[('as it is', True), ('bug', False)]"


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("def f(a: int) -> bool:\n    return a < 1", ["a <= 1", "a < 2", "a < 0", "None"]),
        ("def f(a):\n    if a and g():\n        h()", ["a or g()", "g()", "a", "not (a and g())", "pass"]),
        ("def f(a):\n    return [b for b in a if b in {1}]", ["b not in {1}", "for b in a]", "{2}", "{0}", "None"]),
        ('def f():\n    """Words."""\n    raise InvalidValue(\'words\', \'p\')', ["'p~'", "pass"]),
        ("class A(B):\n    c: int = 1", ["= 2", "= 0"]),
        ("T: TypeAlias = str | int\nWORDS = ('a', 'b')", []),
    ],
)
def test_a_function_is_changed_in_each_way_and_words_are_not(source: str, changes: list[str]) -> None:
    found = [mutant.change.partition(" → ")[2] for mutant in mutants_of("m", source)]
    assert len(found) == len(changes)
    assert all(any(change in each for each in found) for change in changes), found


def test_changes_that_look_alike_are_numbered_and_each_is_one() -> None:
    changes = [mutant.change for mutant in mutants_of("m", VALUES.read_text(encoding="utf-8"))]
    assert len(set(changes)) == len(changes)
    assert len(changes) >= 200


def test_each_reason_is_about_a_change_that_there_is() -> None:
    files = {module for module, _ in reviewed()}
    there = {
        (module, mutant.change)
        for module in files
        for mutant in mutants_of(module, Path(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8"))
    }
    assert reviewed().keys() <= there
    assert all(why.endswith(".") for why in reviewed().values())
