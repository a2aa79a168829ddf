"""What the second way asks of either of two people, in plain words."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from tests.decisions.enforced import Person, enforced, local_minute, said_age_band

MEDIA = {"text": 0, "link": 1, "image": 2, "video": 3, "links": 1, "images": 2}
# Which relationship is near enough, for who acts (A) and for who is acted upon (B): A follows B, B follows A, or both.
NEAR = {
    "A": {
        "friends": {"friend"},
        "followed": {"friend", "follows"},
        "followers": {"friend", "followed_by"},
    },
    "B": {
        "friends": {"friend"},
        "friends_with_consent": {"friend"},
        "followed": {"friend", "followed_by"},
        "followers": {"friend", "follows"},
        "private": {"friend", "follows"},
    },
}


class Side(NamedTuple):
    """What one side says: refusals, what is to be asked of a parent, and obligations."""

    refused: list[tuple[str, str]]
    asked: list[tuple[str, str]]
    obliged: list[str]


def too_far(side: Side, whose: str, value: str, control: str, tie: str) -> None:
    """The other stands too far away for a value."""
    if value in {"everyone", "public"}:
        return
    if value in {"nobody", "only_me", "off"}:
        side.refused.append(("nobody", control))
    elif tie not in NEAR[whose][value]:
        codes = {"followed": "followed_only", "followers": "followers_only", "private": "followers_only"}
        side.refused.append((codes.get(value, "friends_only"), control))


def an_adult(side: Side, person: Person, *, near: bool, at: datetime) -> None:
    """The other is, or may be, an adult."""
    adults = enforced(person, "contact.adults", at)
    if adults == "blocked" or (adults == "friends_only" and not near):
        side.refused.append(("adult", "contact.adults"))


def somebody_new(side: Side, person: Person, other: Person | None, told: Any, at: datetime) -> None:
    """A parent approves who is new, or hears of it."""
    approval = enforced(person, "contact.new_contact_approval", at)
    if told.get("is_new_contact") is False or not is_supervised(person):
        return
    if approval == "all" or (approval == "adults_only" and may_be_adult(other, at)):
        side.asked.append(("new_contact", "contact.new_contact_approval"))
    if approval == "notify":
        side.obliged.append("report_contact {}")


def asked_by(side: Side, person: Person, has_asked_first: bool, told: Any, at: datetime) -> None:
    """Somebody asks a person to be friends."""
    requests = enforced(person, "friend.requests_from", at)
    if requests == "nobody":
        side.refused.append(("nobody", "friend.requests_from"))
    elif requests == "friends_of_friends" and not has_asked_first and told.get("mutual_friends", 0) == 0:
        side.refused.append(("no_friends_in_common", "friend.requests_from"))


def media(side: Side, person: Person, told: Any, at: datetime) -> None:
    """A message holds more than a person's messages may."""
    if MEDIA[told.get("content_type", "video")] > MEDIA[enforced(person, "dm.media", at)]:
        side.refused.append(("content_type", "dm.media"))


def keeps_away(listed: Any, account: str) -> bool:
    """Tell whether a list of accounts keeps one away; one without a name may be on it."""
    return listed == "everything" or (len(listed) > 0 and (not account or account in listed))


def inside(person: Person, control: str, at: datetime) -> bool:
    """Tell whether a person's clocks show a minute of some hours."""
    return local_minute(person, at) in enforced(person, control, at)


def is_known(person: Person | None) -> bool:
    """Tell whether anything is known of a person."""
    return person is not None and person.get("known", True)


def is_supervised(person: Person) -> bool:
    """Tell whether a parent is paired."""
    return bool(person.get("supervised", True))


def may_be_adult(person: Person | None, at: datetime) -> bool:
    """Tell whether somebody is an adult, or could be."""
    return person is None or not is_known(person) or said_age_band(person, at) == "18+"
