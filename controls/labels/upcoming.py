"""What changes next in words: the same on a parent's page, on a teen's phone, in a history and in a mail.

Nobody is named and no value is told, so that any screen may show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controls.labels.controls import CONTROLS, Text
from controls.labels.laws import law_words
from controls.packs import law_title
from controls.policy.bands import zone_of

CAUSES: Final[Mapping[str, Text]] = {
    "birthday": _("Birthday at {age}"),
    "law": _("Law: {title}"),
    "pack": _("New rules of the service"),
    "end": _("Something temporary ends"),
}
CAUSE_OTHERWISE: Final = _("Something changes by itself")
HEADLINE: Final = _("{moment}: {causes}")

NEEDS: Final[Mapping[tuple[str, str], Text]] = {
    ("below_minimum_age", "begins"): _("From then on the law allows no account at this age."),
    ("below_minimum_age", "ends"): _("From then on the law allows an account."),
    ("permission_needed", "begins"): _("From then on a parent's permission is needed for the account."),
    ("permission_needed", "ends"): _("A parent's permission for the account is no longer needed."),
    ("pairing_needed", "begins"): _("From then on the account needs a paired parent."),
    ("pairing_needed", "ends"): _("The account no longer needs a paired parent."),
    ("consent_needed", "begins"): _("From then on a parent has to consent to the use of data."),
    ("consent_needed", "ends"): _("A parent's consent to the use of data is no longer needed."),
}

PASSAGE: Final = _("Another age group begins, in which more can be chosen or asked for.")
OF_AGE: Final = _("From then on no parent's setting counts, and the pairings end.")

ANNOUNCED: Final = _("Announced: {change}.")
ENACTED: Final = _("It has come: {change}.")


def words_of(change: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return one change in words, in the time of the teen: a line to lead with, and sentences."""
    return {"headline": headline(change, zone), "sentences": sentences_of(change)}


def titled(change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change with what its laws are called in their records, in no reader's language."""
    laws = ({"title": law_title(cause["key"])} if cause["kind"] == "law" else {} for cause in change["causes"])
    return {**change, "causes": [{**cause, **law} for cause, law in zip(change["causes"], laws, strict=True)]}


def headline(change: Mapping[str, Any], zone: str) -> str:
    """Return when, and why; a day begins with its first moment, so only what somebody chose has an hour."""
    causes = change["causes"]
    moment = timezone.localtime(datetime.fromisoformat(change["at"]), zone_of(zone) or UTC)
    has_hour = any(cause["kind"] == "end" for cause in causes)
    when = date_format(moment, "DATETIME_FORMAT" if has_hour else "DATE_FORMAT")
    return str(HEADLINE).format(moment=when, causes=", ".join(map(cause_words, causes)))


def cause_words(cause: Mapping[str, Any]) -> str:
    """Return one cause."""
    text = str(CAUSES.get(cause["kind"], CAUSE_OTHERWISE))
    return text.format(age=cause.get("age", ""), title=law_words(cause.get("key", "")))


def sentences_of(change: Mapping[str, Any]) -> list[str]:
    """Return how much changes, and what the laws then say of the account, each sentence once."""
    keys = [key for key in change["keys"] if key in CONTROLS]
    said = [ngettext("{count} setting changes.", "{count} settings change.", len(keys)).format(count=len(keys))]
    passage = change["age_band"] and (OF_AGE if change["age_band"]["adult"] else PASSAGE)
    known = (NEEDS.get((need["asked"], need["change"])) for need in change["needs"])
    said = [*(said if keys else ()), *([str(passage)] if passage else ())]
    return [*said, *dict.fromkeys(str(text) for text in known if text is not None)]


def told_words(kind: str, change: Mapping[str, Any], zone: str) -> list[str]:
    """Return an event about a change as sentences of a history."""
    text = ANNOUNCED if kind == "change.announced" else ENACTED
    return [str(text).format(change=headline(change, zone)), *sentences_of(change)]
