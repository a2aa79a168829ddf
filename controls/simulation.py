"""The simulator: what the engine that decides would answer about a teen, now and with words that nobody saves.

The other person is a supposed one: an age and a tie, behind which no account stands. So nothing about anybody else can
be learnt here. Whoever hands in what parents may see is answered from that and from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from accounts import limits
from accounts.models import Account, Pairing
from controls.actions import Change, preview_choices, preview_controls
from controls.deciding import brief_of_age, brief_of_band
from controls.decisions.actions import ACTIONS, Action
from controls.decisions.briefs import Brief
from controls.decisions.decide import Case, decide
from controls.decisions.properties import LONGEST_ID
from controls.decisions.words import Decision, Outcome, Relationship
from controls.differences import Difference, differences
from controls.policy.bands import zone_of
from controls.policy.catalogue import Control
from controls.snapshots import Present, brief_of_present, present_account, present_for_parents, present_of


class Supposed(NamedTuple):
    """One question about a teen who acts: what, how the two are tied, the other's age or age band, and what is told.

    Where neither an age nor a band is told, nothing is known of the other.
    """

    action: Action
    tie: Relationship = Relationship.NONE
    age: int | None = None
    band: str = ""
    told: Mapping[str, Any] = MappingProxyType({})


class Simulated(NamedTuple):
    """The answer at a moment as it is and as it would be, what would move by then, and the version it rests on."""

    version: str
    at: datetime
    now: Decision
    then: Decision
    moved: tuple[Difference, ...]


def simulate_for_parent(
    pairing: Pairing, asked: Supposed, draft: Sequence[Change], *, at: datetime, now: datetime
) -> Simulated:
    """Answer a parent, from what parents may see; a draft is what the parent would say.

    Raises Problem `too_many`, or what `preview_controls` raises.
    """
    limits.take(limits.SIMULATIONS_AN_HOUR, f"{pairing.parent_id}:{pairing.teen_id}", at=now)
    if draft:
        tried = preview_controls(pairing, draft, at=now)
        return simulate(asked, tried.before, tried.after, at=at)
    present = present_for_parents(pairing.teen, at=now)
    return simulate(asked, present, present, at=at)


def simulate_for_teen(
    account: Account, asked: Supposed, draft: Sequence[tuple[Control, Any]], *, at: datetime, now: datetime
) -> Simulated:
    """Answer a teen; a draft is what the teen would choose.

    Raises Problem `too_many`, or what `preview_choices` raises.
    """
    limits.take(limits.SIMULATIONS_AN_HOUR, f":{account.pk}", at=now)
    if draft:
        tried = preview_choices(account, draft, at=now)
        return simulate(asked, tried.before, tried.after, at=at)
    present = present_account(account, at=now)
    return simulate(asked, present, present, at=at)


class Changed(NamedTuple):
    """A common question of which the answer changes."""

    question: str
    before: Outcome
    after: Outcome


def simulate(asked: Supposed, before: Present, after: Present, *, at: datetime) -> Simulated:
    """Answer a question at a moment, as what is said now has it and as what is drafted would."""
    now, then = at_moment(before, at), at_moment(after, at)
    return Simulated(
        str(before.version), at, answer(asked, now), answer(asked, then), differences(now.resolution, then.resolution)
    )


def answer(asked: Supposed, present: Present) -> Decision:
    """Decide a question by what applies to the teen."""
    action, told = asked.action, dict(asked.told)
    has_author = any(each.name == "author" for each in action.properties)
    if has_author and not action.other:
        told["author"] = SOMEBODY
    return decide(
        Case(
            action=action,
            me=brief_of_present(present),
            other=other_of(asked, present.at) if action.other else None,
            relationship=asked.tie if action.other else None,
            properties=told,
            at=present.at,
            other_id=SOMEBODY if action.other else "",
        )
    )


def other_of(asked: Supposed, at: datetime) -> Brief | None:
    """Return what applies to somebody of that age of whom nobody has said anything; None where no age is told."""
    if asked.age is not None:
        return brief_of_age(asked.age, at=at)
    return brief_of_band(asked.band, at=at) if asked.band else None


def at_moment(present: Present, at: datetime) -> Present:
    """Return what applies at a moment with what is said now."""
    return present if at == present.at else present_of(present.gathered, at=at)


def changed_answers(before: Present, after: Present) -> list[Changed]:
    """Return the common questions that would be answered otherwise."""
    answers = [Changed(name, common_answer(each, before), common_answer(each, after)) for name, each in COMMON.items()]
    return [each for each in answers if each.before is not each.after]


class Common(NamedTuple):
    """A question that families ask: of somebody of the teen's own age or of an adult, and at which hour."""

    action: str
    tie: Relationship = Relationship.FRIEND
    age: int | None = None
    told: Mapping[str, Any] = MappingProxyType({})
    hour: int | None = None


def common_answer(common: Common, present: Present) -> Outcome:
    """Answer a common question; of prices the smallest counts, in the currency that the cap has."""
    told = dict(common.told)
    if "amount" in told:
        told["currency"] = present.resolution.values["purchase.monthly_cap"].value.currency
    band = "" if common.age is not None else present.resolution.band
    asked = Supposed(ACTIONS[common.action], common.tie, common.age, band, told)
    there = present if common.hour is None else at_moment(present, next_at(present, common.hour))
    return answer(asked, there).outcome


def next_at(present: Present, hour: int) -> datetime:
    """Return when the teen's clocks show a full hour next."""
    local = present.at.astimezone(zone_of(present.gathered.world.time_zone) or UTC)
    shown = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (shown if shown > local else shown + timedelta(days=1)).astimezone(UTC)


# The id of whoever is supposed: longer than any account's, so that it stands on nobody's list.
SOMEBODY: Final = "-" * (LONGEST_ID + 1)
ADULT: Final = 30
_PRICE: Final[Mapping[str, Any]] = MappingProxyType({"amount": 1, "spent_this_month": 0})
COMMON: Final[Mapping[str, Common]] = MappingProxyType(
    {
        "message_friend": Common("message.send", told={"content_type": "text", "is_new_contact": False}),
        "message_adult": Common("message.send", age=ADULT, told={"content_type": "text", "is_new_contact": False}),
        "picture_friend": Common("message.send", told={"content_type": "image", "is_new_contact": False}),
        "call_friend": Common("call.start"),
        "call_adult": Common("call.start", age=ADULT),
        "befriend_adult": Common("friend.accept", Relationship.FOLLOWED_BY, ADULT, {"mutual_friends": 1}),
        "comment_friend": Common("comment.create"),
        "post_everyone": Common("post.publish", told={"audience": "everyone"}),
        "watch_rated": Common("live.view", told={"level": "mature"}),
        "host_live": Common("live.host"),
        "buy": Common("purchase.create", told=_PRICE),
        "gift": Common("gift.send", told=_PRICE),
        "chat_character": Common("ai.chat", told={"with": "character"}),
        "share_location": Common("location.share"),
        "search": Common("search.run", told={"query_class": "plain"}),
        "use_at_noon": Common("app.use", told={"used_minutes": 0}, hour=12),
        "use_late": Common("app.use", told={"used_minutes": 0}, hour=23),
        "personalised": Common("ads.personalise"),
    }
)
