"""The second way: what applies and what is decided, slowly and in plain tables, with nothing of the product's code.

Written from the product's description and `docs/decisions.md`. People and questions are plain JSON; the numbers are
read from the pack's file. `enforced.py` works out what applies to one person, this file what is decided.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from tests.core.written import is_found
from tests.decisions.either import (
    Side,
    an_adult,
    asked_by,
    inside,
    is_known,
    is_supervised,
    keeps_away,
    may_be_adult,
    media,
    somebody_new,
    too_far,
)
from tests.decisions.enforced import Person, age_band, enforced, local_minute

Reasons = frozenset[tuple[str, str]]

HELP = {"help.open", "report.create"}
NOT_AN_ACT = {"ads.personalise", "data.train", "notification.deliver"}
FEATURES = {"live.host", "live.view", "gift.send", "gift.receive", "purchase.create", "ads.personalise", "data.train"}
ALONE = {"post.publish", "content.view", "content.recommend", "search.run", "ai.chat", "location.share", "app.use"}
ALONE |= FEATURES | {"notification.deliver"}
LEVELS = ["limited", "teen", "mature"]
AUDIENCES = ["only_me", "friends", "followers", "everyone"]
ALL_LABELS_SHOWN = 4
FOR_ADULTS_STRONG = 3

# Of whom it is asked who is near enough: the control of B.
WHO_OF_B = {
    "message.send": "dm.who_can_send",
    "group.add": "group.who_can_add",
    "call.start": "call.who",
    "mention.create": "mention.who",
    "comment.create": "comment.who",
    "post.share": "post.share_to_story",
    "remix.duet": "remix.duet",
    "remix.stitch": "remix.stitch",
}
WHO_OF_A = {"message.send": "dm.who_can_send", "call.start": "call.who"}
ON_OF_B = {
    "account.suggest": "account.suggest_to_others",
    "account.find": "account.findable_by_contacts",
    "post.download": "post.download_by_others",
}
ON_OF_A = {
    "live.host": "live.host",
    "gift.send": "gift.send",
    "gift.receive": "gift.receive",
    "ads.personalise": "ads.personalised",
    "data.train": "data.model_training",
    "comment.create": "comment.write",
}
ON_POSTS = {"comment.create", "post.recommend", "post.download", "post.share", "remix.duet", "remix.stitch"}
LISTS = ["following_list", "liked_posts", "online_status"]
WITH_ADULTS = {"message.send", "friend.request", "friend.accept", "group.add", "call.start", "mention.create"}


class Answer(NamedTuple):
    """What is decided: the outcome, the codes with their controls, and the obligations in a comparable form."""

    outcome: str
    reasons: Reasons
    obligations: frozenset[str]


def decided(question: Any, at: datetime) -> Answer:
    """Decide a question at a moment."""
    action, me, other = question["action"], question["me"], question.get("other")
    if action in HELP:
        return Answer("allow", frozenset({("always_open", "")}), frozenset())
    if action not in ALONE and question.get("relationship") == "parent":
        return Answer("allow", frozenset({("paired_parent", "")}), frozenset())
    if me.get("bars"):
        return Answer("deny", frozenset((bar, "") for bar in me["bars"]), frozenset())
    if action in ALONE:
        return answer(action, of_who_acts(question, at), [])
    if is_known(me):
        return of_two(question, at)
    return of_a_stranger(question, other, at)


def of_a_stranger(question: Any, other: Person | None, at: datetime) -> Answer:
    """Decide for an account of which nothing is known."""
    outcome = "deny"
    if not is_known(other):
        blocked = question.get("relationship") == "blocked"
        outcome = "allow" if question["unenrolled_allowed"] and not blocked else "deny"
    elif other and age_band(other, at) == "18+":
        both = of_two(question, at)
        if both.outcome == "allow":
            return both
    return Answer(outcome, frozenset({("unenrolled", "")}), frozenset())


def of_two(question: Any, at: datetime) -> Answer:
    """Decide what concerns two people: who acts first, and nothing is told of the other."""
    acts = of_who_acts(question, at)
    if acts.refused:
        return answer(question["action"], acts, [])
    other, refused_by_other = (
        question.get("other"),
        Answer("deny", frozenset({("recipient_settings", "")}), frozenset()),
    )
    # Where nothing at all is known of the other, every value is the strictest, and that lets nobody through.
    if other is None or other.get("bars") or question.get("relationship") == "blocked":
        return refused_by_other
    upon = of_who_is_acted_upon(question, at)
    if upon.refused or upon.asked:
        return refused_by_other
    return answer(question["action"], acts, upon.obliged)


def answer(action: str, side: Side, obliged: list[str]) -> Answer:
    """Return what one side's words and the other's obligations come to."""
    if side.refused:
        shows_help = ("crisis", "content.crisis_support") in side.refused
        return Answer("deny", frozenset(side.refused), frozenset({"show_help {}"} if shows_help else ()))
    if side.asked:
        return Answer("ask", frozenset(side.asked), frozenset())
    rests = RESTS_ON.get(action)
    why = ("allowed", rests) if rests else ("recipient_settings", "")
    return Answer("allow", frozenset({why}), frozenset([*side.obliged, *obliged]))


def of_who_acts(question: Any, at: datetime) -> Side:
    """Ask every question to the values of A."""
    action, me, told = question["action"], question["me"], question["told"]
    side = Side([], [], [])
    for ask in (
        hours,
        blocks_of_a,
        switches_of_a,
        distance_of_a,
        contact_of_a,
        content,
        topics,
        money,
        features,
        budget,
    ):
        ask(side, action, me, question, told, at)
    return side


# What A's values say


def hours(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """The app may be closed."""
    paused = enforced(me, "time.pause", at) == "on"
    away = inside(me, "time.away", at)
    in_bed, at_bedtime = inside(me, "time.bedtime", at), enforced(me, "time.bedtime_action", at)
    if action == "notification.deliver":
        if paused or away or (in_bed and at_bedtime == "block") or inside(me, "push.quiet_hours", at):
            side.obliged.append("deliver_silently {}")
        return
    if action in NOT_AN_ACT:
        return
    if paused:
        side.refused.append(("paused", "time.pause"))
    if away:
        side.refused.append(("time_away", "time.away"))
    if in_bed and at_bedtime == "block":
        side.refused.append(("bedtime", "time.bedtime"))
    if in_bed and at_bedtime == "remind" and action == "app.use":
        side.obliged.append(obliged("remind", about="bedtime"))


def budget(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """The minutes of today."""
    if action != "app.use":
        return
    day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][local_minute(me, at) // 1440]
    minutes = enforced(me, "time.daily_minutes", at)[day]
    if minutes is None:
        return
    way = enforced(me, "time.limit_action", at)
    if way == "ask_parent" and not is_supervised(me):
        way = "remind"
    if "used_minutes" not in told:
        side.obliged.append(obliged("limit_minutes", minutes=minutes, action=way))
    elif told["used_minutes"] >= minutes:
        why = ("time_used_up", "time.daily_minutes")
        if way == "block":
            side.refused.append(why)
        elif way == "ask_parent":
            side.asked.append(why)
        else:
            side.obliged.append(obliged("remind", about="time_used_up"))


def blocks_of_a(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """A keeps accounts away."""
    listed = enforced(me, "accounts.blocked", at)
    if action not in ALONE and keeps_away(listed, question["other_id"]):
        side.refused.append(("account_blocked", "accounts.blocked"))
    if action in {"content.view", "content.recommend"}:
        if listed == "everything" or told.get("author") in listed:
            side.refused.append(("account_blocked", "accounts.blocked"))
        elif listed and "author" not in told:
            side.obliged.append(obliged("ask_again", **{"with": "author"}))


def switches_of_a(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """Something is on or off for A."""
    if action in ON_OF_A and enforced(me, ON_OF_A[action], at) == "off":
        side.refused.append(("turned_off", ON_OF_A[action]))


def distance_of_a(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """A's own value bounds with whom A talks, and who may become a friend."""
    if action in WHO_OF_A:
        too_far(side, "A", enforced(me, WHO_OF_A[action], at), WHO_OF_A[action], tie_for_a(question))
    if action == "friend.accept":
        asked_by(side, me, tie_for_a(question) in {"follows", "friend"}, told, at)
    if action == "message.send":
        media(side, me, told, at)


def contact_of_a(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """B may be an adult, and somebody new."""
    if action in WITH_ADULTS and may_be_adult(question.get("other"), at):
        near = {
            "friend.request": True,
            "friend.accept": tie_for_a(question) in {"follows", "friend"},
        }.get(action, tie_for_a(question) == "friend")
        an_adult(side, me, near=near, at=at)
    if action == "message.send":
        somebody_new(side, me, question.get("other"), told, at)


def content(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """Labels, level, restricted mode and hidden words."""
    if action not in {"content.view", "content.recommend"}:
        return
    shown, labels = enforced(me, "content.labels", at), told.get("labels")
    level = told.get("level", "mature")
    if labels is None:
        if min(shown.values()) < ALL_LABELS_SHOWN:
            side.refused.append(("not_labelled", "content.labels"))
    else:
        for label, severity in labels.items():
            if label not in shown:
                side.refused.append(("label_unknown", "content.labels"))
                break
            if severity > shown[label]:
                side.refused.append(("label", "content.labels"))
                break
    if enforced(me, "content.restricted_mode", at) == "on":
        strong = labels is None or any(severity >= FOR_ADULTS_STRONG for severity in labels.values())
        if strong or level == "mature":
            side.refused.append(("restricted_mode", "content.restricted_mode"))
    if LEVELS.index(level) > LEVELS.index(enforced(me, "content.level", at)):
        side.refused.append(("level", "content.level"))
    hidden = enforced(me, "content.keywords", at)
    if hidden == "everything" or (hidden and "text" in told and is_found(hidden, told["text"])):
        side.refused.append(("hidden_word", "content.keywords"))
    elif hidden and "text" not in told:
        side.obliged.append(obliged("ask_again", **{"with": "text"}))


def topics(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """Topics are blocked, or reduced where nobody asked for the thing."""
    if action not in {"content.view", "content.recommend"}:
        return
    ways, given = enforced(me, "content.topics", at), told.get("topics")
    if ways == "everything" or (given is not None and any(ways.get(topic) == "blocked" for topic in given)):
        side.refused.append(("topic", "content.topics"))
        return
    minded = {"blocked"} | ({"reduced"} if action == "content.recommend" else set())
    if given is None:
        if minded & set(ways.values()):
            side.obliged.append(obliged("ask_again", **{"with": "topics"}))
    elif action == "content.recommend":
        reduced = sorted({topic for topic in given if ways.get(topic) == "reduced"})
        if reduced:
            side.obliged.append(obliged("reduce", topics=reduced))


def money(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """What costs money."""
    if action == "purchase.create":
        policy = enforced(me, "purchase.policy", at)
        if policy == "off":
            side.refused.append(("turned_off", "purchase.policy"))
        elif policy == "ask_each":
            (side.asked if is_supervised(me) else side.refused).append(("ask_each_time", "purchase.policy"))
    if action in {"purchase.create", "gift.send"}:
        cap = enforced(me, "purchase.monthly_cap", at)
        if cap is None:
            return
        units, currency = cap
        if (
            told.get("currency") != currency
            or "amount" not in told
            or (told["amount"] + told.get("spent_this_month", 0) > units)
        ):
            side.refused.append(("monthly_cap", "purchase.monthly_cap"))
        elif "spent_this_month" not in told:
            side.obliged.append(obliged("keep_within", minor_units=str(units), currency=currency))


def features(side: Side, action: str, me: Person, question: Any, told: Any, at: datetime) -> None:
    """Posting, searching, live videos, assistants and places."""
    if action == "post.publish":
        widest = AUDIENCES.index(enforced(me, "post.audience", at))
        if AUDIENCES.index(told.get("audience", "everyone")) > widest:
            side.refused.append(("audience", "post.audience"))
    if action == "live.view":
        live = enforced(me, "content.live_view", at)
        if live == "off":
            side.refused.append(("turned_off", "content.live_view"))
        elif live == "teen_safe" and told.get("level", "mature") == "mature":
            side.refused.append(("level", "content.live_view"))
    if action == "location.share":
        between(side, me, "location.sharing", "friends", "friends_only {}", at)
    if action == "search.run":
        between(side, me, "content.search", "safe", "safe_search {}", at)
        crisis(side, me, told.get("query_class"), at)
    if action == "ai.chat":
        character = told.get("with") != "assistant" and enforced(me, "ai.characters", at) == "off"
        if told.get("with") != "character":
            talk = Side([], [], [])
            between(talk, me, "ai.assistant", "limited", "limited_assistant {}", at)
            # Where it is not told which, one reason is enough.
            side.refused.extend(talk.refused)
            character = character and not talk.refused
            side.obliged.extend(talk.obliged)
        if character:
            side.refused.append(("turned_off", "ai.characters"))


def crisis(side: Side, me: Person, query_class: str | None, at: datetime) -> None:
    """Help comes first."""
    support = enforced(me, "content.crisis_support", at)
    if support == "off" or query_class == "plain":
        return
    if query_class is None:
        side.obliged.append(obliged("ask_again", **{"with": "query_class"}))
    elif support == "block_and_help":
        side.refused.append(("crisis", "content.crisis_support"))
    else:
        side.obliged.append("show_help {}")


def between(side: Side, me: Person, control: str, limited: str, obliges: str, at: datetime) -> None:
    """Something is on, off, or between."""
    value = enforced(me, control, at)
    if value == "off":
        side.refused.append(("turned_off", control))
    elif value == limited:
        side.obliged.append(obliges)


# What B's values say


def of_who_is_acted_upon(question: Any, at: datetime) -> Side:
    """Ask every question to the values of B."""
    action, other, told = question["action"], question["other"], question["told"]
    tie = question.get("relationship") or "none"
    side = Side([], [], [])
    if keeps_away(enforced(other, "accounts.blocked", at), question["my_id"]):
        side.refused.append(("account_blocked", "accounts.blocked"))
    if action in WHO_OF_B:
        value = enforced(other, WHO_OF_B[action], at)
        too_far(side, "B", value, WHO_OF_B[action], tie)
        if value == "friends_with_consent":
            side.obliged.append("ask_consent {}")
    if action in ON_OF_B and enforced(other, ON_OF_B[action], at) == "off":
        side.refused.append(("turned_off", ON_OF_B[action]))
    if action in {"profile.view", "profile.list.view"} | ON_POSTS:
        too_far(side, "B", enforced(other, "account.visibility", at), "account.visibility", tie)
    if action == "profile.list.view":
        for name in [told["list"]] if "list" in told else LISTS:
            too_far(side, "B", enforced(other, f"profile.{name}", at), f"profile.{name}", tie)
    if action == "post.recommend" and enforced(other, "post.recommended_to_strangers", at) == "off":
        too_far(side, "B", "private", "post.recommended_to_strangers", tie)
    if action == "friend.request":
        asked_by(side, other, tie in {"followed_by", "friend"}, told, at)
    contact_of_b(side, question, at)
    return side


def contact_of_b(side: Side, question: Any, at: datetime) -> None:
    """What B is asked of contact, messages and comments."""
    action, other, told = question["action"], question["other"], question["told"]
    tie = question.get("relationship") or "none"
    if action in WITH_ADULTS and may_be_adult(question["me"], at):
        near = {"friend.accept": True, "friend.request": tie in {"followed_by", "friend"}}.get(action, tie == "friend")
        an_adult(side, other, near=near, at=at)
    if action == "message.send":
        media(side, other, told, at)
        somebody_new(side, other, question["me"], told, at)
        if inside(other, "push.quiet_hours", at):
            side.obliged.append("deliver_silently {}")
    if action == "comment.create":
        looked_at = {"hold_all": ["hold_comment {}"], "filtered": ["filter_comment {}"], "off": []}
        side.obliged.extend(looked_at[enforced(other, "comment.filter", at)])


def tie_for_a(question: Any) -> str:
    """Return the relationship as A's own values are asked with it: a block looks like a tie that was ended."""
    tie = question.get("relationship") or "none"
    return "none" if tie == "blocked" else tie


def obliged(kind: str, **properties: Any) -> str:
    """Return an obligation in a comparable form."""
    return f"{kind} {dict(sorted(properties.items()))}"


RESTS_ON = {
    "message.send": "dm.who_can_send",
    "friend.request": "contact.adults",
    "friend.accept": "friend.requests_from",
    "group.add": "contact.adults",
    "call.start": "call.who",
    "mention.create": "contact.adults",
    "comment.create": "comment.write",
    "post.publish": "post.audience",
    "content.view": "content.labels",
    "content.recommend": "content.labels",
    "search.run": "content.search",
    "live.host": "live.host",
    "live.view": "content.live_view",
    "gift.send": "gift.send",
    "gift.receive": "gift.receive",
    "purchase.create": "purchase.policy",
    "ads.personalise": "ads.personalised",
    "data.train": "data.model_training",
    "ai.chat": "ai.assistant",
    "location.share": "location.sharing",
    "app.use": "time.daily_minutes",
    "notification.deliver": "push.quiet_hours",
}
