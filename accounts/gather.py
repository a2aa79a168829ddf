"""Rows to ties: what decisions need to know of whom an account is tied to, read in one statement.

One statement sees one moment of the database, so a version and the ties behind it always belong together.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.ties import NO_TIES, Relationship, Ties, relationship_of

# Of an account `a` whose counter is `t`; `ties_from` reads them.
TIE_COLUMNS = """
  (SELECT coalesce(json_agg(f.followed), '[]')
     FROM accounts_follow f WHERE f.follower = a.external_id AND f.state = 'accepted'),
  (SELECT coalesce(json_agg(f.follower), '[]')
     FROM accounts_follow f WHERE f.followed = a.external_id AND f.state = 'accepted'),
  (SELECT coalesce(json_agg(b.blocked), '[]') FROM accounts_block b WHERE b.blocker = a.external_id),
  (SELECT coalesce(json_agg(b.blocker), '[]') FROM accounts_block b WHERE b.blocked = a.external_id AND b.is_shared)
"""
RELATIONSHIP = """
SELECT
  EXISTS (SELECT FROM accounts_follow WHERE follower = %(acting)s AND followed = %(other)s AND state = 'accepted'),
  EXISTS (SELECT FROM accounts_follow WHERE follower = %(other)s AND followed = %(acting)s AND state = 'accepted'),
  EXISTS (SELECT FROM accounts_block WHERE (blocker, blocked) IN ((%(acting)s, %(other)s), (%(other)s, %(acting)s)))
"""


LISTED = """
WITH mine AS (SELECT external_id FROM accounts_account WHERE teen_id = %(account)s)
SELECT other, max(follows), max(followed_by), bool_or(blocks) FROM (
  SELECT f.followed, f.state, NULL, false
    FROM accounts_follow f JOIN mine ON f.follower = mine.external_id WHERE f.state IN ('asked', 'accepted')
  UNION ALL
  SELECT f.follower, NULL, f.state, false
    FROM accounts_follow f JOIN mine ON f.followed = mine.external_id WHERE f.state IN ('asked', 'accepted')
  UNION ALL
  SELECT u.followed, 'asked', NULL, false FROM accounts_unheardask u JOIN mine ON u.follower = mine.external_id
  UNION ALL
  SELECT b.blocked, NULL, NULL, true FROM accounts_block b JOIN mine ON b.blocker = mine.external_id
) AS tie (other, follows, followed_by, blocks)
WHERE other > %(after)s GROUP BY other ORDER BY other LIMIT %(limit)s
"""


def ties_from(columns: Sequence[Any]) -> Ties:
    """Return TIE_COLUMNS as ties; who is a parent stands with the facts.

    Where the platform keeps friends and blocks nothing of them is known.
    """
    follows, followers, blocked, shared = (frozenset(read_json(column)) for column in columns)
    if not kept_by_us():
        return NO_TIES
    friends = follows & followers
    return Ties(friends, follows - friends, followers - friends, blocked | shared)


def relationship(acting: str, other: str) -> Relationship | None:
    """Return what one account is to another, whether they are registered here or not.

    None says that the platform keeps it, so that nothing is known here.
    """
    if not kept_by_us():
        return None
    with connection.cursor() as cursor:
        cursor.execute(RELATIONSHIP, {"acting": acting, "other": other})
        follows, followed_by, blocked = cursor.fetchone()
    return relationship_of(follows=follows, followed_by=followed_by, blocked=blocked)


class Tie(NamedTuple):
    """What one account holds with another: the states of the live follows either way, and whether it blocks it."""

    other: str
    follows: str | None
    followed_by: str | None
    blocked: bool


def ties_after(account_id: UUID, after: str, limit: int) -> list[Tie]:
    """Return some of an account's ties in the order of the others' ids, those behind one of them.

    Who blocks this account is not among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(LISTED, {"account": account_id, "after": after, "limit": limit})
        return [Tie(*row) for row in cursor.fetchall()]


def kept_by_us() -> bool:
    """Tell whether friends and blocks are kept here, and not by the platform."""
    return bool(settings.FRIENDS_KEPT_BY == "us")


def read_json(column: Any) -> Any:
    """Return a column that the driver hands over as text or as a value."""
    return json.loads(column) if isinstance(column, str) else column
