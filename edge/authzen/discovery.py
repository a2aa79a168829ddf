"""What this decision point says of itself, for whoever asks."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import orjson

from edge.http import Answer, Header, Request, matches

EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
SEARCH_SUBJECT: Final = "/access/v1/search/subject"
SEARCH_RESOURCE: Final = "/access/v1/search/resource"
SEARCH_ACTION: Final = "/access/v1/search/action"
CONFIGURATION: Final = "/.well-known/authzen-configuration"
ENDPOINTS: Final[Mapping[str, str]] = {
    "access_evaluation_endpoint": EVALUATION,
    "access_evaluations_endpoint": EVALUATIONS,
    "search_subject_endpoint": SEARCH_SUBJECT,
    "search_resource_endpoint": SEARCH_RESOURCE,
    "search_action_endpoint": SEARCH_ACTION,
}
_PUBLIC: Final[Header] = (b"cache-control", b"public, max-age=3600")


class Configuration:
    """Answers the metadata of the decision point; it is what it is while the process runs."""

    def __init__(self, base_url: str):
        told = {"policy_decision_point": base_url, **{name: base_url + path for name, path in ENDPOINTS.items()}}
        body = orjson.dumps(told)
        self._etag = b'"%b"' % hashlib.sha256(body).hexdigest()[:32].encode()
        kept = ((b"etag", self._etag), _PUBLIC)
        self._whole = Answer(200, ((b"content-type", b"application/json"), *kept), body)
        self._unchanged = Answer(304, kept)

    async def answer(self, request: Request) -> Answer:
        """Return the metadata, or that it is unchanged."""
        return self._unchanged if matches(self._etag, request.header(b"if-none-match")) else self._whole
