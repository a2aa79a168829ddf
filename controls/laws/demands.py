"""Demands: what a law asks for. Each shape is a type of its own, because one number cannot hold them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from controls.policy.catalogue import Control
from controls.policy.facts import Assurance
from controls.policy.packs import MayLoosen


class Status(StrEnum):
    """Where a law stands."""

    IN_FORCE = "in_force"
    PARTIALLY_ENJOINED = "partially_enjoined"
    ENJOINED = "enjoined"
    ENACTED_PENDING = "enacted_pending"
    BILL = "bill"
    ANNOUNCED = "announced"
    GUIDANCE = "guidance"
    NOT_OPERATIVE = "not_operative"
    SUPERSEDED = "superseded"
    PRODUCT_POLICY = "product_policy"


class Insight(StrEnum):
    """What a parent may be shown of a teen; the last four never are by this product."""

    TIME_USED = "time_used"
    VALUES = "values"
    NEW_FRIENDS = "new_friends"
    ADULT_CONTACTS = "adult_contacts"
    RECENT_CONTACTS = "recent_contacts"
    PUBLIC_POSTS = "public_posts"
    TOPICS = "topics"
    REPORTS = "reports"
    MESSAGE_TEXT = "message_text"
    SEARCH_HISTORY = "search_history"
    WATCH_HISTORY = "watch_history"
    POSITION = "position"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a history: the status, since which day of the law's own place, and when it was recorded here.

    Without a day it has always been so. What is recorded later replaces what was believed from its first day on.
    """

    status: Status
    since: date | None
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is asked for a person from one age until below another. A history of its own stands in for the law's."""

    below: int
    from_age: int = 0
    history: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumAge(Demand):
    """Nobody has an account below this age, whoever agrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission(Demand):
    """Below this age an account needs a parent's permission, which only a verified parent can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing(Demand):
    """Below this age an account must be paired with a parent's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAge(Demand):
    """Below this age a parent consents to the processing of data that rests on consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeAssurance(Demand):
    """Whoever is not known by at least this level to have come of age counts as younger, whatever is said."""

    level: Assurance


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Demand):
    """A control with a stricter default, a stricter loosest value, or fewer who may go from one to the other."""

    control: Control
    default: Any = None
    loosest: Any = None
    may_loosen: MayLoosen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MustOffer(Demand):
    """A parent must be able to see this."""

    insight: Insight


@dataclass(frozen=True, slots=True, kw_only=True)
class MustNotExpose(Demand):
    """No parent may see this."""

    insight: Insight
