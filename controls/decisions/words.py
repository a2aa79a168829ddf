"""The words of a decision: outcomes, reasons, obligations, relationships."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple


class Outcome(StrEnum):
    """Whether it may happen; ``ask`` where a parent's answer is missing."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"


class Relationship(StrEnum):
    """How the acting account stands to the other; all but ``parent`` may be told by the platform.

    ``friend`` is two accepted one-way ties, ``parent`` a pairing of the two in either direction.
    """

    NONE = "none"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"
    FRIEND = "friend"
    BLOCKED = "blocked"
    PARENT = "parent"


class Code(StrEnum):
    """Why: stable, and the same in every release."""

    ALLOWED = "allowed"
    ALWAYS_OPEN = "always_open"
    PAIRED_PARENT = "paired_parent"
    RECIPIENT_SETTINGS = "recipient_settings"
    UNENROLLED = "unenrolled"
    UNKNOWN_ACTION = "unknown_action"
    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    UNAVAILABLE = "unavailable"
    OUT_OF_DATE = "out_of_date"
    BELOW_MINIMUM_AGE = "below_minimum_age"
    PERMISSION_NEEDED = "permission_needed"
    PAIRING_NEEDED = "pairing_needed"
    PAUSED = "paused"
    TIME_AWAY = "time_away"
    BEDTIME = "bedtime"
    TIME_USED_UP = "time_used_up"
    TURNED_OFF = "turned_off"
    NOBODY = "nobody"
    FRIENDS_ONLY = "friends_only"
    FOLLOWED_ONLY = "followed_only"
    FOLLOWERS_ONLY = "followers_only"
    NO_FRIENDS_IN_COMMON = "no_friends_in_common"
    ACCOUNT_BLOCKED = "account_blocked"
    ADULT = "adult"
    NEW_CONTACT = "new_contact"
    CONTENT_TYPE = "content_type"
    AUDIENCE = "audience"
    LABEL = "label"
    LABEL_UNKNOWN = "label_unknown"
    NOT_LABELLED = "not_labelled"
    TOPIC = "topic"
    HIDDEN_WORD = "hidden_word"
    LEVEL = "level"
    RESTRICTED_MODE = "restricted_mode"
    CRISIS = "crisis"
    ASK_EACH_TIME = "ask_each_time"
    MONTHLY_CAP = "monthly_cap"


class Duty(StrEnum):
    """What the caller must also do; one that does not know a duty refuses."""

    ASK_AGAIN = "ask_again"
    ASK_CONSENT = "ask_consent"
    DELIVER_SILENTLY = "deliver_silently"
    FILTER_COMMENT = "filter_comment"
    FRIENDS_ONLY = "friends_only"
    HOLD_COMMENT = "hold_comment"
    KEEP_WITHIN = "keep_within"
    LIMIT_MINUTES = "limit_minutes"
    LIMITED_ASSISTANT = "limited_assistant"
    REDUCE = "reduce"
    REMIND = "remind"
    REPORT_CONTACT = "report_contact"
    SAFE_SEARCH = "safe_search"
    SHOW_HELP = "show_help"


class Why(NamedTuple):
    """One reason: whose word it rests on, by which rule, about which control; of what is malformed also where."""

    code: Code
    by: str = ""
    rule: str = ""
    control: str = ""
    pointer: str = ""
    expected: str = ""

    def dump(self) -> dict[str, str]:
        """Write the reason as JSON, without what is not known."""
        return {name: str(value) for name, value in zip(self._fields, self, strict=True) if value}


class Obligation(NamedTuple):
    """Something that the caller must also do."""

    type: Duty
    properties: Mapping[str, Any] = MappingProxyType({})

    def dump(self) -> dict[str, Any]:
        """Write the obligation as JSON."""
        return {"type": self.type.value, "properties": dict(self.properties)}


class Decision(NamedTuple):
    """The answer, why, what it obliges to, and the second from which on it has to be asked for again."""

    outcome: Outcome
    reasons: tuple[Why, ...]
    obligations: tuple[Obligation, ...] = ()
    valid_until: int | None = None


# How the other one of the two sees it.
TURNED: Final = {each: each for each in Relationship} | {
    Relationship.FOLLOWS: Relationship.FOLLOWED_BY,
    Relationship.FOLLOWED_BY: Relationship.FOLLOWS,
}
