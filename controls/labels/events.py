"""What happened, in words: every kind of event as a sentence with its actor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from controls.labels.controls import Text

EVENTS: Final[Mapping[str, Text]] = {
    "account.registered": _("{actor} registered the account."),
    "account.changed": _("{actor} changed the account's details."),
    "account.age_band_changed": _("{teen} passed into another age group."),
    "pairing.started": _("{actor} started to pair."),
    "pairing.claimed": _("{actor} entered the pairing code."),
    "pairing.activated": _("{actor} confirmed the pairing."),
    "pairing.verified": _("{actor} verified the parent's tie."),
    "pairing.declined": _("{actor} declined the pairing."),
    "pairing.cancelled": _("{actor} took the pairing code back."),
    "pairing.expired": _("The pairing code expired."),
    "pairing.ending": _("{actor} asked to end the pairing."),
    "pairing.ended": _("{actor} ended the pairing."),
    "settings.changed": _("{actor} changed settings."),
    "own_lists.changed": _("{actor} changed a list of their own."),
    "follow.asked": _("A request to follow was made."),
    "follow.accepted": _("A request to follow was accepted."),
    "follow.refused": _("A request to follow was refused."),
    "follow.withdrawn": _("A request to follow was taken back."),
    "follow.removed": _("A follow was ended."),
    "block.added": _("An account was blocked."),
    "block.removed": _("A block was taken back."),
    "block.received": _("Another account blocked this one."),
    "block.lifted": _("Another account took its block back."),
    "device.registered": _("A device was added."),
    "device.rotated": _("A device was given a new key."),
    "device.revoked": _("A device was removed."),
    "request.created": _("{actor} asked a parent for something."),
    "request.approved": _("{actor} approved a request."),
    "request.refused": _("{actor} refused a request."),
    "request.cancelled": _("{actor} took a request back."),
    "request.expired": _("A request ended without an answer."),
    "change.announced": _("What changes next was announced."),
    "change.enacted": _("What was due has changed."),
    "pack.proposed": _("{actor} proposed a version of the policy."),
    "pack.approved": _("{actor} approved a version of the policy."),
    "pack.released": _("{actor} released a version of the policy."),
    "staff.viewed": _("{actor} looked at this family to help."),
}
EVENT_OTHERWISE: Final = _("{actor}: {kind}")

ACTORS: Final[Mapping[str, Text]] = {
    "parent": _("A parent"),
    "teen": _("The teen"),
    "staff": _("Support"),
    "system": _("The service"),
}
# Who reads is the actor. A translation may need its own word for each side.
YOU: Final = pgettext_lazy("to a parent", "You")
YOU_TO_TEENS: Final = pgettext_lazy("to a teen", "You")

SAID: Final = _("{actor} set “{control}” to {value}.")
SAID_UNTIL: Final = _("{actor} set “{control}” to {value} until {until}.")
TOOK_BACK: Final = _("{actor} took back the setting for “{control}”.")


def event_words(kind: str, **names: str) -> str:
    """Return one event as a sentence."""
    return str(EVENTS.get(kind, EVENT_OTHERWISE)).format(kind=kind, **names)
