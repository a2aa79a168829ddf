"""Decisions in words: outcomes, reasons, obligations and whose word they rest on, for a parent and for a teen.

A reason that rests on another family says only that it is not possible with this person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from controls.decisions.actions import ACTIONS
from controls.decisions.words import Code, Duty, Outcome, Why
from controls.labels.acts import ACTS
from controls.labels.controls import CONTROLS, Text
from controls.packs import law_title
from controls.policy.reasons import By


class Said(NamedTuple):
    """One sentence, as a parent and as the teen reads it."""

    to_parent: Text
    to_teen: Text

    def to(self, *, parents: bool) -> Text:
        """Return the sentence for one of the two."""
        return self.to_parent if parents else self.to_teen


def alike(text: Text) -> Said:
    """Return a sentence that both read."""
    return Said(text, text)


OUTCOMES: Final[Mapping[Outcome, Said]] = {
    Outcome.ALLOW: Said(_("Yes, your teen can do this."), _("Yes, you can do this.")),
    Outcome.ASK: alike(_("Only once a parent has said yes.")),
    Outcome.DENY: Said(_("No, your teen cannot do this."), _("No, you cannot do this.")),
}

CODES: Final[Mapping[Code, Said]] = {
    Code.ALLOWED: Said(_("Your teen's settings allow this."), _("Your settings allow this.")),
    Code.ALWAYS_OPEN: alike(_("Help and reports are always open.")),
    Code.PAIRED_PARENT: Said(
        _("With a paired parent this is always possible."), _("With your paired parent this is always possible.")
    ),
    Code.RECIPIENT_SETTINGS: alike(_("This is not possible with this person.")),
    Code.UNENROLLED: alike(_("The account is not registered for this, so it stays closed.")),
    Code.UNKNOWN_ACTION: alike(_("The app asked about something that is not known here.")),
    Code.MALFORMED: alike(_("The app asked in a way that could not be read.")),
    Code.UNREADABLE: alike(_("What applies could not be read, so this stays closed.")),
    Code.UNAVAILABLE: Said(
        pgettext_lazy("to a parent", "What applies cannot be looked up just now. Try again in a moment."),
        pgettext_lazy("to a teen", "What applies cannot be looked up just now. Try again in a moment."),
    ),
    Code.OUT_OF_DATE: Said(
        pgettext_lazy("to a parent", "What is known here is out of date. Try again in a moment."),
        pgettext_lazy("to a teen", "What is known here is out of date. Try again in a moment."),
    ),
    Code.BELOW_MINIMUM_AGE: Said(
        _("The law allows no account at your teen's age."), _("The law allows no account at your age.")
    ),
    Code.PERMISSION_NEEDED: Said(
        _("The law asks for a verified parent's permission for this account."),
        _("The law asks for a verified parent's permission for your account."),
    ),
    Code.PAIRING_NEEDED: Said(
        _("The law asks for a parent who is paired with this account."),
        _("The law asks for a parent who is paired with you."),
    ),
    Code.PAUSED: alike(_("The app is paused.")),
    Code.TIME_AWAY: alike(_("It is time away from the app.")),
    Code.BEDTIME: alike(_("It is bedtime, and the app is closed.")),
    Code.TIME_USED_UP: alike(_("Today's minutes are used up.")),
    Code.TURNED_OFF: alike(_("This is turned off.")),
    Code.NOBODY: alike(_("This is open to nobody.")),
    Code.FRIENDS_ONLY: alike(_("This is open to friends only.")),
    Code.FOLLOWED_ONLY: Said(
        _("This is open only to friends and to people whom your teen follows."),
        _("This is open only to friends and to people whom you follow."),
    ),
    Code.FOLLOWERS_ONLY: alike(_("This is open to followers only.")),
    Code.NO_FRIENDS_IN_COMMON: Said(_("The two have no friends in common."), _("You have no friends in common.")),
    Code.ACCOUNT_BLOCKED: alike(_("This account is blocked.")),
    Code.ADULT: alike(_("The other person is an adult, or may be one.")),
    Code.NEW_CONTACT: Said(
        _("The other person is a new contact, which a parent approves."),
        _("This person is a new contact, which a parent approves."),
    ),
    Code.CONTENT_TYPE: alike(_("Messages may not carry this.")),
    Code.AUDIENCE: Said(
        _("Your teen's posts do not go out to so many people."), _("Your posts do not go out to so many people.")
    ),
    Code.LABEL: alike(_("This is stronger than what is shown.")),
    Code.LABEL_UNKNOWN: alike(_("It is labelled in a way that is not known here.")),
    Code.NOT_LABELLED: alike(_("Nobody has labelled it, so it is not shown.")),
    Code.TOPIC: alike(_("This topic is blocked.")),
    Code.HIDDEN_WORD: alike(_("A hidden word stands in it.")),
    Code.LEVEL: alike(_("It is meant for older people.")),
    Code.RESTRICTED_MODE: alike(_("Restricted mode hides this.")),
    Code.CRISIS: alike(_("This search is answered with help instead of results.")),
    Code.ASK_EACH_TIME: alike(_("A parent is asked each time.")),
    Code.MONTHLY_CAP: alike(_("This goes past the sum for the month.")),
}

DUTIES: Final[Mapping[Duty, Said]] = {
    Duty.ASK_AGAIN: alike(_("The app has to ask again once it knows more.")),
    Duty.ASK_CONSENT: alike(_("Whoever is added is asked first.")),
    Duty.DELIVER_SILENTLY: alike(_("It arrives without a sound.")),
    Duty.FILTER_COMMENT: alike(_("The comment is filtered.")),
    Duty.FRIENDS_ONLY: alike(_("Only friends see it.")),
    Duty.HOLD_COMMENT: alike(_("The comment waits until somebody has looked at it.")),
    Duty.KEEP_WITHIN: alike(_("The app keeps to the sum for the month.")),
    Duty.LIMIT_MINUTES: alike(_("The app counts today's minutes.")),
    Duty.LIMITED_ASSISTANT: alike(_("The assistant keeps to safe subjects.")),
    Duty.REDUCE: alike(_("It is shown less often.")),
    Duty.REMIND: Said(_("The app reminds your teen."), _("The app reminds you.")),
    Duty.REPORT_CONTACT: alike(_("Whoever asked to hear of new contacts is told.")),
    Duty.SAFE_SEARCH: alike(_("Only safe results are shown.")),
    Duty.SHOW_HELP: alike(_("Help is shown as well.")),
}

# Whose word a reason rests on.
VOICES: Final[Mapping[By, Said]] = {
    By.PACK: Said(_("The rules at this age say so."), _("The rules at your age say so.")),
    By.PARENT: alike(_("A parent said so.")),
    By.TEEN: Said(_("Your teen chose this."), _("You chose this.")),
    By.SYSTEM: alike(_("The app works this way for everybody.")),
}
LAW: Final = _("The law says so: {title}.")


def decision_words() -> dict[str, Any]:
    """Return what decisions are told in, in the active language, as `GET /v1/controls` answers it."""
    return {
        "actions": [{"name": name, "words": str(ACTS[name])} for name in ACTIONS],
        "outcomes": _both(OUTCOMES),
        "reasons": _both(CODES),
        "obligations": _both(DUTIES),
        "by": _both(VOICES),
    }


def why_words(why: Why, *, parents: bool) -> dict[str, str]:
    """Return a reason in words: the sentence, whose word it is, and what the control is called."""
    words = {"sentence": str(CODES[why.code].to(parents=parents))}
    if why.by:
        words["by"] = voice_words(why, parents=parents)
    return {**words, "control": str(CONTROLS[why.control].name)} if why.control else words


def voice_words(why: Why, *, parents: bool) -> str:
    """Return whose word a reason rests on; a law is named."""
    # What is no law of a record is the rule of the baseline.
    rules = why.rule.split("+") if why.by == By.PACK else []
    titles = [title for rule in rules if (title := law_title(rule)) != rule]
    if titles:
        return str(LAW).format(title=", ".join(titles))
    return str(VOICES[By(why.by)].to(parents=parents))


def _both(words: Mapping[Any, Said]) -> dict[str, dict[str, str]]:
    return {str(key): {"about": str(said.to_parent), "about_teen": str(said.to_teen)} for key, said in words.items()}
