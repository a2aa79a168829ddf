"""Reading what is recorded of helplines: from TOML to frozen lines. An error names the line and the field."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from controls.policy.values import InvalidValue
from controls.policy.windows import Week, Windows
from safety.helplines.line import ALWAYS, Audience, Channel, Confidence, Line, Lines, Message, Status

E = TypeVar("E", bound=StrEnum)

WINDOWS: Final = Windows()
WORLD_FILE: Final = Path(__file__).parent / "world.toml"
EMERGENCY_FILE: Final = Path(__file__).parent / "emergency.toml"
NEEDED: Final = ("key", "place", "name", "channels", "audience", "confidence", "source")
KNOWN: Final = frozenset(
    (*NEEDED, "number", "sms", "url", "languages", "hours", "status", "replaced_by", "last_verified_at")
)
A_PLACE: Final = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|001")
A_NUMBER: Final = re.compile(r"\+?[0-9][0-9 .'-]*")
# By which channel something else must be told.
REACHED_BY: Final[Mapping[Channel, str]] = {Channel.PHONE: "number", Channel.SMS: "sms"}


class LineError(ValueError):
    """What is recorded of a line cannot be read."""


@cache
def recorded() -> Lines:
    """Return everything that this copy records.

    Raises LineError.
    """
    told = tomllib.loads(EMERGENCY_FILE.read_text(encoding="utf-8"))["numbers"]
    return read_lines(tomllib.loads(WORLD_FILE.read_text(encoding="utf-8")), told)


def read_lines(table: Mapping[str, Any], emergency: Mapping[str, Any]) -> Lines:
    """Read lines and numbers for an emergency.

    Raises LineError for an unknown field, a value that cannot be read, two lines of one key, or a discontinued line
    that names no line in its place.
    """
    lines = tuple(read_line(each) for each in table.get("line", ()))
    keys = [line.key for line in lines]
    doubled = {key for key in keys if keys.count(key) > 1}
    if doubled:
        raise LineError(f"{min(doubled)}: `key` is another line's as well")
    astray = [line for line in lines if line.replaced_by and line.replaced_by not in keys]
    if astray:
        raise LineError(f"{astray[0].key}: `replaced_by` is no line")
    numbers = tuple((place, tuple(map(str, each))) for place, each in emergency.items())
    return Lines(lines, numbers)


def read_line(told: Mapping[str, Any]) -> Line:
    """Read one line.

    Raises LineError.
    """
    key = str(told.get("key", "a line without a key"))
    unknown = set(told) - KNOWN
    if unknown:
        raise LineError(f"{key}: `{min(unknown)}` is no field; expected one of {', '.join(sorted(KNOWN))}")
    missing = [name for name in NEEDED if not told.get(name)]
    if missing:
        raise LineError(f"{key}: `{missing[0]}` is missing")
    line = Line(
        key=key,
        place=_text(key, told, "place", A_PLACE, "a country or subdivision such as FR or CA-QC"),
        name=_text(key, told, "name"),
        number=_text(key, told, "number", A_NUMBER, "digits, with spaces, dots or dashes between them"),
        sms=_message(key, told.get("sms")),
        url=_text(key, told, "url", re.compile(r"https?://\S+"), "an address"),
        languages=tuple(told.get("languages", ())),
        hours=_hours(key, told.get("hours")),
        channels=_words(key, told, "channels", Channel),
        audience=_words(key, told, "audience", Audience),
        status=_word(key, "status", told.get("status", Status.ACTIVE), Status),
        replaced_by=_text(key, told, "replaced_by"),
        confidence=_word(key, "confidence", told["confidence"], Confidence),
        source=_text(key, told, "source"),
        last_verified_at=_day(key, told.get("last_verified_at")),
    )
    lacking = [name for channel, name in REACHED_BY.items() if channel in line.channels and not getattr(line, name)]
    if lacking:
        raise LineError(f"{key}: `{lacking[0]}` is missing, and `channels` names it")
    return line


def _text(key: str, told: Mapping[str, Any], name: str, form: re.Pattern[str] | None = None, expected: str = "") -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or (value and form is not None and not form.fullmatch(value)):
        raise LineError(f"{key}: `{name}` is {value!r}; expected {expected or 'text'}")
    return value


def _word(key: str, name: str, value: object, words: type[E]) -> E:
    try:
        return words(str(value))
    except ValueError:
        raise LineError(f"{key}: `{name}` is {value!r}; expected one of {', '.join(words)}") from None


def _words(key: str, told: Mapping[str, Any], name: str, words: type[E]) -> tuple[E, ...]:
    if not isinstance(told[name], list):
        raise LineError(f"{key}: `{name}` is {told[name]!r}; expected a list")
    return tuple(_word(key, name, each, words) for each in told[name])


def _message(key: str, told: object) -> Message | None:
    if told is None:
        return None
    if not isinstance(told, Mapping) or not set(told) <= {"to", "text"} or not str(told.get("to", "")).isdecimal():
        raise LineError(f'{key}: `sms` is {told!r}; expected such as {{ to = "85258", text = "SHOUT" }}')
    return Message(str(told["to"]), str(told.get("text", "")))


def _hours(key: str, told: object) -> Week | None:
    if told is None or told == "always":
        return None if told is None else ALWAYS
    try:
        hours = WINDOWS.load(told)
    except InvalidValue as error:
        raise LineError(f"{key}: `hours{error.pointer}`: expected {error.expected}, or `always`") from None
    if not hours.time_zone:
        raise LineError(f"{key}: `hours/time_zone` is missing: hours are local time")
    return hours


def _day(key: str, told: object) -> date | None:
    if told is not None and not isinstance(told, date):
        raise LineError(f"{key}: `last_verified_at` is {told!r}; expected a day such as 2026-11-26")
    return told
