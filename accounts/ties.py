"""What ties an account to others, as decisions read it. Pure: whatever decides may hold it in memory.

Accounts are named by the platform's own ids, paired parents by ours.
"""

from __future__ import annotations

from collections.abc import Mapping
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

    def says(self, other: str) -> Relationship:
        """Return what this account is to another, by its own ties."""
        said = zip(_SAID, self._sets[:-1], strict=True)
        return next((word for word, names in said if other in names), Relationship.NONE)

    def has_parent(self, parent: str) -> bool:
        """Say whether a parent is paired."""
        return parent in self.parents

    @property
    def _sets(self) -> tuple[frozenset[str], ...]:
        return self.blocked, self.friends, self.follows, self.followers, self.parents


NO_TIES = Ties()


class WrittenTies:
    """The same as it is written: looked through where it is asked, so that who has many costs no more to read.

    Every tie has a line: the id of an account as JSON, which holds no end of a line, and then a sign for what it is; of
    a parent the sign stands first.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: bytes):
        """Take what `dump_ties` has written.

        Raises ValueError for what it has not.
        """
        if lines[:1] != _END or lines[-1:] != _END:
            raise ValueError("ties that were not written here")
        self._lines = lines

    def says(self, other: str) -> Relationship:
        """Return what this account is to another, by its own ties."""
        start = b"\n%b" % orjson.dumps(other)
        at = self._lines.find(start)
        return Relationship.NONE if at < 0 else _OF_SIGN[self._lines[at + len(start)]]

    def has_parent(self, parent: str) -> bool:
        """Say whether a parent is paired."""
        return b"\n%c%b\n" % (_PARENT, orjson.dumps(parent)) in self._lines

    def accounts(self) -> list[str]:
        """Return every account that is tied to this one; whoever is blocked is none."""
        own = [line for line in self._lines.split(_END) if line and line[0] != _PARENT]
        return [orjson.loads(line[:-1]) for line in own if _OF_SIGN[line[-1]] is not Relationship.BLOCKED]


def dump_ties(ties: Ties) -> bytes:
    """Write ties as lines, blocks first: whatever else stood there of an account, a block is what is found."""
    *accounts, parents = ties._sets
    lines = [
        b"%b%c" % (orjson.dumps(each), sign)
        for sign, names in zip(_OF_SIGN, accounts, strict=True)
        for each in sorted(names)
    ]
    lines += [b"%c%b" % (_PARENT, orjson.dumps(each)) for each in sorted(parents)]
    return b"".join([_END, *(line + _END for line in lines)])


def relationship_between(
    acting: str, its: Ties | WrittenTies | None, other: str, theirs: Ties | WrittenTies | None
) -> Relationship:
    """Return what an account is to another by the ties of both; None stands for one that is not registered here.

    A block counts whoever has made it.
    """
    mine = None if its is None else its.says(other)
    yours = None if theirs is None else theirs.says(acting)
    return _BETWEEN[mine, yours]


def relationship_of(*, follows: bool, followed_by: bool, blocked: bool) -> Relationship:
    """Return the one word for what holds between two accounts."""
    if blocked:
        return Relationship.BLOCKED
    if follows and followed_by:
        return Relationship.FRIEND
    if follows:
        return Relationship.FOLLOWS
    return Relationship.FOLLOWED_BY if followed_by else Relationship.NONE


def _between(mine: Relationship | None, yours: Relationship | None) -> Relationship:
    """Return what holds by what either side says of the other; None where a side is not registered here."""
    # Where both are known both have to say so.
    said = [each for each in (mine, None if yours is None else _TURNED[yours]) if each is not None]
    follows = bool(said) and all(each in _FOLLOWING for each in said)
    followed_by = bool(said) and all(_TURNED[each] in _FOLLOWING for each in said)
    return relationship_of(follows=follows, followed_by=followed_by, blocked=Relationship.BLOCKED in said)


# What is said of an account in each of the sets, in the order in which they count.
_SAID: Final = (Relationship.BLOCKED, Relationship.FRIEND, Relationship.FOLLOWS, Relationship.FOLLOWED_BY)
_OF_SIGN: Final[Mapping[int, Relationship]] = dict(zip(b"bxfr", _SAID, strict=True))
_PARENT: Final = ord("p")
_END: Final = b"\n"
_FOLLOWING: Final = (Relationship.FOLLOWS, Relationship.FRIEND)
# The same from the other side.
_TURNED: Final = {each: each for each in Relationship} | {
    Relationship.FOLLOWS: Relationship.FOLLOWED_BY,
    Relationship.FOLLOWED_BY: Relationship.FOLLOWS,
}
_BETWEEN: Final = {
    (mine, yours): _between(mine, yours) for mine in (None, *Relationship) for yours in (None, *Relationship)
}
