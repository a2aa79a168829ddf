"""Reasons and rights in words: for a teen as codes of the API, for a parent as whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from controls.labels.controls import Text

FOR_TEENS: Final[Mapping[str, Text]] = {
    "loosest": _("This is as far as it goes at your age."),
    "default": _("The starting value at your age; nobody has changed it."),
    "default_kept": _("You keep what you had before you turned 18 until you choose otherwise."),
    "parent_setting": _("A parent set this."),
    "teen_choice": _("You chose this."),
    "capped_by": _("Another setting keeps this from being wider."),
    "never_below": _("Help and recovery content stays visible whatever anybody sets."),
    "unreadable": _(
        "Something that was said could not be read, so it counts as the strictest value, or as the starting value where"
        " that would shut you out."
    ),
    "unverified": _("An unverified parent asked for something looser; that does not count."),
    "needs_parent": _("You chose something looser; a parent has to agree first."),
    "needs_teen": _("A parent allows something looser; it is yours to choose."),
    "other_band": _("You chose something looser when you were in another age group; choose again."),
    "adult": _("You are 18 or over: this is yours alone."),
    "age_unknown": _("Your age is not known, so the youngest age counts."),
    "age_too_low": _("You are younger than the app allows, so its youngest age counts, and nobody can loosen this."),
    "time_zone_unreadable": _("Your time zone could not be read, so these hours are in world time (UTC)."),
}

FOR_PARENTS: Final[Mapping[str, Text]] = {
    "loosest": _("This is as far as it goes at this age; nobody can open it further."),
    "default": _("The starting value at this age; nobody has changed it."),
    "default_kept": _("{teen} keeps what applied before turning 18."),
    "parent_setting": _("{parent} set this."),
    "teen_choice": _("{teen} chose this."),
    "capped_by": _("Another setting keeps this from being wider."),
    "never_below": _("Help and recovery content stays visible whatever anybody sets."),
    "unreadable": _(
        "Something that was said could not be read, so it counts as the strictest value, or as the starting value where"
        " that would shut {teen} out."
    ),
    "unverified": _("{parent} asked for something looser; that counts once the tie is verified."),
    "needs_parent": _("{teen} chose something looser; a parent has to allow it first."),
    "needs_teen": _("A parent allows something looser; {teen} has not chosen it."),
    "other_band": _("{teen} chose something looser in another age group; that does not count any more."),
    "adult": _("{teen} is 18 or over: no parent's setting counts."),
    "age_unknown": _("{teen}'s age is not known, so the youngest age counts."),
    "age_too_low": _("{teen} is younger than the app allows, so its youngest age counts, and nobody can loosen this."),
    "time_zone_unreadable": _("{teen}'s time zone could not be read, so these hours are in world time (UTC)."),
}
NOBODY_ADDED: Final = _("Nobody has added any.")
UNREADABLE_START: Final = _("Something that was said could not be read, so the starting value counts.")
YOU_SET: Final = _("You set this.")
YOU_UNVERIFIED: Final = _("You asked for something looser; that counts once your tie to {teen} is verified.")

# What the control says in the teen's app.
MAY_LOOSEN: Final[Mapping[str, Text]] = {
    "nobody": _("Not available at your age"),
    "nobody_joined": _("You and your parents can add"),
    "parent": _("Ask a parent"),
    "both": _("Ask a parent"),
    "either": _("You can change this"),
    "teen": _("You can change this"),
}

# Who may go from the default towards the loosest, told to a parent.
MAY_LOOSEN_FOR_PARENTS: Final[Mapping[str, Text]] = {
    "nobody": _("Nobody can open this at {teen}'s age"),
    "nobody_joined": _("Parents and {teen} can add"),
    "parent": _("A parent can open this"),
    "both": _("A parent allows, and {teen} chooses"),
    "either": _("A parent or {teen} can open this"),
    "teen": _("{teen} decides; you can limit it"),
}
