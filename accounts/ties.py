"""What ties an account to others, as decisions read it. Pure: whatever decides may hold it in memory.

Accounts are named by the platform's own ids, paired parents by ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import orjson

# Moves of which parents are told nothing, neither in words nor by a version.
TIE_KINDS = (
    "follow.asked",
    "follow.accepted",
    "follow.refused",
    "follow.withdrawn",
    "follow.removed",
    "block.added",
    "block.removed",
)
# Of a block by an account that is not registered here; it stands with the account that is blocked, which is not told.
UNTOLD_KINDS = ("block.received", "block.lifted")


class Relationship(StrEnum):
    """What the account that acts is to the other one."""

    NONE = "none"
    FOLLOWS = "follows"
    FOLLOWED_BY = "followed_by"
    FRIEND = "friend"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Ties:
    """The ties of one account; another account stands in one of the first four sets at most.

    `follows` and `followers` are the accepted one-way ties of those who are no friends. `blocked` are the accounts that
    this one blocks, and those not registered here that block it: what a registered one blocks stands in its own ties.
    """

    friends: frozenset[str] = frozenset()
    follows: frozenset[str] = frozenset()
    followers: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()

    def to(self, other: str) -> Relationship:
        """Return what this account is to another, blocks apart."""
        if other in self.friends:
            return Relationship.FRIEND
        if other in self.follows:
            return Relationship.FOLLOWS
        return Relationship.FOLLOWED_BY if other in self.followers else Relationship.NONE


NO_TIES = Ties()


def dump_ties(ties: Ties) -> bytes:
    """Write ties as compact JSON."""
    return orjson.dumps([sorted(getattr(ties, name)) for name in _NAMES])


def load_ties(raw: bytes) -> Ties:
    """Read ties.

    Raises ValueError for what was not written here.
    """
    lists = orjson.loads(raw)
    if type(lists) is not list or len(lists) != len(_NAMES) or not all(type(each) is list for each in lists):
        raise ValueError("ties that were not written here")
    if not any(lists):
        return NO_TIES
    return Ties(*[frozenset(each) if each else _NOBODY for each in lists])


def relationship_between(acting: str, its: Ties | None, other: str, theirs: Ties | None) -> Relationship:
    """Return what an account is to another by the ties of both; None stands for one that is not registered here.

    A block counts whoever has made it.
    """
    mine, yours = its or NO_TIES, theirs or NO_TIES
    if other in mine.blocked or acting in yours.blocked:
        return Relationship.BLOCKED
    # Where both are known both have to say so.
    said = [mine.to(other)] if its else []
    said += [_TURNED[yours.to(acting)]] if theirs else []
    follows = bool(said) and all(each in _FOLLOWING for each in said)
    followed_by = bool(said) and all(_TURNED[each] in _FOLLOWING for each in said)
    return relationship_of(follows=follows, followed_by=followed_by, blocked=False)


def relationship_of(*, follows: bool, followed_by: bool, blocked: bool) -> Relationship:
    """Return the one word for what holds between two accounts."""
    if blocked:
        return Relationship.BLOCKED
    if follows and followed_by:
        return Relationship.FRIEND
    if follows:
        return Relationship.FOLLOWS
    return Relationship.FOLLOWED_BY if followed_by else Relationship.NONE


_NOBODY: Final[frozenset[str]] = frozenset()
_NAMES: Final = ("friends", "follows", "followers", "blocked", "parents")
_FOLLOWING: Final = (Relationship.FOLLOWS, Relationship.FRIEND)
# The same from the other side.
_TURNED: Final = {each: each for each in Relationship} | {
    Relationship.FOLLOWS: Relationship.FOLLOWED_BY,
    Relationship.FOLLOWED_BY: Relationship.FOLLOWS,
}
