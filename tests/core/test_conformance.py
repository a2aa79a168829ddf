"""The cases by which another implementation can be checked hold for ours."""

from __future__ import annotations

from typing import Any

import pytest

from controls.policy import lists
from controls.policy.catalogue import CATALOGUE
from controls.policy.values import Choice
from tests.core.conformance import cases, counted, faults, main


@pytest.mark.parametrize("name", ["values", "words"])
def test_every_case_holds(name: str) -> None:
    assert list(faults(name)) == []


def test_every_kind_has_cases_of_reading_refusing_and_order() -> None:
    kinds = {each.kind.name for each in CATALOGUE.values()}
    for about, key in (("read", "value"), ("read", "wrong"), ("order", "together")):
        seen = {CATALOGUE[case["control"]].kind.name for kind, case in cases("values") if kind == about and key in case}
        assert seen >= kinds - ({"choice"} if key == "wrong" else set()), about


def test_the_count_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    numbers = counted()
    assert f"= {sum(numbers.values())} cases" in capsys.readouterr().out
    assert sum(numbers.values()) >= 180


@pytest.mark.parametrize(
    ("name", "owner", "attribute", "bug"),
    [("words", lists, "folded", str.casefold), ("values", Choice, "stricter_of", lambda kind, *_: kind.loosest)],
)
def test_a_case_that_does_not_hold_is_named(
    name: str, owner: object, attribute: str, bug: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists._sought.cache_clear()
    monkeypatch.setattr(owner, attribute, bug)
    assert list(faults(name))
    lists._sought.cache_clear()
