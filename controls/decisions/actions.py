"""The one table of actions: what can be asked about, what is told of it, and which checks decide, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from controls.decisions import properties as read
from controls.decisions.checks import (
    ASKED,
    FOLLOWED,
    FOLLOWERS,
    FRIENDS,
    Adults,
    Away,
    Bedtime,
    Blocks,
    Budget,
    Check,
    Finding,
    Near,
    NewContact,
    Requests,
    Silent,
    Value,
    View,
    Who,
)
from controls.decisions.properties import Property, Read, given, one_of
from controls.decisions.things import (
    Author,
    Crisis,
    HiddenWords,
    Labels,
    MonthlyCap,
    OneOf,
    Purchases,
    Restricted,
    Topics,
    UpTo,
)
from controls.decisions.words import Code, Duty, Relationship

Judge: TypeAlias = Callable[[View], Finding | None]


@dataclass(frozen=True)
class Action:
    """What can be asked about.

    ``resource`` is the type of what it is done to; ``other`` says where the account that is acted upon is named: ``id``
    (the resource is that account, or its profile), ``author`` (a property of the resource), or nowhere. ``acts`` are
    the checks of who acts, ``acted_upon`` those of the other; ``rests_on`` is the control that a permission names.
    """

    name: str
    about: str
    resource: str = "feature"
    other: str = ""
    properties: tuple[Property, ...] = ()
    acts: tuple[Check, ...] = ()
    acted_upon: tuple[Check, ...] = ()
    rests_on: str = ""
    always_open: bool = False

    @cached_property
    def judges(self) -> tuple[Judge, ...]:
        """Return what the checks of who acts are asked by."""
        return tuple([check.judge for check in self.acts])

    @cached_property
    def judges_upon(self) -> tuple[Judge, ...]:
        """Return what the checks of the other are asked by."""
        return tuple([check.judge for check in self.acted_upon])

    @cached_property
    def timed(self) -> tuple[Check, ...]:
        """Return the checks of who acts that change by themselves."""
        return tuple([check for check in self.acts if check.timed])

    @cached_property
    def reads(self) -> tuple[tuple[str, str, Read, str], ...]:
        """Return what may be told: name, where it stands, how it is read, and the pointer to it."""
        return tuple([(each.name, each.of, each.read, each.pointer) for each in self.properties])

    @property
    def controls(self) -> frozenset[str]:
        """Return every control that some check reads."""
        return frozenset(key for check in (*self.acts, *self.acted_upon) for key in check.controls)


def read_properties(
    action: Action, properties: Mapping[str, Any] | None, resource: Mapping[str, Any] | None
) -> Mapping[str, Any]:
    """Read what is told of an action, from its own properties and those of its resource; others are ignored.

    Raises Malformed.
    """
    if not action.properties:
        return _NOTHING
    places = {"action": given(properties, "action"), "resource": given(resource, "resource")}
    return {name: read(places[of][name], pointer) for name, of, read, pointer in action.reads if name in places[of]}


_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def choice(name: str, of: str, words: Collection[str], absent: str) -> Property:
    """Return a property that is one of some words."""
    return Property(name, of, " · ".join(f"`{word}`" for word in words), one_of(words), absent)


def who(control: str, *values: str, consent: str = "") -> Who:
    """Return the check of a control whose values name who is near enough."""
    return Who(control, {value: _NEAR[value] for value in values}, consent)


def switch(control: str, between: Mapping[str, Duty] | None = None) -> Value:
    """Return the check of something that is off, on, or between the two with an obligation."""
    return Value(control, {"off": Code.TURNED_OFF, **(between or {}), "on": None})


_NEAR: Final[Mapping[str, Near]] = {
    "nobody": (Code.NOBODY, ()),
    "off": (Code.NOBODY, ()),
    "only_me": (Code.NOBODY, ()),
    "friends": (Code.FRIENDS_ONLY, FRIENDS),
    "friends_with_consent": (Code.FRIENDS_ONLY, FRIENDS),
    "followed": (Code.FOLLOWED_ONLY, FOLLOWED),
    "followers": (Code.FOLLOWERS_ONLY, FOLLOWERS),
    "private": (Code.FOLLOWERS_ONLY, FOLLOWERS),
    "public": None,
    "everyone": None,
}

# What may be told. What is not told counts as what protects most.
TIES = [each.value for each in Relationship if each is not Relationship.PARENT]
TIE = choice("relationship", "resource", TIES, "what we hold, else `none`")._replace(read=read.relationship)
MUTUAL = Property("mutual_friends", "resource", "whole number", read.count, "`0`")
IS_NEW = Property("is_new_contact", "resource", "true or false", read.truth, "`true`")
AUTHOR = Property("author", "resource", "B's id", read.account, "an account of which nothing is known")
TYPES = ("text", "link", "image", "video")
TYPE = choice("content_type", "action", TYPES, "one that only `video` lets through")
LEVELS = ("limited", "teen", "mature")
LEVEL = choice("level", "resource", LEVELS, "`mature`")
AUDIENCES = ("only_me", "friends", "followers", "everyone")
AUDIENCE = choice("audience", "action", AUDIENCES, "`everyone`")
LIST = choice("list", "action", ("following_list", "liked_posts", "online_status"), "every one of them")
LABELS = Property("labels", "resource", "severity by label", read.labels, "refused, unless nothing is hidden")
TOPICS = Property("topics", "resource", "list of topics", read.topics, "`ask_again`, where topics are blocked")
TEXT = Property("text", "resource", "text", read.text, "`ask_again`, where words are hidden")
BY = Property("author", "resource", "an account's id", read.account, "`ask_again`, where accounts are blocked")
QUERY = choice("query_class", "action", ("plain", "crisis"), "`ask_again`")
AMOUNT = Property("amount", "action", "minor units", read.units, "more than any cap")
CURRENCY = Property("currency", "action", "currency", read.currency, "another one than the cap's")
SPENT = Property("spent_this_month", "action", "minor units", read.units, "`keep_within`")
USED = Property("used_minutes", "action", "whole number", read.count, "`limit_minutes`")
PARTNER = choice("with", "action", ("assistant", "character"), "both")

HOURS = (Value("time.pause", {"on": Code.PAUSED, "off": None}), Away(), Bedtime())
BLOCKS = Blocks()
CONTACT = (*HOURS, BLOCKS)
ADULTS = Adults(FRIENDS)
ADULTS_ASKING = Adults(ASKED)
ADULTS_ASKED = Adults(frozenset(Relationship))
DM = who("dm.who_can_send", "nobody", "friends", "followed", "everyone")
CALL = who("call.who", "nobody", "friends", "everyone")
GROUP = who(
    "group.who_can_add", "nobody", "friends_with_consent", "friends", "everyone", consent="friends_with_consent"
)
MENTION = who("mention.who", "nobody", "friends", "followed", "everyone")
COMMENT = who("comment.who", "nobody", "friends", "followers", "everyone")
FILTER = Value("comment.filter", {"hold_all": Duty.HOLD_COMMENT, "filtered": Duty.FILTER_COMMENT, "off": None})
VISIBLE = who("account.visibility", "private", "public")
LISTED = OneOf(
    "list",
    {
        "following_list": who("profile.following_list", "only_me", "friends", "followers", "everyone"),
        "liked_posts": who("profile.liked_posts", "only_me", "friends", "everyone"),
        "online_status": who("profile.online_status", "off", "friends", "everyone"),
    },
)
STRANGERS = Who("post.recommended_to_strangers", {"off": (Code.FOLLOWERS_ONLY, FOLLOWERS), "on": None})
MEDIA = UpTo(
    "dm.media",
    "content_type",
    Code.CONTENT_TYPE,
    {"text": TYPES[:1], "links": TYPES[:2], "images": TYPES[:3], "video": TYPES},
)
REACH = UpTo(
    "post.audience", "audience", Code.AUDIENCE, {word: AUDIENCES[: AUDIENCES.index(word) + 1] for word in AUDIENCES}
)
RATED = UpTo("content.level", "level", Code.LEVEL, {word: LEVELS[: LEVELS.index(word) + 1] for word in LEVELS})
LIVE = UpTo("content.live_view", "level", Code.LEVEL, {"off": (), "teen_safe": LEVELS[:2], "all": LEVELS})
SHOWN = (*HOURS, Author(), Labels(), Restricted(), RATED, HiddenWords())
ITEM = (LABELS, TOPICS, LEVEL, TEXT, BY)
MONEY = (AMOUNT, CURRENCY, SPENT)
ASSISTANT = switch("ai.assistant", {"limited": Duty.LIMITED_ASSISTANT})
CHAT = OneOf("with", {"assistant": ASSISTANT, "character": switch("ai.characters")})
PLACE = switch("location.sharing", {"friends": Duty.FRIENDS_ONLY})


def towards(
    name: str, about: str, upon: tuple[Check, ...], *told: Property, acts: tuple[Check, ...] = (), rests_on: str = ""
) -> Action:
    """Return something that is done to an account."""
    return Action(name, about, "account", "id", (TIE, *told), (*CONTACT, *acts), (BLOCKS, *upon), rests_on)


def on_profile(name: str, about: str, upon: tuple[Check, ...], *told: Property) -> Action:
    """Return something that is done to a profile."""
    return Action(name, about, "profile", "id", (TIE, *told), CONTACT, (BLOCKS, *upon))


def on_post(name: str, about: str, upon: tuple[Check, ...], acts: tuple[Check, ...] = (), rests_on: str = "") -> Action:
    """Return something that is done to what somebody has posted."""
    return Action(
        name, about, "content", "author", (TIE, AUTHOR), (*CONTACT, *acts), (BLOCKS, VISIBLE, *upon), rests_on
    )


def alone(name: str, about: str, *acts: Check, told: tuple[Property, ...] = (), rests_on: str = "") -> Action:
    """Return an act that concerns nobody else, or something that is done with what a person does."""
    return Action(name, about, properties=told, acts=acts, rests_on=rests_on or acts[-1].controls[0])


_ACTIONS: Final = (
    towards(
        "message.send",
        "write a direct message to B",
        (DM, MEDIA, ADULTS, NewContact(), Silent()),
        *(TYPE, IS_NEW),
        acts=(DM, MEDIA, ADULTS, NewContact()),
        rests_on="dm.who_can_send",
    ),
    towards(
        "friend.request",
        "ask B to be friends",
        (Requests(), ADULTS_ASKING),
        MUTUAL,
        acts=(ADULTS_ASKED,),
        rests_on="contact.adults",
    ),
    towards(
        "friend.accept",
        "accept that B asked to be friends",
        (ADULTS_ASKED,),
        MUTUAL,
        acts=(Requests(), ADULTS_ASKING),
        rests_on="friend.requests_from",
    ),
    towards("group.add", "put B into a group", (GROUP, ADULTS), acts=(ADULTS,), rests_on="contact.adults"),
    towards("call.start", "call B", (CALL, ADULTS), acts=(CALL, ADULTS), rests_on="call.who"),
    towards("mention.create", "mention B", (MENTION, ADULTS), acts=(ADULTS,), rests_on="contact.adults"),
    on_post("comment.create", "comment on a post of B", (COMMENT, FILTER), (switch("comment.write"),), "comment.write"),
    on_profile("profile.view", "open the profile of B", (VISIBLE,)),
    on_profile("profile.list.view", "see whom B follows, what B liked, or whether B is there", (VISIBLE, LISTED), LIST),
    towards("account.suggest", "be shown B as somebody to follow", (switch("account.suggest_to_others"),)),
    towards("account.find", "find B by an address or a number", (switch("account.findable_by_contacts"),)),
    alone("post.publish", "post something", *HOURS, REACH, told=(AUDIENCE,)),
    on_post("post.recommend", "be shown a post of B unasked", (STRANGERS,)),
    on_post("post.download", "save a post of B", (switch("post.download_by_others"),)),
    on_post("post.share", "share a post of B", (who("post.share_to_story", "off", "friends", "everyone"),)),
    on_post("remix.duet", "make a duet with a post of B", (who("remix.duet", "nobody", "friends", "everyone"),)),
    on_post("remix.stitch", "use a part of a post of B", (who("remix.stitch", "nobody", "friends", "everyone"),)),
    Action("content.view", "look at something", "content", "", ITEM, (*SHOWN, Topics()), (), "content.labels"),
    Action(
        "content.recommend",
        "be shown something unasked",
        "content",
        properties=ITEM,
        acts=(*SHOWN, Topics(reduces=True)),
        rests_on="content.labels",
    ),
    alone(
        "search.run",
        "search",
        *(*HOURS, switch("content.search", {"safe": Duty.SAFE_SEARCH}), Crisis()),
        told=(QUERY,),
        rests_on="content.search",
    ),
    alone("live.host", "host a live video", *HOURS, switch("live.host")),
    alone("live.view", "watch a live video", *HOURS, LIVE, told=(LEVEL,)),
    alone(
        "gift.send",
        "send a gift that costs money",
        *(*HOURS, switch("gift.send"), MonthlyCap()),
        told=MONEY,
        rests_on="gift.send",
    ),
    alone("gift.receive", "receive a gift that costs money", *HOURS, switch("gift.receive")),
    alone(
        "purchase.create",
        "buy something",
        *(*HOURS, Purchases(), MonthlyCap()),
        told=MONEY,
        rests_on="purchase.policy",
    ),
    alone("ads.personalise", "choose advertisements by what the person does", switch("ads.personalised")),
    alone("data.train", "train models with what the person makes", switch("data.model_training")),
    alone("ai.chat", "talk to an assistant or to an invented character", *HOURS, CHAT, told=(PARTNER,)),
    alone("location.share", "share where the person is", *HOURS, PLACE),
    alone("app.use", "open or go on using the app", *HOURS[:2], Bedtime(reminds=True), Budget(), told=(USED,)),
    alone("notification.deliver", "notify the person", Silent(*HOURS)),
    Action("help.open", "open helplines and guidance", always_open=True),
    Action("report.create", "report something or somebody", always_open=True),
)

ACTIONS: Final[Mapping[str, Action]] = MappingProxyType({action.name: action for action in _ACTIONS})
