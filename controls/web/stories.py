"""The history of a teen as sentences for a parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controls.history import history_for_parent
from controls.labels.controls import CONTROLS
from controls.labels.events import ACTORS, SAID, SAID_UNTIL, TOOK_BACK, YOU, event_words
from controls.labels.requests import asked_words
from controls.labels.upcoming import told_words
from controls.labels.values import moment_words, stored_words
from controls.policy.catalogue import CATALOGUE
from controls.web.context import View


@dataclass(frozen=True)
class Tale:
    """One event in words."""

    at: datetime
    by: str
    sentences: list[str]


@dataclass(frozen=True)
class Story:
    """A page of history, and where the next one begins."""

    tales: list[Tale]
    cursor: str | None


def story_of(seen: View, cursor: str = "") -> Story:
    """Return a page of the teen's history as the parent may read it.

    Raises Problem `invalid_value`.
    """
    page = history_for_parent(seen.pairing, cursor=cursor, reader=str(seen.pairing.parent_id))
    return Story(list(tales_of(page.items, seen.teen, seen.pairing.teen.time_zone)), page.next_cursor)


def tales_of(items: list[dict[str, Any]], teen: str, zone: str) -> Iterator[Tale]:
    """Return events in words, without those that this release has no words for."""
    for item in items:
        actor = actor_words(item, teen)
        sentences = sentences_of(item, actor, teen, zone)
        if sentences:
            yield Tale(datetime.fromisoformat(item["at"]), item["actor"]["kind"], sentences)


def actor_words(item: Mapping[str, Any], teen: str) -> str:
    """Return who did it; the reader's own acts are marked where somebody of the family reads."""
    if item.get("mine"):
        return str(YOU)
    actor = item["actor"]
    return teen if actor["kind"] == "teen" else actor["display_name"] or str(ACTORS[actor["kind"]])


def sentences_of(item: Mapping[str, Any], actor: str, teen: str, zone: str) -> list[str]:
    """Return the sentences of one event; a change of settings has one for each control."""
    if "change" in item:
        return told_words(item["kind"], item["change"], zone)
    if item["kind"] == "request.created" and item["request"]:
        return [asked_words(item["request"], teen=teen)]
    if item["kind"] != "settings.changed" or not item["said"]:
        return [event_words(item["kind"], actor=actor, teen=teen)]
    return [said_words(word, actor) for word in item["said"] if word["key"] in CATALOGUE]


def said_words(word: Mapping[str, Any], actor: str) -> str:
    """Return one saying as a sentence."""
    control, name = CATALOGUE[word["key"]], str(CONTROLS[word["key"]].name)
    if word["value"] is None:
        return str(TOOK_BACK).format(actor=actor, control=name)
    value = stored_words(control, word["value"])
    if word["until"] is None:
        return str(SAID).format(actor=actor, control=name, value=value)
    until = moment_words(datetime.fromisoformat(word["until"]))
    return str(SAID_UNTIL).format(actor=actor, control=name, value=value, until=until)
