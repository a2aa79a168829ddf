"""Pages of a history as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from rest_framework.request import Request

from controls.api.changes import invalid
from controls.history import LARGEST_PAGE, PAGE, Page


def page_of(request: Request, teen_id: UUID, history: Callable[..., Page]) -> dict[str, Any]:
    """Return the page that the query asks for.

    Raises Problem `invalid_value` for a wrong `cursor` or `limit`.
    """
    text = request.query_params.get("limit", str(PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise invalid("/limit", f"Expected a whole number from 1 to {LARGEST_PAGE}.")
    page = history(teen_id, cursor=request.query_params.get("cursor", ""), limit=int(text))
    return {"items": page.items, "next_cursor": page.next_cursor}
