"""Refusals in words: every code of a problem, for a parent and for a teen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from controls.labels.controls import Text

# What only a program can have done wrong is said alike to everybody.
_OF_PROGRAMS: Final[Mapping[str, Text]] = dict.fromkeys(
    (
        "malformed",
        "unknown_field",
        "scope_missing",
        "method_not_allowed",
        "not_acceptable",
        "too_large",
        "unsupported_media_type",
        "idempotency_mismatch",
        "kept_by_platform",
        "precondition_required",
    ),
    _("The app sent something that could not be read. Nothing was changed."),
)

TO_PARENTS: Final[Mapping[str, Text]] = {
    **_OF_PROGRAMS,
    "not_signed_in": pgettext_lazy("to a parent", "Sign in first."),
    "token_invalid": pgettext_lazy("to a parent", "Sign in first."),
    "step_up_required": _("Confirm that it is you, with your password."),
    "past_the_loosest": _("Nobody can open it this far at this age."),
    "tie_unverified": _("Your tie is not verified, so you can make this stricter, never looser."),
    "not_yours_to_loosen": _("At this age nobody can open this; you can make it stricter."),
    "not_available_at_your_age": _("This is not available at this age."),
    "csrf_failed": _("That page was too old. Load it again and repeat what you did."),
    "invalid_value": _("This value cannot be used here."),
    "unknown_control": _("There is no such setting."),
    "conflict": _("Something changed while you were looking. Look again, then decide."),
    "not_found": _("This pairing has ended meanwhile."),
    "already_open": _("One is open already. Answer or cancel it first."),
    "cooling_off": pgettext_lazy("to a parent", "It is too early to ask again."),
    "in_progress": _("This is being worked on already. Wait a moment."),
    "gone": _("This is over meanwhile."),
    "age_too_low": _("The account is below the youngest age that the app allows."),
    "too_many": _("You have made many changes in the last hour. Try again later."),
    "unavailable": _("This did not work just now. Try again in a moment."),
}

TO_TEENS: Final[Mapping[str, Text]] = {
    **_OF_PROGRAMS,
    "not_signed_in": pgettext_lazy("to a teen", "Sign in first."),
    "token_invalid": pgettext_lazy("to a teen", "Sign in first."),
    "step_up_required": pgettext_lazy("to a teen", "Confirm that it is you: sign in again."),
    "past_the_loosest": _("Nobody can open it this far at your age."),
    "tie_unverified": _("This parent is not verified and cannot open anything."),
    "not_yours_to_loosen": _("A parent has to agree to this."),
    "not_available_at_your_age": _("This is not available at your age."),
    "csrf_failed": pgettext_lazy("to a teen", "This was open for too long. Open it again."),
    "invalid_value": pgettext_lazy("to a teen", "This value cannot be used here."),
    "unknown_control": pgettext_lazy("to a teen", "There is no such setting."),
    "conflict": pgettext_lazy("to a teen", "Something changed while you were looking. Look again, then decide."),
    "not_found": _("This is not there any more."),
    "already_open": pgettext_lazy("to a teen", "One is open already. Answer or cancel it first."),
    "cooling_off": pgettext_lazy("to a teen", "It is too early to ask again."),
    "in_progress": pgettext_lazy("to a teen", "This is being worked on already. Wait a moment."),
    "gone": pgettext_lazy("to a teen", "This is over meanwhile."),
    "age_too_low": _("You are younger than the app allows."),
    "too_many": _("You have tried many times. Wait a while, then try again."),
    "unavailable": pgettext_lazy("to a teen", "This did not work just now. Try again in a moment."),
}


def problem_words(code: str) -> str:
    """Return the sentence for a refusal, to a parent."""
    return str(TO_PARENTS[code])
