"""The sections in which pages show the controls: fewer than the catalogue's groups, and in an order for reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy as _

from controls.labels.controls import Text


class Section(NamedTuple):
    """One section: its name, what it is about, and the groups and single controls that it shows."""

    name: Text
    about: Text
    members: tuple[str, ...]


SECTIONS: Final[Mapping[str, Section]] = {
    "time": Section(_("Time and rest"), _("How long, and when not."), ("time", "push")),
    "messages": Section(_("Messages and calls"), _("Who can write, call, and what arrives."), ("dm", "group", "call")),
    "people": Section(
        _("People"), _("Who can get in touch, and how friends are made."), ("contact", "friend", "mention", "accounts")
    ),
    "privacy": Section(
        _("Account and profile"), _("What others see and how they find it."), ("account", "profile", "location")
    ),
    "posts": Section(_("Posts"), _("Who sees posts and what others may do with them."), ("post", "remix")),
    "comments": Section(_("Comments and language"), _("Who comments, and what is filtered."), ("comment", "words")),
    "feed": Section(
        _("Feed and watching"),
        _("How the feed works and how videos play."),
        (
            "content.feed",
            "content.autoplay",
            "content.short_video_minutes",
            "content.live_view",
            "content.appearance_effects",
            "content.stem_feed",
            "content.search",
        ),
    ),
    "content": Section(_("What is shown"), _("Sensitive content, topics and words."), ("content",)),
    "live": Section(_("Going live and gifts"), _("Broadcasts, and gifts that cost money."), ("live", "gift")),
    "money": Section(_("Spending and advertising"), _("Purchases, and advertising."), ("purchase", "ads")),
    "ai": Section(_("AI and data"), _("Assistants, characters, and use of data."), ("ai", "data")),
}


def section_of(key: str) -> str:
    """Return the section that shows a control: one that names it, else the one that names its group.

    Raises LookupError.
    """
    for member in (key, key.partition(".")[0]):
        for name, section in SECTIONS.items():
            if member in section.members:
                return name
    raise LookupError(f"control `{key}` is in no section; expected its group in `SECTIONS`")
