"""The parts of OpenAPI that the edge's routes are described with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Fragment: TypeAlias = Mapping[str, Any]


def header(text: str, **schema: object) -> Fragment:
    """Describe a header."""
    return {"description": text, "schema": {"type": "string", **schema}}


def problem(text: str, *headers: str) -> Fragment:
    """Describe a refusal, with the headers that come with it."""
    answer: dict[str, Any] = {
        "description": text,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if headers:
        answer["headers"] = {name: HEADERS[name] for name in headers}
    return answer


HEADERS: Final[Mapping[str, Fragment]] = {
    "ETag": header("Names what is answered; send it back as If-None-Match."),
    "Retry-After": header("Whole seconds to wait.", pattern="^[0-9]+$"),
    "WWW-Authenticate": header("How to prove who asks."),
}
IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "description": "The ETag that was read last; answers 304 while it still names what applies.",
    "schema": {"type": "string"},
}
