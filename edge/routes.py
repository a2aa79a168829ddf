"""The one table of what the edge answers: dispatcher, permission matrix, headers and description read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.authzen import description, discovery
from edge.described import HEADERS, IF_NONE_MATCH, Fragment, problem

Caller: TypeAlias = Literal["device", "device or ticket", "service", "anyone"]


@dataclass(frozen=True)
class Route:
    """One method on one path: who may call it, what limits it, who answers, and how it is described."""

    method: str
    path: str
    caller: Caller
    limits: tuple[str, ...]
    handler: str
    openapi: Fragment


_REFUSALS: Final[Mapping[str, Fragment]] = {
    "401": problem("`token_invalid`: no genuine token, or one of a device that is not listed.", "WWW-Authenticate"),
    "405": problem("`method_not_allowed`"),
    "429": problem("`too_many`", "Retry-After"),
    "503": problem("`unavailable`: what applies cannot be read now; keep what was read last.", "Retry-After"),
}
_VERSION: Final = {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$", "examples": ["1.42.1795392000"]}
_REASON: Final = {
    "type": "object",
    "required": ["code", "rule", "by"],
    "properties": {
        "code": {"type": "string"},
        "rule": {"type": ["string", "null"]},
        "by": {"type": "string", "enum": ["pack", "parent", "teen", "system"]},
    },
}
_ENFORCED: Final = {
    "type": "object",
    "required": ["value", "may_loosen", "locked", "reasons"],
    "properties": {
        "value": {"type": ["string", "object"]},
        "may_loosen": {"type": "string", "enum": ["nobody", "parent", "both", "either", "teen"]},
        "locked": {"type": "boolean"},
        "reasons": {"type": "array", "minItems": 1, "items": _REASON},
    },
}
_BY_CONTROL: Final = {"type": "object", "additionalProperties": _ENFORCED}
_SETTINGS: Final = {
    "type": "object",
    "required": ["version", "valid_until", "time_zone", "settings", "next"],
    "properties": {
        "version": _VERSION,
        "valid_until": {"type": ["string", "null"], "format": "date-time"},
        "time_zone": {"type": "string"},
        "settings": _BY_CONTROL,
        "next": {
            "type": ["object", "null"],
            "required": ["at", "settings"],
            "properties": {"at": {"type": "string", "format": "date-time"}, "settings": _BY_CONTROL},
        },
    },
}
# What is sent to an app: three fields of a stream's frame.
_FRAMES: Final = (
    "id: 1.42\nevent: message\n"
    'data: {"type":"refetchEvaluation","etag":"\\"1.42.1795392000-baseline:2026-11-01-1\\"",'
    '"lastModified":1795392000}\n\n'
)

# What a service asks is counted by key, question by question.
_DECISIONS: Final = ("decisions a minute",)

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        "/v1/me/settings",
        "device",
        ("settings a minute",),
        "settings",
        {
            "operationId": "readSettings",
            "tags": ["device"],
            "summary": "Read the enforced values with their reasons.",
            "security": [{"device": []}],
            "parameters": [IF_NONE_MATCH],
            "responses": {
                "200": {
                    "description": "What applies now.",
                    "headers": {"ETag": HEADERS["ETag"]},
                    "content": {"application/json": {"schema": _SETTINGS}},
                },
                "304": {"description": "Unchanged.", "headers": {"ETag": HEADERS["ETag"]}},
                **_REFUSALS,
            },
        },
    ),
    Route(
        "GET",
        "/ofrep/v1/stream",
        "device or ticket",
        ("streams a device", "streams a process"),
        "stream",
        {
            "operationId": "openStream",
            "tags": ["device"],
            "summary": "Be told when to read again.",
            "description": "Server-sent events. Ends after 10 to 15 minutes; connect again with Last-Event-ID.",
            "security": [{"device": []}, {"ticket": []}],
            "parameters": [
                {
                    "name": "Last-Event-ID",
                    "in": "header",
                    "description": "The id of the last frame; another one than the present is told at once.",
                    "schema": {"type": "string"},
                }
            ],
            "responses": {
                "200": {
                    "description": "Frames without values: they only say that something has changed.",
                    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _FRAMES}},
                },
                "204": {"description": "Streams are switched off here; do not connect again."},
                **_REFUSALS,
            },
        },
    ),
    Route("POST", discovery.EVALUATION, "service", _DECISIONS, "evaluation", description.EVALUATION),
    Route("POST", discovery.EVALUATIONS, "service", _DECISIONS, "evaluations", description.EVALUATIONS),
    Route("POST", discovery.SEARCH_SUBJECT, "service", _DECISIONS, "search_subject", description.SEARCH_SUBJECT),
    Route("POST", discovery.SEARCH_RESOURCE, "service", _DECISIONS, "search_resource", description.SEARCH_RESOURCE),
    Route("POST", discovery.SEARCH_ACTION, "service", _DECISIONS, "search_action", description.SEARCH_ACTION),
    Route("GET", discovery.CONFIGURATION, "anyone", (), "configuration", description.CONFIGURATION),
    Route(
        "GET",
        "/livez",
        "anyone",
        (),
        "live",
        {
            "operationId": "isLive",
            "tags": ["operator"],
            "summary": "Say that the process runs; depends on nothing.",
            "security": [],
            "responses": {
                "200": {
                    "description": "It runs.",
                    "content": {"text/plain": {"schema": {"type": "string", "const": "ok\n"}}},
                }
            },
        },
    ),
)

# What the fragments above refer to.
SECURITY_SCHEMES: Final[Fragment] = {
    "device": {"type": "http", "scheme": "bearer", "description": "A device token, `fpd_…`."},
    "ticket": {
        "type": "apiKey",
        "in": "query",
        "name": "ticket",
        "description": "A stream ticket of a day, `fpt_…`.",
    },
}


def paths() -> dict[str, dict[str, Fragment]]:
    """Return the OpenAPI path items of the edge."""
    items: dict[str, dict[str, Fragment]] = {}
    for route in ROUTES:
        items.setdefault(route.path, {})[route.method.lower()] = route.openapi
    return items
