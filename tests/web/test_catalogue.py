"""The French catalogue is whole and fresh, fits the sentences that it stands for, and is written as French is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Message
from django.template.base import Template
from django.utils import translation

from accounts.labels import STATES_FOR_TEENS
from controls.labels.controls import CONTROLS
from controls.labels.problems import TO_PARENTS, TO_TEENS
from controls.labels.reasons import FOR_PARENTS, FOR_TEENS, MAY_LOOSEN, MAY_LOOSEN_FOR_PARENTS
from family_pairing.demo.words import phone_words
from tests import words

NAMES = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
# In French a colon, a question and the like stand after a space at which no line breaks.
LOOSE = re.compile(r" [:;!?»]|« |\w'\w|\.\.\.|\"")
# The demo's phone may say so: its teens are known.
BEFORE_A_NAME = re.compile(r"\b(?:de|que|si|le|la)[ \u00a0](?:%\(|\{)(?:teen|name|parent|actor|account)")
TO_ONE_TEEN = re.compile(r"\b(tu|toi|ton|ta|tes|te|t’\w+)\b", re.IGNORECASE)
TO_A_PARENT = re.compile(r"\b(vous|votre|vos)\b|\w+ez\b", re.IGNORECASE)


def messages() -> Iterator[Message]:
    """Return every sentence of the catalogue."""
    return (each for each in words.catalogue() if each.id)


def pairs() -> Iterator[tuple[str, str]]:
    """Return every sentence beside its French, plurals one by one."""
    for each in messages():
        english = each.id if isinstance(each.id, tuple | list) else (each.id,)
        french = each.string if isinstance(each.string, tuple | list) else (each.string,)
        yield from zip(english, french, strict=True)


def test_every_sentence_is_in_the_catalogue_and_no_other() -> None:
    assert words.PO.read_bytes() == words.po_bytes(words.updated(words.catalogue())), "run `make words`"


def test_every_sentence_has_its_french() -> None:
    assert words.missing(words.catalogue()) == []
    assert [each.id for each in messages() if each.fuzzy] == []


def test_the_product_loads_what_the_catalogue_says() -> None:
    assert words.MO.read_bytes() == words.mo_bytes(words.catalogue()), "run `make words`"


def test_names_and_marks_stand_on_both_sides() -> None:
    for english, french in pairs():
        assert set(NAMES.findall(english)) == set(NAMES.findall(french)), english


def test_french_is_set_as_french_is() -> None:
    wrong = [french for _, french in pairs() if LOOSE.search(NAMES.sub("x", french))]
    assert wrong == []
    assert [french for _, french in pairs() if french != french.strip()] == []


def test_no_name_stands_where_french_would_need_an_apostrophe() -> None:
    wrong = [french for english, french in pairs() if BEFORE_A_NAME.search(french) and "phone" not in english]
    assert wrong == []


def test_every_template_is_read_to_its_end() -> None:
    for room in words.ROOMS:
        for file in (words.ROOT / room).rglob("templates/**/*.*"):
            said = re.findall(r"\{%-? *(?:translate|blocktranslate)\b", file.read_text(encoding="utf-8"))
            template = Template(file.read_text(encoding="utf-8"), engine=words.template_engine())
            assert len(said) == len(list(words.said_in(template))), file


@pytest.mark.parametrize("said", [TO_TEENS, FOR_TEENS, MAY_LOOSEN, STATES_FOR_TEENS])
def test_teens_are_addressed_as_tu(said: Any) -> None:
    with translation.override("fr"):
        assert [str(text) for text in said.values() if TO_A_PARENT.search(str(text))] == []


def test_the_phone_and_its_catalogue_address_a_teen() -> None:
    with translation.override("fr"):
        said = [*texts_in(phone_words()), *(str(each.about_teen) for each in CONTROLS.values())]
        assert [text for text in said if TO_A_PARENT.search(text)] == []


@pytest.mark.parametrize("said", [TO_PARENTS, FOR_PARENTS, MAY_LOOSEN_FOR_PARENTS])
def test_parents_are_addressed_as_vous(said: Any) -> None:
    with translation.override("fr"):
        assert [str(text) for text in said.values() if TO_ONE_TEEN.search(str(text))] == []


def test_what_a_parent_reads_of_a_control_never_says_tu() -> None:
    with translation.override("fr"):
        said = (str(text) for each in CONTROLS.values() for text in (each.name, each.about))
        assert [text for text in said if TO_ONE_TEEN.search(text)] == []


def texts_in(value: Any) -> Iterator[str]:
    """Return every text of a nest of mappings."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_in(each)
    else:
        yield str(value)
