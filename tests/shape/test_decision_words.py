"""Whatever a decision may say has words for parents and teens in both languages, and none tells of the other family."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from controls.decisions.actions import ACTIONS
from controls.decisions.words import Code, Duty, Outcome, Why
from controls.labels import catalogue_words
from controls.labels.acts import ACTS, ANSWERS, OPTIONS, QUESTIONS, TOLD
from controls.labels.decisions import CODES, DUTIES, OUTCOMES, VOICES, why_words
from controls.policy.reasons import By
from controls.simulation import COMMON

LANGUAGES = ("en", "fr")
# What must be told of somebody else: nothing of parents, ages, blocks or hours.
THEIRS = (Code.RECIPIENT_SETTINGS, Duty.HOLD_COMMENT, Duty.DELIVER_SILENTLY, Duty.REPORT_CONTACT, Duty.ASK_CONSENT)
TELLING = re.compile(
    r"parent|famil|\bage|âge|block|bloq|setting|réglage|night|nuit|bed|coucher|young|jeune", re.IGNORECASE
)


def served(language: str) -> dict[str, dict[str, dict[str, str]]]:
    """Return what apps are told in a language."""
    with translation.override(language):
        words: dict[str, dict[str, dict[str, str]]] = catalogue_words()["decisions"]
    return words


def sentences(language: str) -> Iterator[tuple[str, str]]:
    """Go through every sentence for both readers, with the code that it stands for."""
    for group in ("outcomes", "reasons", "obligations", "by"):
        for code, said in served(language)[group].items():
            yield from ((f"{group} {code}", said[reader]) for reader in ("about", "about_teen"))


def test_everything_that_a_decision_says_has_words_and_nothing_else_has() -> None:
    for words, said in ((OUTCOMES, Outcome), (CODES, Code), (DUTIES, Duty), (VOICES, By)):
        assert set(words) == set(said)
    assert set(ACTS) == set(ACTIONS)
    assert set(ANSWERS) == set(Outcome)
    assert set(QUESTIONS) == set(COMMON)


def test_everything_that_may_be_told_has_words() -> None:
    told = {each.name: each for action in ACTIONS.values() for each in action.properties}
    # Whom it is about and which currency it is nobody types.
    assert set(TOLD) == set(told) - {"author", "currency"}
    for name, words in OPTIONS.items():
        for word in words:
            if (name, word) != ("relationship", "parent"):
                assert told[name].read(word == "true" if name == "is_new_contact" else word, "") is not None


def test_apps_are_told_the_same_words() -> None:
    words: Any = served("en")
    assert [each["name"] for each in words["actions"]] == list(ACTIONS)
    assert set(words["reasons"]) == {each.value for each in Code}
    assert set(words["obligations"]) == {each.value for each in Duty}


def test_both_languages_say_each_of_them_to_each_reader() -> None:
    english, french = dict(sentences("en")), dict(sentences("fr"))
    assert set(english) == set(french)
    assert not {code for code, sentence in french.items() if sentence == english[code] or len(sentence) < 4}
    for english_act, french_act in zip(*(served(each)["actions"] for each in LANGUAGES), strict=True):
        assert english_act["words"] != french_act["words"]


def test_a_parent_and_a_teen_are_spoken_to_as_themselves() -> None:
    for language, mine, theirs in (
        ("en", r"\byour?\b", r"your teen"),
        ("fr", r"\b(?:tu|te|toi|ton|ta|tes)\b", r"votre"),
    ):
        for group in ("outcomes", "reasons", "obligations", "by"):
            for code, said in served(language)[group].items():
                assert not re.search(theirs, said["about_teen"], re.IGNORECASE), code
                told = said["about"].lower().replace("your teen", "").replace("your", "")
                assert not re.search(mine, told, re.IGNORECASE), code


@pytest.mark.parametrize("said", THEIRS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_tells_of_the_other_family(said: Code | Duty, language: str) -> None:
    group = "reasons" if isinstance(said, Code) else "obligations"
    for sentence in served(language)[group][said.value].values():
        assert not TELLING.search(sentence), sentence
    if isinstance(said, Code):
        assert set(why_words(Why(said), parents=True)) == {"sentence"}


def test_a_reason_says_whose_word_it_is_and_about_what() -> None:
    said = why_words(Why(Code.NOBODY, "pack", "baseline/2026-11-01", "dm.who_can_send"), parents=True)
    assert said["by"] == "The rules at this age say so."
    assert said["control"] == "Who can send direct messages"
    law = why_words(Why(Code.PAIRING_NEEDED, "pack", "BR-ECADIGITAL"), parents=False)
    assert law["by"] == "The law says so: Digital statute of the child and adolescent."
    assert why_words(Why(Code.PAUSED, "teen", "", "time.pause"), parents=False)["by"] == "You chose this."
