"""Undo: the former words of the control that was changed last, kept in the parent's session for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from accounts.web.pages import ParentRequest
from controls.actions import Change
from controls.labels.controls import CONTROLS, Text
from controls.labels.values import read_stored
from controls.policy.catalogue import CATALOGUE, Control
from controls.web.context import View, own_words
from ledger import clock

KEY = "undo"
LASTS = timedelta(minutes=10)


class Undo(NamedTuple):
    """What can be undone, in words."""

    name: Text
    value: str
    slug: str


def offer(request: ParentRequest, seen: View, control: Control, former: list[dict[str, Any]]) -> None:
    """Remember what the parent had said of a control before it was changed; what cannot be read does not come back."""
    if any(read_stored(control, word["value"]) is None for word in former):
        forget(request)
        return
    teen, at = str(seen.pairing.teen_id), clock.now().isoformat()
    request.session[KEY] = {"teen": teen, "key": control.key, "words": former, "at": at}


def offered(request: ParentRequest, seen: View) -> Undo | None:
    """Return what can be undone on this teen's page."""
    kept = request.session.get(KEY)
    if not kept or kept["teen"] != str(seen.pairing.teen_id) or kept["key"] not in CATALOGUE:
        return None
    if clock.now() - datetime.fromisoformat(kept["at"]) > LASTS:
        return None
    row = seen.row(kept["key"])
    return Undo(CONTROLS[kept["key"]].name, row.value, row.slug)


def taken(request: ParentRequest, seen: View) -> list[Change]:
    """Return the changes that bring the former words back."""
    if offered(request, seen) is None:
        return []
    kept = request.session[KEY]
    control, words = CATALOGUE[kept["key"]], [word for word in kept["words"] if is_ahead(word)]
    changes = [Change(control, word["value"], moment(word["until"])) for word in words]
    # One word in the place of one word is one change; anything else begins from silence.
    is_swap = len(words) == 1 and stands(words) == stands(own_words(seen, control.key))
    return changes if is_swap else [Change(control, None), *changes]


def is_ahead(word: dict[str, Any]) -> bool:
    """Tell whether a former word would still last; one that has ended meanwhile would have gone by itself."""
    until = moment(word["until"])
    return until is None or until > clock.now()


def stands(words: list[dict[str, Any]]) -> list[bool]:
    """Return which of the words are standing ones."""
    return [word["until"] is None for word in words]


def forget(request: ParentRequest) -> None:
    """Offer no undo any more."""
    request.session.pop(KEY, None)


def moment(text: str | None) -> datetime | None:
    """Return a moment from its text."""
    return datetime.fromisoformat(text) if text else None
