"""Words for people about accounts and pairings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from family_pairing.problems import Problem

Text = str | Promise

PROOF: Final[Mapping[str, Text]] = {
    "none": _("Not verified: this parent can make settings stricter, never looser."),
    "in_person": _("Verified in person."),
}

# How well an age is known, as support reads it.
ASSURANCE: Final[Mapping[str, Text]] = {
    "asserted": _("Only said"),
    "basic": _("Basic"),
    "standard": _("Standard"),
    "enhanced": _("Enhanced"),
    "strict": _("Strict"),
}

STATES: Final[Mapping[str, Text]] = {
    "invited": _("Waiting for a parent to enter the code"),
    "claimed": _("Waiting for the teen to confirm"),
    "active": _("Paired"),
    "ending": _("Ending soon"),
    "ended": _("Ended"),
    "declined": _("Declined by the teen"),
    "cancelled": _("Taken back"),
    "expired": _("Expired"),
}

STATES_FOR_TEENS: Final[Mapping[str, Text]] = {
    "invited": _("Your code waits for a parent."),
    "claimed": _("A parent waits for your answer."),
    "active": _("You are paired."),
    "ending": _("This pairing is ending."),
    "ended": _("This pairing has ended."),
    "declined": _("You said no. Nobody supervises you by this code."),
    "cancelled": _("You took the code back."),
    "expired": _("The time was over. Start again if you want to pair."),
}

WRONG_CODE: Final = _("This code does not work. Check it, or ask your teen for a new one.")
TOO_MANY_CODES: Final = _("Too many codes were tried. Wait a while, then ask your teen for a new one.")


def display_name(user: User) -> str:
    """Return the name that pages and mails use."""
    return user.display_name


def claim_refused(problem: Problem) -> str:
    """Return why a code was not taken; wrong, used, expired and foreign codes sound alike."""
    return str(TOO_MANY_CODES if problem.code == "too_many" else WRONG_CODE)
