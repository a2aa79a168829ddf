"""Pages of a history as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.models import Account
from controls.api.changes import instant, invalid
from controls.history import LARGEST_PAGE, PAGE, Page
from ledger import clock

AT = OpenApiParameter("at", OpenApiTypes.DATETIME, description="A past moment: answers the values that applied then.")


def past_moment(request: Request, account: Account) -> datetime | None:
    """Return the moment that the query asks for, if any: since the account was registered, and not ahead.

    Raises Problem `invalid_value`.
    """
    if "at" not in request.query_params:
        return None
    at = instant(request.query_params["at"], "/at")
    if not account.enrolled_at <= at <= clock.now():
        raise invalid("/at", "Expected a moment between the registration of the account and now.")
    return at


def page_of(request: Request, teen_id: UUID, history: Callable[..., Page]) -> dict[str, Any]:
    """Return the page that the query asks for.

    Raises Problem `invalid_value` for a wrong `cursor` or `limit`.
    """
    text = request.query_params.get("limit", str(PAGE))
    # A number of thousands of digits is more than `int` reads.
    is_short = len(text) <= len(str(LARGEST_PAGE))
    if not is_short or not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise invalid("/limit", f"Expected a whole number from 1 to {LARGEST_PAGE}.")
    page = history(teen_id, cursor=request.query_params.get("cursor", ""), limit=int(text))
    return {"items": page.items, "next_cursor": page.next_cursor}
