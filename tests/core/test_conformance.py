"""The cases by which another implementation can be checked hold for ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from controls.policy import lists
from controls.policy.catalogue import CATALOGUE
from controls.policy.lists import Listed, hides
from controls.policy.values import Choice
from tests.core.conformance import cases, counted, faults, main
from tests.core.written import TABLES, is_found


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


def test_the_written_tables_are_those_of_the_code() -> None:
    assert str.maketrans(TABLES["look_alike"]) == lists._LETTERS
    for way, swaps in ((0, lists._SWAPS), (-1, lists._SWAPS_L)):
        assert {sign: letters[way] for sign, letters in TABLES["stands_for"].items()} == as_letters(swaps)
    assert TABLES["signs"] == {"in_words": lists._SIGNS, "most_at_an_end": lists._FEW}


def as_letters(swaps: Mapping[int, int]) -> dict[str, str]:
    """Return a table of `str.translate` in letters."""
    return {chr(sign): chr(letter) for sign, letter in swaps.items()}


@pytest.mark.parametrize("case", [case for _, case in cases("words")], ids=lambda case: " ".join(case["words"]))
def test_who_follows_the_written_steps_finds_the_same(case: Any) -> None:
    assert all(is_found(case["words"], text) for text in case["texts"])
    assert not any(is_found(case["words"], text) for text in case["others"])


# Letters of every sort that the steps tell apart, and whatever else there is.
SIGNS = st.sampled_from("aeisolø\u0131\u0430\u03bfÉß013789@$!|€ _-'\u0301\u200b\u00bd自が🔪\u0e31") | st.characters()


@given(st.text(SIGNS, min_size=1, max_size=6), st.text(SIGNS, max_size=12))
@example("a$$", "!a$$$$")
@example("@$", "@$")
@example("1|", "il")
@example("a🔪", "e")
def test_the_written_steps_and_the_code_never_differ(word: str, text: str) -> None:
    for searched in (text, f"{text} {word}", f"!{word}||||", f"{text}{word}"):
        assert hides(Listed(frozenset([word])), searched) == is_found([word], searched)
