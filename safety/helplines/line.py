"""A line: who answers, how they are reached and when, and whether anybody has tried the number lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from controls.policy.windows import DAY, WEEK, Week

WORLD: Final = "001"
# A number that nobody has tried for so long may be somebody else's.
FRESH_FOR: Final = timedelta(days=365)


class Status(StrEnum):
    """Whether a line may be shown."""

    ACTIVE = "active"
    DISCONTINUED = "discontinued"


class Channel(StrEnum):
    """A way to reach a line."""

    PHONE = "phone"
    SMS = "sms"
    CHAT = "chat"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    APP = "app"
    WEB = "web"


class Audience(StrEnum):
    """For whom a line is."""

    CHILD = "child"
    YOUTH = "youth"
    PARENT = "parent"
    ADULT = "adult"


class Confidence(StrEnum):
    """How much is known of where a row comes from: ``high`` where a source agrees, ``low`` where one alone says so."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


# Somebody answers at every hour of every day.
ALWAYS: Final = Week(((0, WEEK),))


class Message(NamedTuple):
    """Where a text message goes, and the word that it must hold; none where any word will do."""

    to: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One helpline.

    ``hours`` are those of the zone that they name, None where nobody knows them; ``last_verified_at`` is when a person
    tried the line last.
    """

    key: str
    place: str
    name: str
    number: str = ""
    sms: Message | None = None
    url: str = ""
    languages: tuple[str, ...] = ()
    hours: Week | None = None
    channels: tuple[Channel, ...]
    audience: tuple[Audience, ...]
    status: Status = Status.ACTIVE
    replaced_by: str = ""
    confidence: Confidence
    source: str
    last_verified_at: date | None = None

    def is_open(self, at: datetime) -> bool | None:
        """Tell whether somebody answers at a moment, None where nobody knows the hours."""
        if self.hours is None:
            return None
        local = at.astimezone(ZoneInfo(self.hours.time_zone or "UTC"))
        return self.hours.covers(local.weekday() * DAY + local.hour * 60 + local.minute)

    def is_fresh(self, at: datetime) -> bool:
        """Tell whether a person has tried the line within a year."""
        return self.last_verified_at is not None and at.date() - self.last_verified_at <= FRESH_FOR


@dataclass(frozen=True, slots=True)
class Lines:
    """Everything that is recorded of the world: its lines, and by place the numbers for an emergency."""

    lines: tuple[Line, ...]
    emergency: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def shown_in(self, places: Iterable[str]) -> tuple[Line, ...]:
        """Return the lines of some places that may be shown, those of the first place first."""
        return tuple(
            line for place in places for line in self.lines if line.place == place and line.status is Status.ACTIVE
        )

    def emergency_in(self, place: str) -> tuple[str, ...]:
        """Return the numbers for an emergency in a country, none where they are not known here."""
        return dict(self.emergency).get(place, ())
