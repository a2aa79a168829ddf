"""Words for people about controls."""

from __future__ import annotations

from typing import Any

from controls.labels.controls import CONTROLS
from controls.labels.decisions import decision_words
from controls.labels.groups import SECTIONS, section_of
from controls.labels.problems import TO_TEENS
from controls.labels.reasons import FOR_TEENS, MAY_LOOSEN
from controls.labels.values import choice_words
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.values import Choice


def catalogue_words() -> dict[str, Any]:
    """Return the catalogue in the active language, as `GET /v1/controls` answers it."""
    return {
        "groups": [{"key": key, "name": str(section.name)} for key, section in SECTIONS.items()],
        "controls": [control_words(control) for control in in_order()],
        "reasons": {code: str(sentence) for code, sentence in FOR_TEENS.items()},
        "may_loosen": {who: str(words) for who, words in MAY_LOOSEN.items()},
        "problems": {code: str(sentence) for code, sentence in TO_TEENS.items()},
        "decisions": decision_words(),
    }


def control_words(control: Control) -> dict[str, Any]:
    """Return one control in words."""
    words = CONTROLS[control.key]
    values = control.kind.values if isinstance(control.kind, Choice) else ()
    return {
        "key": control.key,
        "group": section_of(control.key),
        "name": str(words.name),
        "about": str(words.about),
        "about_teen": str(words.about_teen),
        "kind": control.kind.name,
        "values": [{"value": value, "name": choice_words(control.key, value)} for value in values],
        "capped_by": control.capped_by,
        "availability": control.availability,
        "writable": True,
    }


def in_order() -> list[Control]:
    """Return every control in the order of the sections."""
    places = {key: place for place, key in enumerate(SECTIONS)}
    return sorted(CATALOGUE.values(), key=lambda control: places[section_of(control.key)])
