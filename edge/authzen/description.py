"""How the endpoints of AuthZEN 1.0 are described in OpenAPI; the standard's text is the authority, in our words."""

from __future__ import annotations

from typing import Any, Final

from edge.authzen.discovery import ENDPOINTS
from edge.authzen.questions import ENDS, MOST
from edge.authzen.search import LONGEST_PAGE, PAGE
from edge.described import HEADERS, IF_NONE_MATCH, Fragment, problem

_ANYTHING: Final = {"type": "object", "additionalProperties": True}
_TEXT: Final = {"type": "string"}


def _object(needed: dict[str, Any], others: dict[str, Any] | None = None) -> dict[str, Any]:
    """Describe an object; what is not named here is passed over."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **(others or {})}}


_ENTITY: Final = _object({"type": _TEXT, "id": _TEXT}, {"properties": _ANYTHING})
_KIND: Final = _object({"type": _TEXT}, {"properties": _ANYTHING})
_ACTION: Final = _object({"name": _TEXT}, {"properties": _ANYTHING})
_CONTEXT: Final = {**_ANYTHING, "properties": {"explain": {"type": "boolean"}, "time": _TEXT}}
_PAGE: Final = _object(
    {},
    {
        "token": _TEXT,
        "limit": {"type": "integer", "minimum": 0, "default": PAGE, "description": f"{LONGEST_PAGE} at most."},
    },
)
_QUESTION: Final = _object({"subject": _ENTITY, "action": _ACTION, "resource": _ENTITY}, {"context": _CONTEXT})
_DECIDED: Final = _object({"decision": {"type": "boolean"}}, {"context": _ANYTHING})
_BATCH: Final = _object(
    {},
    {
        "subject": _ENTITY,
        "action": _ACTION,
        "resource": _ENTITY,
        "context": _CONTEXT,
        "evaluations": {"type": "array", "maxItems": MOST, "items": _ANYTHING},
        "options": _object({}, {"evaluations_semantic": {"type": "string", "enum": list(ENDS)}}),
    },
)
_DECIDED_ALL: Final = _object(
    {}, {"evaluations": {"type": "array", "items": _DECIDED}, "decision": {"type": "boolean"}}
)
_METADATA: Final = _object(
    {"policy_decision_point": _TEXT, "access_evaluation_endpoint": _TEXT}, dict.fromkeys(ENDPOINTS, _TEXT)
)
_REFUSALS: Final[Fragment] = {
    "400": problem(
        "`malformed`: no JSON object in `application/json`, or a field of a wrong type; `errors` says which."
    ),
    "401": problem("`token_invalid`: no live service key.", "WWW-Authenticate"),
    "403": problem("`scope_missing`: the key does not carry the scope `decide`."),
    "405": problem("`method_not_allowed`"),
    "413": problem(f"`too_large`: over 64 KiB, or over {MOST} questions."),
    "429": problem("`too_many`", "Retry-After"),
    "503": problem("`unavailable`: keys cannot be read now; refuse what was asked about.", "Retry-After"),
}


def _found(result: dict[str, Any]) -> dict[str, Any]:
    """Describe one page of a search."""
    number = {"type": "integer", "minimum": 0}
    page = _object({"next_token": _TEXT}, {"count": number, "total": number})
    return _object({"results": {"type": "array", "items": result}}, {"page": page})


def _post(name: str, summary: str, body: dict[str, Any], answer: dict[str, Any], description: str) -> Fragment:
    """Describe an endpoint that services post to."""
    return {
        "operationId": name,
        "tags": ["service"],
        "summary": summary,
        "description": description,
        "security": [{"service": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Also where it is refused.", "content": {"application/json": {"schema": answer}}},
            **_REFUSALS,
        },
    }


EVALUATION: Final = _post(
    "evaluate",
    "Decide whether one thing may happen.",
    _QUESTION,
    _DECIDED,
    "`context.explain` asks for the reasons. `context.obligations` is what the caller must do too, explained or not; "
    "one that it does not know means that it refuses.",
)
EVALUATIONS: Final = _post(
    "evaluateAll",
    "Decide about a batch, in its order; without `evaluations` about one thing.",
    _BATCH,
    _DECIDED_ALL,
    "What stands beside `evaluations` holds for each of them that does not say otherwise, object by object. "
    "A question that cannot be read is refused in its place, with `context.error`.",
)
SEARCH_SUBJECT: Final = _post(
    "searchSubject",
    "List who may do this, among those whom we hold.",
    _object({"subject": _KIND, "action": _ACTION, "resource": _ENTITY}, {"context": _CONTEXT, "page": _PAGE}),
    _found(_object({"type": _TEXT, "id": _TEXT})),
    "An unknown type or id finds nothing.",
)
SEARCH_RESOURCE: Final = _post(
    "searchResource",
    "List to what this may be done, among what we hold.",
    _object({"subject": _ENTITY, "action": _ACTION, "resource": _KIND}, {"context": _CONTEXT, "page": _PAGE}),
    _found(_object({"type": _TEXT, "id": _TEXT})),
    "An unknown type or id finds nothing.",
)
SEARCH_ACTION: Final = _post(
    "searchAction",
    "List what may be done.",
    _object({"subject": _ENTITY, "resource": _ENTITY}, {"context": _CONTEXT, "page": _PAGE}),
    _found(_object({"name": _TEXT})),
    "An unknown type or id finds nothing.",
)
CONFIGURATION: Final[Fragment] = {
    "operationId": "readAuthzenConfiguration",
    "tags": ["anyone"],
    "summary": "Tell where decisions are asked for.",
    "security": [],
    "parameters": [IF_NONE_MATCH],
    "responses": {
        "200": {
            "description": "The endpoints; to be kept for an hour.",
            "headers": {"ETag": HEADERS["ETag"]},
            "content": {"application/json": {"schema": _METADATA}},
        },
        "304": {"description": "Unchanged.", "headers": {"ETag": HEADERS["ETag"]}},
        "405": problem("`method_not_allowed`"),
    },
}
