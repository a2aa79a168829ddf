"""Briefs: what decisions read of one account, small enough to be kept for everybody."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from controls.decisions.words import Code
from controls.policy.bands import zone_of
from controls.policy.catalogue import CATALOGUE
from controls.policy.reasons import Because, By
from controls.policy.resolve import Resolution
from controls.policy.values import ALL, NO_LIMIT, WEEKDAYS, Choice, InvalidValue, Json, Kind
from controls.policy.windows import WEEK, Week


class Bar(NamedTuple):
    """Why an account itself may not be used, and the laws that say so."""

    code: Code
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """What decisions read of one account at a moment.

    ``known`` is false where nothing is known of it; then its values are the most protective ones. ``supervised`` tells
    whether a parent is paired who could answer. ``grounds`` has the first reason of each value: whose word, which rule.
    ``said_adult`` tells that an adult's age is said and not known well enough: so towards others alone one is adult.
    """

    band: str
    adult: bool
    known: bool
    values: Mapping[str, Any]
    grounds: Mapping[str, tuple[str, str]]
    bars: tuple[Bar, ...] = ()
    version: str = ""
    valid_until: int | None = None
    supervised: bool = True
    said_adult: bool = False

    @property
    def is_grown(self) -> bool:
        """Tell whether others must take the person for an adult: one of whom nothing is known may be one."""
        return self.adult or self.said_adult or not self.known


# Controls that no decision reads, and who obeys them; every other one is read by some action of the table.
ELSEWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account.search_engine_index": "The platform's own pages tell search engines, long before anybody looks.",
        "post.audience_prompt": "The app asks for an audience before the first post; `post.publish` then judges it.",
        "post.like_counts": "The app shows or hides a number.",
        "dm.requests_from_strangers": "Which inbox a message lands in that `message.send` let through is the app's.",
        "dm.nudity_protection": "The app looks at the picture where it is shown, and nobody else does.",
        "friend.handshake": "It says which ties make a friend; decisions read the relationship that comes of it.",
        "words.offensive_filter": "The app filters words where they are read.",
        "content.stem_feed": "A feed of its own that the app offers or does not.",
        "content.feed": "How the platform puts a feed together; each item is then judged by `content.recommend`.",
        "content.autoplay": "The app starts the next video or waits.",
        "content.short_video_minutes": "The app counts the minutes of one kind of feed.",
        "content.appearance_effects": "The app offers effects or does not.",
        "time.break_reminder_minutes": "The app reminds.",
    }
)
READ: Final = tuple(key for key in CATALOGUE if key not in ELSEWHERE)


def brief_of(
    resolution: Resolution,
    *,
    adult: bool,
    bars: Collection[Bar] = (),
    version: str = "",
    known: bool = True,
    supervised: bool = True,
    said_adult: bool = False,
) -> Brief:
    """Return what decisions read of what is enforced; ``adult`` is what the pack says of the band."""
    enforced, until = resolution.values, resolution.valid_until
    return Brief(
        band=resolution.band,
        adult=adult and known,
        known=known,
        values={key: enforced[key].value for key in READ},
        grounds={key: _ground(enforced[key].reasons) for key in READ},
        bars=tuple(bars),
        version=version,
        valid_until=None if until is None else int(until.timestamp()),
        supervised=supervised,
        said_adult=said_adult and known and not adult,
    )


def _ground(reasons: Sequence[Because]) -> tuple[str, str]:
    return reasons[0].by.value, reasons[0].rule


def _strictest() -> dict[str, Any]:
    """Return the strictest value of every control, its hours in UTC."""
    values = {key: CATALOGUE[key].kind.strictest for key in READ}
    return {key: Week(value.spans, "UTC") if isinstance(value, Week) else value for key, value in values.items()}


# An account of which nothing is known, where it is acted upon.
UNKNOWN: Final = Brief("", False, False, MappingProxyType(_strictest()), {}, supervised=False)


def dump_brief(brief: Brief) -> bytes:
    """Write a brief as compact JSON."""
    return _text(written(brief)).encode()


class UnreadableBrief(ValueError):
    """A brief that this release did not write: the account has to be resolved again."""


def load_brief(raw: bytes | str) -> Brief:
    """Read a brief.

    Raises UnreadableBrief.
    """
    try:
        return _quick(raw.encode() if isinstance(raw, str) else raw) or read(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise UnreadableBrief from error


def _quick(raw: bytes) -> Brief | None:
    """Return a brief as it is usually written: what others have alike is read once; None for any other."""
    alike, _, own = raw.rpartition(_OWN)
    told = _VERSION_AND_END.fullmatch(own)
    if told is None:
        return None
    brief, until = _alike(alike), told[2]
    return Brief(
        *(brief.band, brief.adult, brief.known, brief.values, brief.grounds, brief.bars),
        told[1].decode(),
        None if until == b"null" else int(until),
        brief.supervised,
        brief.said_adult,
    )


@lru_cache(maxsize=4096)
def _alike(raw: bytes) -> Brief:
    return read(json.loads(raw + b',"v":"","u":null}'))


def written(brief: Brief) -> dict[str, Any]:
    """Return a brief as JSON: choices by their place among the values, in the order of ``READ``."""
    values = brief.values
    grounds = list(dict.fromkeys(brief.grounds.values()))
    return {
        "l": LAYOUT,
        "b": brief.band,
        "f": brief.adult + 2 * brief.known + 4 * brief.supervised + 8 * brief.said_adult,
        "c": "".join(str(_RANKS[key][values[key]]) for key in _RANKS),
        "x": [_text(_written(CATALOGUE[key].kind, values[key])) for key in _OTHERS],
        "z": next((values[key].time_zone for key in _HOURS), ""),
        "g": _text(grounds),
        "w": "".join(chr(_FIRST + grounds.index(brief.grounds[key])) for key in READ if key in brief.grounds),
        "a": [[bar.code, list(bar.laws)] for bar in brief.bars],
        "v": brief.version,
        "u": brief.valid_until,
    }


def read(fields: Any) -> Brief:
    """Return the brief of its JSON.

    Raises UnreadableBrief.
    """
    try:
        return _brief(fields)
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError, InvalidValue) as error:
        raise UnreadableBrief from error


def _brief(fields: Any) -> Brief:
    flags, until, band, version, time_zone = fields["f"], fields["u"], fields["b"], fields["v"], fields["z"]
    _demand(fields["l"] == LAYOUT)
    _demand(type(flags) is int and 0 <= flags < 16)
    _demand(until is None or type(until) is int)
    _demand(isinstance(band, str) and isinstance(version, str) and zone_of(time_zone) is not None)
    bars = tuple([Bar(Code(code), tuple(map(str, laws))) for code, laws in fields["a"]])
    adult, known, supervised = bool(flags & 1), bool(flags & 2), bool(flags & 4)
    values = dict(_choices(fields["c"]))
    for key, text in zip(_OTHERS, fields["x"], strict=True):
        values[key] = _read(key, text, time_zone if key in _HOURS else "")
    grounds = _grounds(fields["g"], fields["w"])
    return Brief(band, adult, known, values, grounds, bars, version, until, supervised, bool(flags & 8))


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError("a brief that was not written here")


def _written(kind: Kind[Any], value: Any) -> Json:
    match kind.name:
        case "windows":
            return [list(span) for span in value.spans]
        case "severities":
            return "".join(str(value[label]) for label in kind.parts)  # type: ignore[attr-defined]  # severities have parts
        case "minutes_by_weekday":
            return [None if value[day] == NO_LIMIT else value[day] for day in WEEKDAYS]
        case "topics":
            quiet = kind.loosest
            return kind.dump(
                value if ALL in value else {each: way for each, way in value.items() if way != quiet[each]}
            )
        case _:
            return kind.dump(value)


# Most people have the values that most people have: a text that was read once is not read again.


@lru_cache(maxsize=4096)
def _choices(ranks: str) -> Mapping[str, Any]:
    return {key: values[_DIGITS[sign]] for (key, values), sign in zip(_CHOICES.items(), ranks, strict=True)}


@lru_cache(maxsize=4096)
def _grounds(grounds: str, places: str) -> Mapping[str, tuple[str, str]]:
    found = {chr(_FIRST + place): (By(by).value, str(rule)) for place, (by, rule) in enumerate(json.loads(grounds))}
    return {key: found[sign] for key, sign in zip(READ, places, strict=True)} if places else {}


@lru_cache(maxsize=16384)
def _read(key: str, text: str, time_zone: str) -> Any:
    kind: Any = CATALOGUE[key].kind
    raw = json.loads(text)
    match kind.name:
        case "windows":
            return Week(_checked(tuple([(start, end) for start, end in raw])), time_zone)
        case "severities":
            return kind.of({label: _DIGITS[sign] for label, sign in zip(kind.parts, raw, strict=True)})
        case "minutes_by_weekday":
            days = ({"limited": False} if each is None else {"limited": True, "minutes": each} for each in raw)
            return kind.load(dict(zip(WEEKDAYS, days, strict=True)))
        case "topics":
            return kind.of({**kind.loosest, **kind.load(raw)})
        case _:
            return kind.load(raw)


def _checked(spans: tuple[tuple[Any, Any], ...]) -> tuple[tuple[int, int], ...]:
    """Return spans that are as windows have them: whole minutes of one week, in order, apart from each other."""
    edges = [edge for span in spans for edge in span]
    _demand(all(type(edge) is int for edge in edges) and edges == sorted(set(edges)))
    _demand(not edges or 0 <= edges[0] < edges[-1] <= WEEK)
    return spans


def _text(raw: Any) -> str:
    return json.dumps(raw, separators=(",", ":"), ensure_ascii=False)


_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    key: kind.values for key in READ if isinstance(kind := CATALOGUE[key].kind, Choice)
}
_RANKS: Final = {key: {value: rank for rank, value in enumerate(values)} for key, values in _CHOICES.items()}
_OTHERS: Final = tuple(key for key in READ if key not in _CHOICES)
_HOURS: Final = tuple(key for key in _OTHERS if CATALOGUE[key].kind.name == "windows")
_DIGITS: Final = {str(digit): digit for digit in range(10)}
# Where what no two accounts have alike begins, and how it is usually written.
_OWN: Final = b',"v":'
_VERSION_AND_END: Final = re.compile(rb'"([\d.]{0,64})","u":(null|\d{1,12})\}')
# What is written by its place can be read only by who has the same places.
_PLACES: Final = [(key, *_CHOICES.get(key, getattr(CATALOGUE[key].kind, "parts", ()))) for key in READ]
LAYOUT: Final = hashlib.sha256(json.dumps(_PLACES).encode()).hexdigest()[:8]
# Places of grounds are letters from here on.
_FIRST: Final = ord("A")
