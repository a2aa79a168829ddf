"""Letters fold to their plain form, signs are read as letters, and a word is sought in the way of its script."""

from __future__ import annotations

import pytest

from controls.policy.lists import Listed, folded, hides


@pytest.mark.parametrize("accent", ["\u0300", "\u0301", "\u0308", "\u0327", "\u0338", "\u035c", "\u036e", "\u036f"])
def test_every_accent_is_left_out(accent: str) -> None:
    assert folded(f"a{accent}b{accent}") == "ab"


@pytest.mark.parametrize("kept", ["\u02ff", "\u0371", "\u093e", "\u3099", "\u20dd"])
def test_a_sign_beyond_the_accents_is_kept(kept: str) -> None:
    assert folded(f"a{kept}b") == f"a{kept}b"


@pytest.mark.parametrize("invisible", ["\u00ad", "\u061c", "\u200b", "\u200d", "\u202e", "\u2060", "\ufeff"])
def test_an_invisible_sign_is_left_out(invisible: str) -> None:
    assert folded(f"{invisible}a{invisible}b{invisible}") == "ab"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ÀÉÎÕÜ", "aeiou"),
        ("Ǻ", "a"),
        ("ñçşž", "ncsz"),
        ("øłđðħı", "olddhi"),
        ("ØŁĐÐĦ", "olddh"),
        ("þÞ", "thth"),
        ("æÆœŒ", "aeaeoeoe"),
        ("ẞß", "ssss"),
        ("ﬁﬀ", "fiff"),
        ("\uff2b\uff29\uff2c\uff2c", "kill"),  # of full width
        ("ⓚ①ˡˡ", "k1ll"),
        ("\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0458", "aeopcyxisj"),  # Cyrillic
        ("\u0410\u0415\u041e\u0420\u0421\u0423\u0425\u0406\u0405\u0408", "aeopcyxisj"),  # Cyrillic
        ("\u03bf\u03b9\u03bd", "oiv"),  # Greek
        ("ὀΐ", "oi"),
        ("İ", "i"),
        ("ǿ", "o"),
        ("か\u3099", "が"),
        ("a \t\n\u00a0 b ", "a b"),
        (" \u200b ", ""),
    ],
)
def test_a_text_folds_to_plain_small_letters(text: str, plain: str) -> None:
    assert folded(text) == plain
    assert folded(plain) == plain


@pytest.mark.parametrize(
    ("word", "text"),
    [
        # The signs that stand for letters, alone and together.
        ("oieastbg", "01345789"),
        ("asie", "@$!€"),
        ("kill", "ki|1"),
        ("kill", "k|ll"),
        ("1", "l"),
        ("1", "|"),
        # At its ends a word may have signs, of which up to three are letters.
        ("kill", "$kill"),
        ("kill", "kill@"),
        ("kill", "!!!!kill!!!!"),
        ("skills", "$kill$"),
        ("skills", "!$kill$!"),
        ("asss", "a$$$"),
        ("sssa", "$$$a"),
        ("aasssaa", "@@$$$@@"),
        ("$$", "$$"),
        # A word of letters, in the middle of a text or at its end.
        ("b c", "a b c"),
        ("b c", "b b c d"),
        ("b\u200b-\u200bc", "b c"),
        ("under_score", "under score"),
    ],
)
def test_signs_are_read_as_letters_and_as_signs(word: str, text: str) -> None:
    assert hides(Listed(frozenset({word})), text)
    assert hides(Listed(frozenset({word})), f"so {text}, so")


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("assss", "a$$$$"),
        ("ssssa", "$$$$a"),
        ("kill", "$kills"),
        ("kill", "killer!"),
        ("$$", "@!"),
        ("b c", "b d c"),
        ("b c", "c b"),
        ("b c d", "b c"),
    ],
)
def test_other_signs_and_other_words_are_not(word: str, text: str) -> None:
    assert not hides(Listed(frozenset({word})), text)


@pytest.mark.parametrize(
    ("word", "found", "others"),
    [
        ("自殺", "これは自殺について", "これは自然について"),
        ("sos自殺", "msos自殺に", "sos 自殺"),
        ("ฆ่าตัวตาย", "การฆ่าตัวตายของ", "การฆ่า"),
        ("🔪", "look🔪here", "look here"),
        ("a🔪", "xa🔪", "a cat, 🔪"),
        (":)", "well:)well", "well :("),
        ("--", "a--b", "a-b"),
    ],
)
def test_what_is_written_without_spaces_is_found_anywhere(word: str, found: str, others: str) -> None:
    for words in ({word}, {word, "別", "another"}):
        assert hides(Listed(frozenset(words)), found)
        assert not hides(Listed(frozenset(words)), others)


def test_all_is_everything_and_nothing_is_nothing() -> None:
    assert hides(Listed(all=True), "")
    assert not hides(Listed(), "anything, 自殺, 🔪")
