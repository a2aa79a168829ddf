"""The description of the API: what Django's views say of themselves, and the edge's own table."""

from __future__ import annotations

from typing import Any

from edge.routes import SECURITY_SCHEMES, paths

PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail", "request_id", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


REFUSED = {
    "description": "Refused; the code says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def add_edge_routes(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Return the description with the routes that the edge answers."""
    for item in result["paths"].values():
        for operation in item.values():
            operation["responses"].setdefault("4XX", REFUSED)
    for path, item in paths().items():
        result["paths"].setdefault(path, {}).update(item)
    components = result.setdefault("components", {})
    components.setdefault("securitySchemes", {}).update(SECURITY_SCHEMES)
    components.setdefault("schemas", {}).setdefault("Problem", PROBLEM)
    result["paths"] = dict(sorted(result["paths"].items()))
    return result
