"""What a law is called is told in the language of the reader; the record keeps its own title for whoever keeps it."""

from __future__ import annotations

import pytest
from django.utils import translation

from controls.labels.laws import TITLES, law_words
from controls.labels.upcoming import headline, titled
from controls.packs import law_keys, law_title, recorded
from family_pairing.demo.words import phone_words

CHANGE = {"at": "2027-05-12T18:30:00+00:00", "causes": [{"kind": "law", "key": "IN-DPDP"}]}


def test_every_recorded_title_has_words_and_every_word_is_a_title() -> None:
    assert {law.title for law in recorded().records} == set(TITLES)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "May 13, 2027: Law: No tracking of children"),
        ("fr", "13 mai 2027\u00a0: Loi\u00a0: Pas de pistage des enfants"),
    ],
)
def test_a_law_is_called_in_the_readers_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert headline(CHANGE, "Asia/Kolkata") == expected
        assert phone_words()["laws"]["IN-DPDP"] in expected
        # What is kept is the same for everybody.
        assert titled(CHANGE)["causes"][0]["title"] == "No tracking of children"


def test_no_title_is_told_in_english_to_who_reads_french() -> None:
    with translation.override("fr"):
        assert not [key for key in law_keys() if law_words(key) == law_title(key)]
        assert law_words("XX-1") == "XX-1"
