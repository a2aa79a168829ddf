"""Words for people about accounts and pairings."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import User

PROOF = {
    "none": _("Not verified: this parent can make settings stricter, never looser."),
    "in_person": _("Verified in person."),
}


def display_name(user: User) -> str:
    """Return the name that pages and mails use."""
    return user.display_name
