"""Requests in words: what a teen asks, what became of it, and for how long a parent approves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from controls.labels.controls import CONTROLS, Text
from controls.labels.values import stored_words, total_words
from controls.models import Lasting, Request, RequestKind, RequestState
from controls.policy.catalogue import CATALOGUE

ASKS: Final[Mapping[str, Text]] = {
    RequestKind.CONTROL: _("{teen} asks for “{control}”: {value}"),
    RequestKind.TIME: _("{teen} asks for more time today, in all: {value}"),
    RequestKind.ACCOUNT: _("{teen} asks to take the account {account} off your list"),
    RequestKind.LEAVING: _("{teen} asks you to end the pairing"),
}
ASKS_OTHERWISE: Final = _("{teen} asks for something that is not known here")

# The same in the history.
ASKED: Final[Mapping[str, Text]] = {
    RequestKind.CONTROL: _("{teen} asked for “{control}”: {value}."),
    RequestKind.TIME: _("{teen} asked for more time that day, in all: {value}."),
    RequestKind.ACCOUNT: _("{teen} asked to take the account {account} off a parent's list."),
    RequestKind.LEAVING: _("{teen} asked a parent to end the pairing."),
}
ASKED_OTHERWISE: Final = _("{teen} asked a parent for something.")

STATES: Final[Mapping[str, Text]] = {
    RequestState.OPEN: _("Waiting for an answer"),
    RequestState.APPROVED: _("Approved"),
    RequestState.REFUSED: _("Refused"),
    RequestState.CANCELLED: _("Taken back by {teen}"),
    RequestState.EXPIRED: _("Ended without an answer"),
}

STATES_FOR_TEENS: Final[Mapping[str, Text]] = {
    RequestState.OPEN: pgettext_lazy("to a teen", "Waiting for an answer"),
    RequestState.APPROVED: pgettext_lazy("to a teen", "Approved"),
    RequestState.REFUSED: pgettext_lazy("to a teen", "Refused"),
    RequestState.CANCELLED: _("Taken back by you"),
    RequestState.EXPIRED: pgettext_lazy("to a teen", "Ended without an answer"),
}

LASTS: Final[Mapping[str, Text]] = {
    Lasting.ONCE: _("Until midnight"),
    Lasting.UNTIL: _("Until a moment I choose"),
    Lasting.ALWAYS: _("From now on"),
}

# What became of an answer, where a parent reads it on the page.
DONE: Final = _("You approved it. The phone follows within moments.")
STILL_MISSING: Final = _("You approved it for your own setting. Another parent's answer is still missing.")
REFUSED: Final = _("You refused it. {teen} is told, with your reason.")
NOT_ANY_MORE: Final = _("This request was over before your answer. Nothing was changed.")
UNVERIFIED: Final = _(
    "Your tie is not verified, so you cannot open this. You can refuse, or take your own setting back."
)
LASTS_LONGER: Final = _("You have set this until a later moment. Take that back first, or approve from now on.")
# Where nothing is approved from now on.
LASTS_LONGER_ONLY: Final = _("You have set this until a later moment. Take that back first.")


def asks_words(asked: Request, *, teen: str) -> str:
    """Return what is asked as a sentence."""
    text = ASKS.get(asked.kind, ASKS_OTHERWISE) if asked.key in CATALOGUE or not asked.key else ASKS_OTHERWISE
    return filled(text, asked.kind, asked.key, asked.subject, asked.value, teen)


def asked_words(told: Mapping[str, Any], *, teen: str) -> str:
    """Return what was asked as the history tells it."""
    key = told.get("control") or ""
    text = ASKED.get(told.get("kind", ""), ASKED_OTHERWISE) if key in CATALOGUE or not key else ASKED_OTHERWISE
    return filled(text, told.get("kind", ""), key, told.get("subject", ""), told.get("value"), teen)


def filled(text: Text, kind: str, key: str, subject: str, value: Any, teen: str) -> str:
    """Return a sentence with its names; of more time the total of the day, which day it is being said already."""
    control = str(CONTROLS[key].name) if key in CONTROLS else ""
    words = {RequestKind.TIME.value: total_words, RequestKind.CONTROL.value: stored_words}.get(kind)
    shown = words(CATALOGUE[key], value) if words and key in CATALOGUE else ""
    return str(text).format(teen=teen, control=control, value=shown, account=subject)
