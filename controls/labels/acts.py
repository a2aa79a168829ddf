"""The actions of decisions in words, what may be told of each, and the questions that families ask most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from controls.labels.controls import Text

ACTS: Final[Mapping[str, Text]] = {
    "message.send": _("Write a direct message"),
    "friend.request": _("Ask somebody to be friends"),
    "friend.accept": _("Accept somebody as a friend"),
    "group.add": _("Add somebody to a group"),
    "call.start": _("Call somebody"),
    "mention.create": _("Mention somebody"),
    "comment.create": _("Comment on somebody's post"),
    "profile.view": _("Open somebody's profile"),
    "profile.list.view": _("See whom somebody follows, what they like or whether they are there"),
    "account.suggest": _("Have somebody suggested"),
    "account.find": _("Find somebody by number or address"),
    "post.publish": _("Post something"),
    "post.recommend": _("Have somebody's post recommended"),
    "post.download": _("Save somebody's post"),
    "post.share": _("Share somebody's post"),
    "remix.duet": _("Make a duet with somebody's post"),
    "remix.stitch": _("Use a part of somebody's post"),
    "content.view": _("Look at something"),
    "content.recommend": _("Have something recommended"),
    "search.run": _("Search for something"),
    "live.host": _("Host a live video"),
    "live.view": _("Watch a live video"),
    "gift.send": _("Send a gift that costs money"),
    "gift.receive": _("Receive a gift that costs money"),
    "purchase.create": _("Buy something"),
    "ads.personalise": _("Get personalised advertisements"),
    "data.train": _("Have posts used to train models"),
    "ai.chat": _("Talk to an assistant or an invented character"),
    "location.share": _("Share a location"),
    "app.use": _("Use the app"),
    "notification.deliver": _("Get a notification"),
    "help.open": _("Open helplines and guidance"),
    "report.create": _("Report something or somebody"),
}

TIES: Final[Mapping[str, Text]] = {
    "none": _("They do not know each other here"),
    "follows": _("Your teen follows the other person"),
    "followed_by": _("The other person follows your teen"),
    "friend": _("They are friends"),
    "blocked": _("One of them blocks the other"),
    "parent": _("The other person is a paired parent"),
}

# What may be told of a question, as a form asks it; the page tells the currency and no account.
TOLD: Final[Mapping[str, Text]] = {
    "relationship": _("How they are tied"),
    "mutual_friends": _("Friends in common"),
    "is_new_contact": _("A new contact?"),
    "content_type": _("What the message carries"),
    "audience": _("For whom"),
    "list": _("Which list"),
    "labels": _("Sensitive content"),
    "topics": _("Topic"),
    "level": _("Rated"),
    "text": _("Text in it"),
    "query_class": _("Kind of search"),
    "amount": _("Price"),
    "spent_this_month": _("Spent this month already"),
    "used_minutes": _("Minutes used today"),
    "with": _("With whom"),
}

# The words that these may be.
OPTIONS: Final[Mapping[str, Mapping[str, Text]]] = {
    "relationship": TIES,
    "content_type": {"text": _("Text"), "link": _("A link"), "image": _("A picture"), "video": _("A video")},
    "audience": {
        "only_me": _("Nobody else"),
        "friends": _("Friends"),
        "followers": _("Followers"),
        "everyone": _("Everyone"),
    },
    "list": {
        "following_list": _("Whom somebody follows"),
        "liked_posts": _("What somebody likes"),
        "online_status": _("Whether somebody is there"),
    },
    "level": {
        "limited": pgettext_lazy("rated", "For everybody"),
        "teen": pgettext_lazy("rated", "For teens"),
        "mature": pgettext_lazy("rated", "For adults"),
    },
    "query_class": {"plain": _("An ordinary search"), "crisis": _("A search in a crisis")},
    "with": {"assistant": _("An assistant"), "character": _("An invented character")},
    "is_new_contact": {"true": _("Yes"), "false": _("No")},
}

# What is asked before a setting is saved, so that a parent sees which answers change: each a whole question.
QUESTIONS: Final[Mapping[str, Text]] = {
    "message_friend": _("May your teen write to a friend of the same age?"),
    "message_adult": _("May your teen write to an adult who is a friend?"),
    "picture_friend": _("May your teen send a picture to a friend of the same age?"),
    "call_friend": _("May your teen call a friend of the same age?"),
    "call_adult": _("May your teen call an adult who is a friend?"),
    "befriend_adult": _("May your teen accept an adult as a friend?"),
    "comment_friend": _("May your teen comment on a friend's post?"),
    "post_everyone": _("May your teen post for everyone?"),
    "watch_rated": _("May your teen watch a live video that is for adults?"),
    "host_live": _("May your teen host a live video?"),
    "buy": _("May your teen buy something?"),
    "gift": _("May your teen send a gift that costs money?"),
    "chat_character": _("May your teen talk to an invented character?"),
    "share_location": _("May your teen share a location?"),
    "search": _("May your teen search?"),
    "use_at_noon": _("May your teen use the app at noon?"),
    "use_late": _("May your teen use the app at 23:00?"),
    "personalised": _("May advertisements go by what your teen does?"),
}
ANSWERS: Final[Mapping[str, Text]] = {
    "allow": pgettext_lazy("answer", "Yes"),
    "ask": pgettext_lazy("answer", "After a parent's yes"),
    "deny": pgettext_lazy("answer", "No"),
}
