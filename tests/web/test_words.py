"""Everything that can be said has words."""

from __future__ import annotations

import json
import re
from pathlib import Path

from django.conf import settings
from django.utils import translation

from controls.actions import Change
from controls.labels import catalogue_words
from controls.labels.content import LABEL_NAMES, SEVERITIES, TOPIC_NAMES
from controls.labels.controls import CONTROLS
from controls.labels.events import EVENTS
from controls.labels.groups import SECTIONS
from controls.labels.problems import TO_PARENTS, TO_TEENS
from controls.labels.reasons import FOR_PARENTS, FOR_TEENS, MAY_LOOSEN, MAY_LOOSEN_FOR_PARENTS
from controls.labels.values import WRITERS, choice_words, value_words
from controls.packs import released
from controls.policy.catalogue import CATALOGUE, LABELS, TOPICS
from controls.policy.packs import MayLoosen
from controls.policy.reasons import Reason
from controls.policy.values import Choice
from controls.web.forms import FORMS
from family_pairing.problems import CODES


def test_every_control_value_group_reason_and_right_has_words() -> None:
    assert set(CONTROLS) == set(CATALOGUE)
    assert {code.value for code in Reason} == set(FOR_TEENS) == set(FOR_PARENTS)
    assert {who.value for who in MayLoosen} | {"nobody_joined"} == set(MAY_LOOSEN) == set(MAY_LOOSEN_FOR_PARENTS)
    assert {control.kind.name for control in CATALOGUE.values()} == set(WRITERS)
    assert set(CODES) == set(TO_PARENTS) == set(TO_TEENS)
    assert (tuple(LABEL_NAMES), tuple(TOPIC_NAMES), tuple(SEVERITIES)) == (LABELS, TOPICS, (0, 1, 2, 3, 4))
    assert {control.kind.name for control in CATALOGUE.values()} == set(FORMS)
    for control in CATALOGUE.values():
        if isinstance(control.kind, Choice):
            assert all(choice_words(control.key, value) for value in control.kind.values)


def test_every_strictest_and_loosest_value_can_be_said() -> None:
    for control in CATALOGUE.values():
        for value in (control.kind.strictest, control.kind.loosest):
            assert value_words(control, control.kind.dump(value))
    assert released()
    assert Change(CATALOGUE["comment.who"], "nobody").until is None


def test_the_catalogue_in_words_lists_every_control_once_in_a_known_group() -> None:
    words = catalogue_words()
    json.dumps(words)
    assert sorted(each["key"] for each in words["controls"]) == sorted(CATALOGUE)
    assert {each["group"] for each in words["controls"]} == {group["key"] for group in words["groups"]} == set(SECTIONS)


def test_a_reason_says_what_counts_in_place_of_what_is_not_known() -> None:
    for said in (FOR_TEENS, FOR_PARENTS):
        with translation.override("en"):
            assert {code for code, text in said.items() if "strictest" in str(text)} == {"unreadable"}
            # A control without which the app is closed goes back to its default.
            assert "starting value" in str(said["unreadable"])
            assert "youngest age counts" in str(said["age_unknown"])
        assert "youngest age counts, and nobody" in str(said["age_too_low"])
        assert "UTC" in str(said["time_zone_unreadable"])


def test_events_name_their_actor_or_nobody() -> None:
    for sentence in EVENTS.values():
        assert str(sentence).format(actor="Paula", teen="Tess", kind="x").endswith(".")


def test_every_template_speaks_through_gettext() -> None:
    rooms = (settings.ROOT / "family_pairing", settings.ROOT / "controls", settings.ROOT / "accounts")
    for file in (file for room in rooms for file in Path(room).rglob("templates/**/*.html")):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<[^>]*>", " ", bare_of(file.read_text()), flags=re.DOTALL)
        words = [word for word in re.findall(r"[A-Za-z]{3,}", bare) if word not in ("quot", "amp")]
        assert not words, f"{file.name}: {words[:5]}"


def bare_of(template: str) -> str:
    """Return a template without what is translated as a block, and without names of classes."""
    silent = r"\{% (blocktranslate).*?%\}.*?\{% endblocktranslate %\}|\{% block body_class %\}.*?\{% endblock %\}"
    return re.sub(silent, " ", template, flags=re.DOTALL)
