"""Hidden words are found however they are written; other words are not."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from controls.policy.catalogue import CATALOGUE
from controls.policy.lists import Listed, folded, hides
from controls.policy.values import InvalidValue

WORDS, ACCOUNTS = CATALOGUE["content.keywords"].kind, CATALOGUE["accounts.blocked"].kind


def hidden(*words: str) -> Listed:
    """Return hidden words as they are stored."""
    listed: Listed = WORDS.load({"all": False, "items": list(words)})
    return listed


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("kill", "I will KILL it!"),
        ("kill", "k1ll, k!ll, ki11"),
        ("kill", "kill"),
        ("Ana", "#ana"),
        ("café", "at the CAFE"),
        ("cafe", "le café noir"),
        ("sex", "$3x"),
        ("ass", "what an a$$!"),
        ("diet", "d13t"),
        ("pro ana", "a pro-ana page"),
        ("thigh gap", "THIGH\n  GAP"),
        ("straße", "STRASSE"),
        ("strasse", "Straße"),
        ("œuvre", "OEUVRE"),
        ("vape", "vаре"),  # noqa: RUF001 - with Cyrillic letters
        ("vape", "va\u200bpe"),
        ("自殺", "これは自殺について"),
        ("🔪", "look🔪here"),
        ("100", "100 ways"),
        ("don't", "DON’T"),
    ],
)
def test_a_hidden_word_is_found(word: str, text: str) -> None:
    assert hides(hidden(word), text)
    assert hides(hidden("nothing", word), f"before {text} after")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a class of glass"),
        ("kill", "skills"),
        ("fall", "fail"),
        ("pro ana", "ana is a pro"),
        ("pro ana", "pro banana"),
        ("cafe", "cafeteria"),
        ("thigh gap", "thigh"),
        ("か", "が"),
        ("kill", ""),
        ("9", "gg"),
    ],
)
def test_another_word_is_not(word: str, text: str) -> None:
    assert not hides(hidden(word), text)


def test_no_word_hides_nothing_and_everything_hides_all() -> None:
    assert not hides(hidden(), "anything")
    assert hides(WORDS.strictest, "")


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=10), max_size=4))
@example("İ", ["i"])
def test_any_text_can_be_searched_in_any_writing(text: str, items: list[str]) -> None:
    words = Listed(frozenset(items))
    found = hides(words, text)
    assert folded(folded(text)) == folded(text)
    if text.isascii():
        assert hides(words, text.upper()) == found == hides(words, text.lower())
    if found:
        # More hidden words hide more.
        assert hides(Listed(words.items | {"another"}), text)


@example("0\r®")
@given(st.text(min_size=1, max_size=50))
def test_a_word_finds_itself(word: str) -> None:
    try:
        listed = hidden(word)
    except InvalidValue:
        return
    assert hides(listed, word)


def test_a_person_has_at_most_200_words_of_50_characters() -> None:
    assert len(hidden(*(f"word {n}" for n in range(200))).items) == 200
    assert hidden("x" * 50).items == {"x" * 50}
    for items, pointer in (
        ([f"word {n}" for n in range(201)], "/items"),
        (["fine", "x" * 51], "/items/1"),
        (["\u200b"], "/items/0"),
        (["a\0b"], "/items/0"),
        (["\ud800"], "/items/0"),
        ([5], "/items/0"),
    ):
        with pytest.raises(InvalidValue) as caught:
            WORDS.load({"all": False, "items": items})
        assert caught.value.pointer == pointer


def test_words_are_kept_in_one_form() -> None:
    assert hidden("  thigh \n gap ", "cafe\u0301", "café").items == {"thigh gap", "café"}


def test_an_account_is_named_by_an_id_that_is_compared_sign_by_sign() -> None:
    assert ACCOUNTS.load({"all": False, "items": ["u-1", "U-1"]}).items == {"u-1", "U-1"}
    for item in ("", " u-1", "u-1\n", "x" * 129, "a\0"):
        with pytest.raises(InvalidValue):
            ACCOUNTS.load({"all": False, "items": [item]})
