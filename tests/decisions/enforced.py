"""What applies to one person, worked out slowly from the rule as `docs/decision-algorithm.md` has it, in plain tables.

Nothing of the product's code is used: values are texts, numbers and sets; a window is the set of its minutes; the pack
is read from its file. A word is plain JSON:
`{"parent", "verified", "control", "value", "until"}`; a choice has a `band`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Person = dict[str, Any]
EVERYTHING = "everything"
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK = 7 * 24 * 60

PACK: Any = tomllib.loads(
    (Path(__file__).parents[2] / "controls/packs/baseline-2026-11-01.toml").read_text(encoding="utf-8")
)
# From the strictest to the loosest.
CHOICES = {
    "account.visibility": "private public",
    "account.suggest_to_others": "off on",
    "account.findable_by_contacts": "off on",
    "profile.following_list": "only_me friends followers everyone",
    "profile.liked_posts": "only_me friends everyone",
    "profile.online_status": "off friends everyone",
    "location.sharing": "off friends",
    "post.audience": "only_me friends followers everyone",
    "post.recommended_to_strangers": "off on",
    "post.download_by_others": "off on",
    "post.share_to_story": "off friends everyone",
    "dm.who_can_send": "nobody friends followed everyone",
    "dm.media": "text links images video",
    "contact.adults": "blocked friends_only allowed",
    "contact.new_contact_approval": "all adults_only notify none",
    "friend.requests_from": "nobody friends_of_friends everyone",
    "group.who_can_add": "nobody friends_with_consent friends everyone",
    "call.who": "nobody friends everyone",
    "mention.who": "nobody friends followed everyone",
    "comment.who": "nobody friends followers everyone",
    "comment.write": "off on",
    "comment.filter": "hold_all filtered off",
    "remix.duet": "nobody friends everyone",
    "remix.stitch": "nobody friends everyone",
    "content.level": "limited teen mature",
    "content.restricted_mode": "on off",
    "content.search": "off safe on",
    "content.crisis_support": "block_and_help help off",
    "content.live_view": "off teen_safe all",
    "live.host": "off on",
    "gift.send": "off on",
    "gift.receive": "off on",
    "purchase.policy": "off ask_each on",
    "ads.personalised": "off on",
    "data.model_training": "off on",
    "ai.assistant": "off limited on",
    "ai.characters": "off on",
    "time.limit_action": "block ask_parent remind",
    "time.bedtime_action": "block remind",
    "time.pause": "on off",
}
HOURS = {"time.away", "time.bedtime", "push.quiet_hours"}
LISTS = {"accounts.blocked", "content.keywords"}
IN_PARTS = {"content.labels", "content.topics", "time.daily_minutes"}
TOPIC_WAYS = ["blocked", "reduced", "neutral"]
TOPICS = """
    creative_arts dance music fashion_beauty food_drinks sport_fitness travel nature_animals science_technology learning
    gaming humour lifestyle news_politics dieting_body_image dating_romance gambling alcohol_tobacco
    dangerous_challenges cosmetic_procedures ai_companions shopping_hauls
"""
# Here what cannot be read shuts nobody out.
AVAILABLE = {"time.away", "time.pause", "comment.write"}
CAPPED = {
    "profile.following_list",
    "profile.liked_posts",
    "profile.online_status",
    "post.audience",
    "mention.who",
    "comment.who",
}
BANDS = [("13-15", 13), ("16-17", 16), ("18+", 18)]


class Unreadable(Exception):
    """A word that is no value."""


def enforced(person: Person, control: str, at: datetime) -> Any:
    """Return what applies to a person: a word, a number or none for no limit, a set, or a value for each part."""
    if control in IN_PARTS:
        parts = {part: settled(person, control, part, at) for part in parts_of(control)}
        everything = control == "content.topics" and settled(person, control, "*", at) == "blocked"
        return EVERYTHING if everything else parts
    value = settled(person, control, "", at)
    if control in CAPPED:
        caps = PACK["controls"][control]["cap"][age_band(person, at)]
        value = stricter(control, value, caps[enforced(person, "account.visibility", at)])
    return value


def settled(person: Person, control: str, part: str, at: datetime) -> Any:
    """Apply the rule to one control, or to one part of it."""
    band, standing = age_band(person, at), age_standing(person, at)
    default, loosest, may_loosen = by_the_pack(control, part, band, standing)
    settings = [] if band == "18+" else words(person, "settings", control, part, at)
    choices = words(person, "choices", control, part, at)
    counting = [each for each in choices if counts(person, control, part, each, default, at)]
    old = [each for each in choices if each not in counting]
    spoken = together(control, [each["value"] for each in settings if each["verified"]])
    choice = together(control, [each["value"] for each in counting])
    permitted = default if spoken is None else spoken[0]
    starts = {"nobody": default, "parent": permitted, "both": default, "either": permitted, "teen": default}
    allows = {"nobody": default, "parent": permitted, "both": permitted, "either": loosest, "teen": loosest}
    start = starts[may_loosen] if choice is None else choice[0]
    voices = [loosest, allows[may_loosen], start, *(each["value"] for each in [*settings, *old])]
    value = together(control, voices)
    assert value is not None
    least = PACK["never_below"].get(control, {}).get(part)
    return least if least is not None and value[0] < least else value[0]


def together(control: str, values: Iterable[Any]) -> tuple[Any] | None:
    """Return the strictest of some values, none of none."""
    found: tuple[Any] | None = None
    for value in values:
        found = (value,) if found is None else (stricter(control, found[0], value),)
    return found


def counts(person: Person, control: str, part: str, chosen: Any, default: Any, at: datetime) -> bool:
    """Tell whether a choice counts: it is of this band, or no looser than the default, or was in force before 18."""
    if chosen["band"] == age_band(person, at) or is_stricter(control, chosen["value"], default):
        return True
    if age_standing(person, at) == "kept" and chosen["band"] == "16-17":
        before = turns(person, 18) - timedelta(seconds=1)
        return is_stricter(control, chosen["value"], settled(person, control, part, before))
    return False


def by_the_pack(control: str, part: str, band: str, standing: str) -> tuple[Any, Any, str]:
    """Return the default, the loosest value and who may loosen."""
    table = PACK["controls"][control]
    default = plain(control, part, table["default"][band])
    loosest = plain(control, part, table["loosest"][band])
    may_loosen = "teen" if band == "18+" else table["may_loosen"][band]
    if standing == "kept":
        default = stricter(control, plain(control, part, table["default"]["16-17"]), loosest)
    if standing in {"unknown", "too low"}:
        may_loosen = "nobody"
    return default, loosest, may_loosen


# Words


def words(person: Person, whose: str, control: str, part: str, at: datetime) -> list[Any]:
    """Return what is said now; a temporary word stands in for the same person's standing one."""
    said = [each for each in person.get(whose, ()) if each["control"] == control and not has_ended(each, at)]
    found = []
    for each in said:
        same = [other for other in said if other.get("parent") == each.get("parent") and other.get("until")]
        if not each.get("until") and any(mentions(other, control, part, person, at) for other in same):
            continue
        if mentions(each, control, part, person, at):
            found.append({**each, "value": value_of(each, control, part, person, at)})
    return found


def has_ended(said: Any, at: datetime) -> bool:
    """Tell whether a temporary word is over; ends are whole seconds."""
    until = said.get("until")
    return until is not None and until.replace(microsecond=0) <= at


def mentions(said: Any, control: str, part: str, person: Person, at: datetime) -> bool:
    """Tell whether a word is about a part; what cannot be read, or is about everything, is about all of them."""
    try:
        whole = checked(control, said["value"])
    except Unreadable:
        return True
    if control not in IN_PARTS:
        return True
    return whole == EVERYTHING or part in whole


def value_of(said: Any, control: str, part: str, person: Person, at: datetime) -> Any:
    """Return the value of a word about a part."""
    try:
        whole = checked(control, said["value"])
    except Unreadable:
        if control in AVAILABLE:
            return by_the_pack(control, part, age_band(person, at), age_standing(person, at))[0]
        return strictest(control)
    if whole == EVERYTHING and control in IN_PARTS:
        return "blocked"
    return whole[part] if control in IN_PARTS else whole


def plain(control: str, part: str, raw: Any) -> Any:
    """Return what the pack has for a part; topics that it does not name are neutral."""
    whole = checked(control, raw)
    return whole.get(part, "neutral" if control == "content.topics" else None) if control in IN_PARTS else whole


def parts_of(control: str) -> list[str]:
    """Return the names of the parts of a control."""
    if control == "content.labels":
        return list(PACK["controls"][control]["default"]["18+"])
    return TOPICS.split() if control == "content.topics" else DAYS


# Values


def checked(control: str, raw: Any) -> Any:
    """Return the value of JSON in the plain form of this file.

    Raises Unreadable.
    """
    return _checked(control, json.dumps(raw))


@cache
def _checked(control: str, text: str) -> Any:
    raw = json.loads(text)
    if control in CHOICES:
        return one_of(CHOICES[control].split(), raw)
    if control in HOURS:
        return minutes_inside(raw)
    if control in LISTS:
        return items(raw)
    if control == "purchase.monthly_cap":
        return sum_of_money(raw)
    if control == "content.topics" and raw == {"all": True}:
        return EVERYTHING
    if not isinstance(raw, dict) or not set(raw) <= set(parts_of(control)):
        raise Unreadable
    return {part: one_part(control, each) for part, each in raw.items()}


def one_part(control: str, raw: Any) -> Any:
    """Return the value of one part."""
    if control == "content.topics":
        return one_of(TOPIC_WAYS, raw)
    if control == "content.labels":
        return one_of([0, 1, 2, 3, 4], raw)
    if raw == {"limited": False}:
        return None
    if not isinstance(raw, dict) or set(raw) != {"limited", "minutes"} or raw["limited"] is not True:
        raise Unreadable
    return one_of(range(1441), raw["minutes"])


def one_of(values: Iterable[Any], raw: Any) -> Any:
    """Return one of some values; true is no number."""
    if isinstance(raw, bool | float | list | dict) or raw not in list(values):
        raise Unreadable
    return raw


def items(raw: Any) -> Any:
    """Return a list of words or accounts."""
    if raw == {"all": True}:
        return EVERYTHING
    if not isinstance(raw, dict) or not set(raw) <= {"all", "items"} or raw.get("all", False) is not False:
        raise Unreadable
    if not isinstance(raw.get("items"), list) or not all(isinstance(item, str) and item for item in raw["items"]):
        raise Unreadable
    return frozenset(raw["items"])


def sum_of_money(raw: Any) -> Any:
    """Return minor units and their currency, or none for no limit."""
    if raw == {"limited": False}:
        return None
    if not isinstance(raw, dict) or set(raw) != {"limited", "minor_units", "currency"} or raw["limited"] is not True:
        raise Unreadable
    if not re.fullmatch(r"\d{1,12}", str(raw["minor_units"])) or not re.fullmatch("[A-Z]{3}", str(raw["currency"])):
        raise Unreadable
    return (int(raw["minor_units"]), raw["currency"]) if int(raw["minor_units"]) else (0, "XXX")


def minutes_inside(raw: Any) -> frozenset[int]:
    """Return every minute of the week that lies in one of the windows."""
    if not isinstance(raw, dict) or set(raw) != {"windows"} or not isinstance(raw["windows"], list):
        raise Unreadable
    inside: set[int] = set()
    for window in raw["windows"]:
        since, until = (int(text[:2]) * 60 + int(text[3:]) for text in (window["from"], window["until"]))
        length = until - since if until > since else until - since + 24 * 60
        for day in window["days"]:
            start = DAYS.index(day) * 24 * 60 + since
            inside |= {minute % WEEK for minute in range(start, start + length)}
    return frozenset(inside)


def strictest(control: str) -> Any:
    """Return the strictest value of a control, or of one of its parts."""
    if control in CHOICES:
        return CHOICES[control].split()[0]
    if control in HOURS:
        return frozenset(range(WEEK))
    return {"purchase.monthly_cap": (0, "XXX"), "content.topics": "blocked"}.get(
        control, EVERYTHING if control in LISTS else 0
    )


def stricter(control: str, one: Any, other: Any) -> Any:
    """Return what remains when both bind."""
    if control in CHOICES:
        order = CHOICES[control].split()
        return min(one, other, key=order.index)
    if control == "content.topics":
        return min(one, other, key=TOPIC_WAYS.index)
    if control in HOURS:
        return one | other
    if control in LISTS:
        return EVERYTHING if EVERYTHING in (one, other) else one | other
    # No limit gives way.
    if one is None or other is None:
        return other if one is None else one
    if control == "purchase.monthly_cap" and one[1] != other[1]:
        return strictest(control)
    return min(one, other)


def is_stricter(control: str, one: Any, other: Any) -> bool:
    """Tell whether one value is at least as strict as another."""
    return bool(stricter(control, one, other) == one)


# Ages and clocks


def age_band(person: Person, at: datetime) -> str:
    """Return the band of a person; an unknown age, and one that is too low, is the youngest.

    Where an adult's age has to be known better than it is, the band before it counts.
    """
    said = said_age_band(person, at)
    return "16-17" if said == "18+" and person.get("unsure") else said


def said_age_band(person: Person, at: datetime) -> str:
    """Return the band of the age that is said, however well it is known."""
    reached = [name for name, age in BANDS if person.get("born") and turns(person, age) <= at]
    return reached[-1] if reached else BANDS[0][0]


def age_standing(person: Person, at: datetime) -> str:
    """Return what is known of the age, and whether defaults of the youth are kept."""
    if not person.get("born"):
        return "unknown"
    if turns(person, 13) > at:
        return "too low"
    return "kept" if age_band(person, at) == "18+" and person.get("grew_up_here", True) else "known"


def turns(person: Person, age: int) -> datetime:
    """Return the midnight of a birthday where the person lives; who was born on 29 February waits for 1 March."""
    born: date = person["born"]
    leaps = (born.month, born.day) == (2, 29) and (born.year + age) % 4 != 0
    day = date(born.year + age, 3, 1) if leaps else born.replace(year=born.year + age)
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(person["zone"])).astimezone(UTC)


def local_minute(person: Person, at: datetime) -> int:
    """Return the minute of the week that a person's clocks show."""
    local = at.astimezone(ZoneInfo(person["zone"]))
    return local.weekday() * 24 * 60 + local.hour * 60 + local.minute
