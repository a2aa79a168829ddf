"""The ties of an account, page by page, as a service of the platform reads them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import signing

from accounts.gather import Tie, ties_after
from accounts.models import FollowState
from accounts.ties import relationship_of
from controls.history import PAGE, Page
from family_pairing.problems import Fault, Problem


def ties_page(account_id: UUID, *, cursor: str = "", limit: int = PAGE) -> Page:
    """Return one page of an account's friends, follows, followers, open asks and own blocks.

    Raises Problem `invalid_value` for a cursor that was not given out for this account.
    """
    after = read_cursor(cursor, account_id) if cursor else ""
    found = ties_after(account_id, after, limit + 1)
    shown = found[:limit]
    more = signing.dumps([str(account_id), shown[-1].other], salt="ties") if len(found) > limit else None
    return Page([dumped(tie) for tie in shown], more)


def dumped(tie: Tie) -> dict[str, Any]:
    """Return the shape of one tie; `follows` and `followed_by` are `asked`, `accepted` or null."""
    relationship = relationship_of(
        follows=tie.follows == FollowState.ACCEPTED,
        followed_by=tie.followed_by == FollowState.ACCEPTED,
        blocked=tie.blocked,
    )
    return {
        "account": tie.other,
        "relationship": relationship.value,
        "follows": tie.follows,
        "followed_by": tie.followed_by,
    }


def read_cursor(cursor: str, account_id: UUID) -> str:
    """Return the other account of the last tie of the page before."""
    try:
        account, last = signing.loads(cursor, salt="ties")
    except signing.BadSignature:
        account, last = "", ""
    if account != str(account_id):
        fault = Fault("/cursor", "invalid_value", "Expected the `next_cursor` of a former page.")
        raise Problem("invalid_value", faults=[fault])
    return str(last)
