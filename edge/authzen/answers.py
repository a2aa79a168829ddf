"""From decisions to bytes: an allowance with nothing to do or to explain is `{"decision":true}` and no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson

from edge.authzen.evaluator import Decided, Question
from edge.authzen.questions import Faults
from edge.http import NO_STORE, Answer, Header
from family_pairing.problems import CODES, Fault

_HEADERS: Final[tuple[Header, ...]] = ((b"content-type", b"application/json"), NO_STORE)
_BARE: Final = {True: b'{"decision":true}', False: b'{"decision":false}'}
_WITH: Final = {True: b'{"decision":true,"context":', False: b'{"decision":false,"context":'}


def answer(body: bytes) -> Answer:
    """Return a whole answer with this JSON."""
    return Answer(200, _HEADERS, body)


def encoded(decided: Decided, question: Question) -> bytes:
    """Return the decision about one question, as it is answered."""
    decision, context = decided
    if context and decision and not question.explained:
        obligations = context.get("obligations")
        context = {"obligations": obligations} if obligations else None
    return _WITH[decision] + orjson.dumps(context) + b"}" if context else _BARE[decision]


def refused(faults: Faults) -> bytes:
    """Return the refusal of one question of a batch that could not be read."""
    error = {
        "status": CODES["malformed"].status,
        "code": "malformed",
        "message": CODES["malformed"].title,
        "errors": [told(fault) for fault in faults],
    }
    return _WITH[False] + orjson.dumps({"error": error}) + b"}"


def told(fault: Fault) -> dict[str, Any]:
    """Return a fault as a problem tells it."""
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


def batch(each: Iterable[bytes]) -> bytes:
    """Return the answer to a batch."""
    return b'{"evaluations":[' + b",".join(each) + b"]}"
