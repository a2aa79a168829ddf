"""Values in words: every choice value, times, hours of the week, and what people cannot set yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controls.labels.controls import Text
from controls.policy.catalogue import Control
from controls.policy.values import WEEKDAYS, InvalidValue

VALUES: Final[Mapping[str, Text]] = {
    "off": _("Off"),
    "on": _("On"),
    "private": _("Private"),
    "public": _("Public"),
    "nobody": _("Nobody"),
    "only_me": _("Nobody else"),
    "friends": _("Friends"),
    "followed": _("Friends and people followed"),
    "followers": _("Followers"),
    "everyone": _("Everyone"),
    "friends_of_friends": _("Friends of friends"),
    "friends_with_consent": _("Friends, with consent each time"),
    "hidden": _("Hidden"),
    "shown": _("Shown"),
    "text": _("Text only"),
    "links": _("Text and links"),
    "images": _("Text, links and pictures"),
    "video": _("Text, links, pictures and videos"),
    "block": _("Block"),
    "blur_locked": _("Blur, cannot be turned off"),
    "blur": _("Blur, can be uncovered"),
    "blocked": _("Blocked"),
    "friends_only": _("Only adults who are friends"),
    "allowed": _("Allowed"),
    "all": _("All"),
    "adults_only": _("A parent approves adults"),
    "notify": _("A parent is told"),
    "none": _("No approval"),
    "four_step": _("Four steps"),
    "two_step": _("Two steps"),
    "one_step": _("One step"),
    "strict": _("Strict"),
    "standard": _("Standard"),
    "hold_all": _("Hold every comment"),
    "filtered": _("Filter unkind comments"),
    "limited": _("Limited"),
    "teen": _("For teens"),
    "mature": _("For adults"),
    "safe": _("Safe results only"),
    "block_and_help": _("Block and offer help"),
    "help": _("Offer help"),
    "following": _("Only accounts followed"),
    "non_profiled": _("Without a profile"),
    "personalised": _("Personalised"),
    "teen_safe": _("Only what is safe for teens"),
    "ask_each": _("Ask a parent each time"),
    "ask_parent": _("Ask a parent for more time"),
    "remind": _("Remind"),
    "reduced": _("Shown less"),
    "neutral": _("Shown as usual"),
}

# Where a word means something else than it usually does.
IN_PLACE: Final[Mapping[tuple[str, str], Text]] = {
    ("contact.new_contact_approval", "all"): _("A parent approves everybody"),
    ("content.live_view", "all"): _("All"),
    ("dm.nudity_protection", "off"): _("No protection"),
    ("time.limit_action", "block"): _("Close the app"),
    ("time.bedtime_action", "block"): _("Close the app"),
    ("time.pause", "on"): _("Paused"),
    ("time.pause", "off"): _("Not paused"),
    ("content.search", "on"): _("All results"),
    ("comment.filter", "off"): _("Show at once"),
    ("content.crisis_support", "off"): _("No special answer"),
    ("ai.assistant", "limited"): _("Safe subjects only"),
    ("location.sharing", "off"): _("Never"),
}

DAYS: Final[Mapping[str, Text]] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
SHORT_DAYS: Final[Mapping[str, Text]] = {
    "mon": _("Mon"),
    "tue": _("Tue"),
    "wed": _("Wed"),
    "thu": _("Thu"),
    "fri": _("Fri"),
    "sat": _("Sat"),
    "sun": _("Sun"),
}


# How many digits the smallest part of a currency has, where these are not two.
DIGITS: Final[Mapping[str, int]] = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


# What another release has written, and what counts in its place.
UNREADABLE: Final = _("something that cannot be read here")
COUNTS_AS_STRICTEST: Final = _("cannot be read here, and counts as the strictest value")
COUNTS_AS_START: Final = _("cannot be read here, and counts as the starting value")


def choice_words(key: str, value: str) -> str:
    """Return what one word of a choice is called."""
    return str(IN_PLACE.get((key, value)) or VALUES[value])


def value_words(control: Control, value: Any) -> str:
    """Return a value, as JSON, in words."""
    return WRITERS[control.kind.name](control.key, value)


def stored_words(control: Control, raw: Any) -> str:
    """Return what was stored in words, also where it cannot be read here."""
    value = read_stored(control, raw)
    return str(UNREADABLE) if value is None else value_words(control, value)


def counted_words(control: Control, raw: Any) -> str:
    """Return what a parent has said in words; of what cannot be read here, what counts in its place."""
    value = read_stored(control, raw)
    if value is not None:
        return value_words(control, value)
    return str(COUNTS_AS_START if control.availability else COUNTS_AS_STRICTEST)


def total_words(control: Control, raw: Any) -> str:
    """Return the limit of the one day that a stored value is about in words, also where it cannot be read here."""
    days = read_stored(control, raw)
    return minutes_words(next(iter(days.values()))) if days else str(UNREADABLE)


def read_stored(control: Control, raw: Any) -> Any:
    """Return a stored value as JSON in its normal form; None where it cannot be read here."""
    try:
        return control.kind.dump(control.kind.load(raw))
    except InvalidValue:
        return None


def minutes_words(value: Mapping[str, Any]) -> str:
    """Return a limit of minutes in words."""
    if not value["limited"]:
        return say("No limit")
    hours, minutes = divmod(value["minutes"], 60)
    if not hours:
        return ngettext("{minutes} minute", "{minutes} minutes", minutes).format(minutes=minutes)
    if not minutes:
        return ngettext("{hours} hour", "{hours} hours", hours).format(hours=hours)
    return say("{hours} h {minutes} min").format(hours=hours, minutes=minutes)


def weekday_words(value: Mapping[str, Any]) -> str:
    """Return limits by weekday in words, neighbouring days of one limit together."""
    if not value:
        return say("No limit")
    runs = [(limit, list(days)) for limit, days in groupby((d for d in WEEKDAYS if d in value), key=value.__getitem__)]
    if len(runs) == 1 and len(runs[0][1]) == len(WEEKDAYS):
        return say("{time} every day").format(time=minutes_words(runs[0][0]))
    line = say("{days}: {time}")
    return "; ".join(line.format(days=days_words(days), time=minutes_words(limit)) for limit, days in runs)


def windows_words(value: Mapping[str, Any]) -> str:
    """Return hours of the week in words."""
    if not value["windows"]:
        return say("No hours")
    line = say("{days}, {start} to {end}")
    windows = value["windows"]
    return "; ".join(line.format(days=days_words(w["days"]), start=w["from"], end=w["until"]) for w in windows)


def days_words(days: list[str]) -> str:
    """Return weekdays in words: a run of three or more by its ends."""
    if len(days) == len(WEEKDAYS):
        return say("Every day")
    places = [WEEKDAYS.index(day) for day in days]
    if len(days) > 2 and places == list(range(places[0], places[0] + len(days))):
        return say("{first} to {last}").format(first=SHORT_DAYS[days[0]], last=SHORT_DAYS[days[-1]])
    return ", ".join(str(SHORT_DAYS[day]) for day in days)


def amount_words(value: Mapping[str, Any]) -> str:
    """Return a sum of money in words."""
    if not value["limited"]:
        return say("No limit")
    units = int(value["minor_units"])
    if not units:
        return say("Nothing")
    currency = value["currency"]
    amount = number_format(major_units(units, currency))
    return say("{amount} {currency} a month").format(amount=amount, currency=currency)


def major_units(units: int, currency: str) -> str:
    """Return a sum as people write it: of most currencies a hundredth is the smallest part."""
    digits = DIGITS.get(currency, 2)
    return f"{Decimal(units).scaleb(-digits):.{digits}f}"


def labels_words(value: Mapping[str, int]) -> str:
    """Return severities in words: how many kinds of content are hidden altogether."""
    hidden = sum(1 for severity in value.values() if severity == 0)
    return ngettext(
        "{count} kind of sensitive content hidden, the others by strength",
        "{count} kinds of sensitive content hidden, the others by strength",
        hidden,
    ).format(count=hidden)


def topics_words(value: Mapping[str, Any]) -> str:
    """Return topics in words."""
    if value.get("all"):
        return say("Every topic blocked")
    count = sum(1 for level in value.values() if level != "neutral")
    if not count:
        return say("No topic is reduced or blocked")
    return ngettext("{count} topic reduced or blocked", "{count} topics reduced or blocked", count).format(count=count)


def items_words(value: Mapping[str, Any]) -> str:
    """Return a list of an open world in words."""
    if value["all"]:
        return say("Everything")
    count = len(value["items"])
    return ngettext("{count} entry", "{count} entries", count).format(count=count) if count else say("None")


def moment_words(moment: Any) -> str:
    """Return a moment in words, in the active time zone."""
    return date_format(moment, "DATETIME_FORMAT")


WRITERS: Final[Mapping[str, Callable[[str, Any], str]]] = {
    "choice": choice_words,
    "minutes": lambda _key, value: minutes_words(value),
    "minutes_by_weekday": lambda _key, value: weekday_words(value),
    "amount": lambda _key, value: amount_words(value),
    "windows": lambda _key, value: windows_words(value),
    "severities": lambda _key, value: labels_words(value),
    "topics": lambda _key, value: topics_words(value),
    "words": lambda _key, value: items_words(value),
    "accounts": lambda _key, value: items_words(value),
}
