"""What is ahead as JSON: the next changes in words, or what applies at a moment ahead."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.languages import accepted
from controls.api.changes import instant, invalid
from controls.labels.upcoming import words_of
from controls.snapshots import Present
from controls.upcoming import HORIZON, at_moment, upcoming

AHEAD = OpenApiParameter("at", OpenApiTypes.DATETIME, description="A moment ahead: answers the values that apply then.")
FARTHEST: Final = timedelta(days=36_525)


def answer_ahead(request: Request, present: Present) -> Response:
    """Answer what changes next, or with `at` what applies then.

    The words are the same for both sides; they come in a language, because nothing keeps this answer.
    Raises Problem `invalid_value`.
    """
    at = moment_ahead(request, present.at)
    if at is not None:
        return Response(at_moment(present.gathered, at).dump())
    language = accepted(request.headers.get("Accept-Language", ""))
    with translation.override(language):
        body = next_changes(present)
    return Response(body, headers={"Content-Language": language, "Vary": "Accept-Language"})


def next_changes(present: Present) -> dict[str, Any]:
    """Return the next changes, each with its words in the active language."""
    zone = present.gathered.world.time_zone
    found = [each.dump() for each in upcoming(present.gathered, present.at)]
    changes = [{**each, "words": words_of(each, zone)} for each in found]
    return {"days": HORIZON.days, "time_zone": zone, "changes": changes}


def moment_ahead(request: Request, now: datetime) -> datetime | None:
    """Return the moment ahead that the query asks for, if any: within the next hundred years.

    Raises Problem `invalid_value`.
    """
    if "at" not in request.query_params:
        return None
    at = instant(request.query_params["at"], "/at")
    if not now < at <= now + FARTHEST:
        raise invalid("/at", "Expected a moment ahead, within the next hundred years.")
    return at
