"""Problems: what every refusal on `/v1` looks like (RFC 9457), in Django and at the edge alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MEDIA_TYPE = "application/problem+json"


class Code(NamedTuple):
    """A stable code: its HTTP status and its title."""

    status: int
    title: str


CODES: Mapping[str, Code] = {
    "malformed": Code(400, "The request could not be read."),
    "unknown_field": Code(400, "The request has a field that does not exist."),
    "not_signed_in": Code(401, "Sign in first."),
    "token_invalid": Code(401, "The token is not valid."),
    "step_up_required": Code(401, "Confirm that it is you: sign in again."),
    "not_available_at_your_age": Code(403, "This is not available at this age."),
    "not_yours_to_loosen": Code(403, "Somebody else has to agree to this."),
    "tie_unverified": Code(403, "An unverified parent can only make settings stricter."),
    "csrf_failed": Code(403, "The page that sent this was too old; load it again."),
    "scope_missing": Code(403, "The key does not carry the scope that this needs."),
    "not_found": Code(404, "There is nothing here that you may see."),
    "method_not_allowed": Code(405, "This address does not know that method."),
    "not_acceptable": Code(406, "No representation that the request accepts."),
    "already_open": Code(409, "One is open already."),
    "cooling_off": Code(409, "It is too early to ask again."),
    "kept_by_platform": Code(409, "The platform keeps friends and blocks itself."),
    "in_progress": Code(409, "The same request is being worked on."),
    "gone": Code(410, "This has ended."),
    "conflict": Code(412, "It has changed since it was read."),
    "too_large": Code(413, "The body is too large."),
    "unsupported_media_type": Code(415, "The body has a type that is not read here."),
    "invalid_value": Code(422, "A value is not one of those expected."),
    "unknown_control": Code(422, "There is no such control."),
    "past_the_loosest": Code(422, "The value is looser than the policy allows."),
    "age_too_low": Code(422, "The account is below the lowest age that is enrolled."),
    "idempotency_mismatch": Code(422, "The key was used for another request."),
    "precondition_required": Code(428, "Send If-Match with the ETag that was read."),
    "too_many": Code(429, "Too many requests."),
    "unavailable": Code(503, "Try again in a moment."),
}


@dataclass(frozen=True)
class Fault:
    """One wrong part of a request: where (JSON pointer, RFC 6901), which code, what was expected."""

    pointer: str
    code: str
    detail: str


@dataclass
class Problem(Exception):
    """A refusal that a caller can act upon."""

    code: str
    detail: str = ""
    faults: Iterable[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.code, self.detail)
        if self.status in (429, 503) and "Retry-After" not in self.headers:
            self.headers = {**self.headers, "Retry-After": "1"}

    @property
    def status(self) -> int:
        return CODES[self.code].status


def problem_body(problem: Problem, request_id: str) -> dict[str, object]:
    """Return the members of the `application/problem+json` answer."""
    code = CODES[problem.code]
    return {
        "type": f"/problems/{problem.code}",
        "title": code.title,
        "status": code.status,
        "code": problem.code,
        "detail": problem.detail or code.title,
        "request_id": request_id,
        "errors": [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in problem.faults],
        **problem.extra,
    }
