"""The catalogue: every control, its kind, and what it depends on. Words and widgets are elsewhere, keyed by these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from controls.policy.lists import Accounts, Words
from controls.policy.values import Amount, Choice, Kind, Minutes, MinutesByWeekday, Severities, Topics
from controls.policy.windows import Windows


class UnknownControl(LookupError):
    """There is no such control in the catalogue."""


@dataclass(frozen=True, slots=True)
class Control:
    """A capability that can be governed.

    ``capped_by`` names the control whose enforced value bounds this one, ``capped_for_adults_by`` the one that bounds
    it where the other person is an adult (a matter of decisions). ``availability`` marks what decides whether the app
    can be used at all. What the teen says about a control that is ``teens_alone`` no parent sees, nor that it was said.
    """

    key: str
    group: str
    kind: Kind[Any]
    capped_by: str = ""
    capped_for_adults_by: str = ""
    availability: bool = False
    teens_alone: bool = False


def control(key: str) -> Control:
    """Return the control of a key."""
    try:
        return CATALOGUE[key]
    except KeyError:
        raise UnknownControl(f"unknown control `{key}`") from None


LABELS: Final = (
    "sexual_explicit",
    "nudity_suggestive",
    "violence",
    "gore_disturbing",
    "weapons",
    "self_harm_suicide",
    "eating_body",
    "dangerous_acts",
    "drugs",
    "alcohol_tobacco",
    "gambling",
    "hate",
    "bullying",
    "extremism",
    "profanity",
    "horror_fear",
    "mature_themes",
    "regulated_commerce",
    "crime_illegal_goods",
    "misleading_synthetic",
)

TOPICS: Final = (
    "creative_arts",
    "dance",
    "music",
    "fashion_beauty",
    "food_drinks",
    "sport_fitness",
    "travel",
    "nature_animals",
    "science_technology",
    "learning",
    "gaming",
    "humour",
    "lifestyle",
    "news_politics",
    "dieting_body_image",
    "dating_romance",
    "gambling",
    "alcohol_tobacco",
    "dangerous_challenges",
    "cosmetic_procedures",
    "ai_companions",
    "shopping_hauls",
)

_CONTROLS: Final = (
    Control("account.visibility", "account", Choice("private|public")),
    Control("account.suggest_to_others", "account", Choice("off|on")),
    Control("account.search_engine_index", "account", Choice("off|on")),
    Control("account.findable_by_contacts", "account", Choice("off|on")),
    Control(
        "profile.following_list",
        "profile",
        Choice("only_me|friends|followers|everyone"),
        capped_by="account.visibility",
    ),
    Control("profile.liked_posts", "profile", Choice("only_me|friends|everyone"), capped_by="account.visibility"),
    Control("profile.online_status", "profile", Choice("off|friends|everyone"), capped_by="account.visibility"),
    Control("location.sharing", "location", Choice("off|friends")),
    Control("post.audience", "post", Choice("only_me|friends|followers|everyone"), capped_by="account.visibility"),
    Control("post.audience_prompt", "post", Choice("on|off")),
    Control("post.recommended_to_strangers", "post", Choice("off|on")),
    Control("post.download_by_others", "post", Choice("off|on")),
    Control("post.share_to_story", "post", Choice("off|friends|everyone")),
    Control("post.like_counts", "post", Choice("hidden|shown")),
    Control("dm.who_can_send", "dm", Choice("nobody|friends|followed|everyone"), capped_for_adults_by="contact.adults"),
    Control("dm.media", "dm", Choice("text|links|images|video")),
    Control("dm.requests_from_strangers", "dm", Choice("off|on")),
    Control("dm.nudity_protection", "dm", Choice("block|blur_locked|blur|off")),
    Control("contact.adults", "contact", Choice("blocked|friends_only|allowed")),
    Control("contact.new_contact_approval", "contact", Choice("all|adults_only|notify|none")),
    Control(
        "friend.requests_from",
        "friend",
        Choice("nobody|friends_of_friends|everyone"),
        capped_for_adults_by="contact.adults",
    ),
    Control("friend.handshake", "friend", Choice("four_step|two_step|one_step")),
    Control(
        "group.who_can_add",
        "group",
        Choice("nobody|friends_with_consent|friends|everyone"),
        capped_for_adults_by="contact.adults",
    ),
    Control("call.who", "call", Choice("nobody|friends|everyone"), capped_for_adults_by="contact.adults"),
    Control("mention.who", "mention", Choice("nobody|friends|followed|everyone"), capped_by="account.visibility"),
    Control("words.offensive_filter", "words", Choice("strict|standard|off")),
    Control("accounts.blocked", "accounts", Accounts(200, 128), teens_alone=True),
    Control("comment.who", "comment", Choice("nobody|friends|followers|everyone"), capped_by="account.visibility"),
    Control("comment.write", "comment", Choice("off|on"), availability=True),
    Control("comment.filter", "comment", Choice("hold_all|filtered|off")),
    Control("remix.duet", "remix", Choice("nobody|friends|everyone")),
    Control("remix.stitch", "remix", Choice("nobody|friends|everyone")),
    Control("content.level", "content", Choice("limited|teen|mature")),
    Control("content.restricted_mode", "content", Choice("on|off")),
    Control("content.labels", "content", Severities(LABELS)),
    Control("content.topics", "content", Topics(TOPICS)),
    Control("content.keywords", "content", Words(200, 50), teens_alone=True),
    Control("content.stem_feed", "content", Choice("on|off")),
    Control("content.search", "content", Choice("off|safe|on")),
    Control("content.crisis_support", "content", Choice("block_and_help|help|off")),
    Control("content.feed", "content", Choice("following|non_profiled|personalised")),
    Control("content.autoplay", "content", Choice("off|on")),
    Control("content.short_video_minutes", "content", Minutes(0, 1440)),
    Control("content.live_view", "content", Choice("off|teen_safe|all")),
    Control("content.appearance_effects", "content", Choice("off|on")),
    Control("live.host", "live", Choice("off|on")),
    Control("gift.send", "gift", Choice("off|on")),
    Control("gift.receive", "gift", Choice("off|on")),
    Control("purchase.policy", "purchase", Choice("off|ask_each|on")),
    Control("purchase.monthly_cap", "purchase", Amount()),
    Control("ads.personalised", "ads", Choice("off|on")),
    Control("data.model_training", "data", Choice("off|on")),
    Control("ai.assistant", "ai", Choice("off|limited|on")),
    Control("ai.characters", "ai", Choice("off|on")),
    Control("time.daily_minutes", "time", MinutesByWeekday(0, 1440)),
    Control("time.limit_action", "time", Choice("block|ask_parent|remind")),
    Control("time.away", "time", Windows(), availability=True),
    Control("time.bedtime", "time", Windows()),
    Control("time.bedtime_action", "time", Choice("block|remind")),
    Control("time.pause", "time", Choice("on|off"), availability=True),
    Control("time.break_reminder_minutes", "time", Minutes(5, 240)),
    Control("push.quiet_hours", "push", Windows()),
)

CATALOGUE: Final[Mapping[str, Control]] = MappingProxyType({each.key: each for each in _CONTROLS})
