"""What every JSON view shares: reading a body, problems, preconditions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from family_pairing.problems import MEDIA_TYPE, Fault, Problem, problem_body

BODY_LIMIT = 64 * 1024
# The deepest value of any control has six levels.
DEEPEST = 32


class JsonParser(BaseParser):
    """Reads one JSON object of at most 64 KiB."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Return the object.

        Raises Problem `malformed` or `too_large`.
        """
        text = stream.read(BODY_LIMIT + 1)
        if len(text) > BODY_LIMIT:
            raise Problem("too_large", "Expected a body of at most 64 KiB.")
        return read_object(text)


class MergePatchParser(JsonParser):
    """Reads a merge patch (RFC 7396); plain JSON is taken for one as well."""

    media_type = "application/merge-patch+json"


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer for which an unknown field is an error, not something to overlook."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields.

        Raises Problem `unknown_field` naming each field that does not exist.
        """
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            known = ", ".join(f"`{name}`" for name in self.fields)
            raise Problem(
                "unknown_field",
                faults=[
                    Fault(pointer(name), "unknown_field", f"Expected one of {known or 'no fields'}.")
                    for name in unknown
                ],
            )
        return super().to_internal_value(data)


def validated(serializer: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """Return the request's body as the serializer reads it.

    Raises Problem `invalid_value` with a pointer to each wrong field.
    """
    form = serializer(data=request.data)
    if not form.is_valid():
        raise Problem("invalid_value", faults=list(faults_of(form.errors)))
    return dict(form.validated_data)


def faults_of(errors: Any, path: str = "") -> list[Fault]:
    """Return serializer errors as faults with JSON pointers."""
    if isinstance(errors, Mapping):
        at = {key: path if key == "non_field_errors" else path + pointer(str(key)) for key in errors}
        return [fault for key, inner in errors.items() for fault in faults_of(inner, at[key])]
    return [Fault(path, "invalid_value", str(error)) for error in errors]


def pointer(name: str) -> str:
    """Return a name as one step of a JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def read_object(text: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is.

    Raises Problem `malformed` saying what was expected.
    """
    try:
        # The bytes are UTF-8 and nothing else: the library would guess other encodings.
        data = json.loads(text.decode("utf-8-sig") or "{}", parse_constant=refuse_constant, object_pairs_hook=object_of)
    except (ValueError, RecursionError) as error:
        raise Problem("malformed", "Expected a body in JSON (UTF-8).") from error
    if not isinstance(data, dict):
        raise Problem("malformed", "Expected a JSON object.")
    if not all(is_storable(word) for word in texts_in(data)):
        raise Problem("malformed", "Expected text without NUL and without lone surrogates.")
    return data


def refuse_constant(name: str) -> None:
    """Refuse `NaN` and `Infinity`, which are not JSON."""
    raise ValueError(name)


def object_of(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object, in which each name stands once: of two values nobody knows which one is meant."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a name stands twice")
    return found


def texts_in(data: object, level: int = 0) -> Iterator[str]:
    """Return every text of a JSON value, names included.

    Raises Problem `malformed` for a value that is nested deeper than anything that is read here.
    """
    if level >= DEEPEST:
        raise Problem("malformed", f"Expected a body of at most {DEEPEST} levels.")
    match data:
        case str():
            yield data
        case dict():
            for name, value in data.items():
                yield name
                yield from texts_in(value, level + 1)
        case list():
            for value in data:
                yield from texts_in(value, level + 1)


def is_storable(text: str) -> bool:
    """Tell whether Postgres stores the text: it has neither NUL nor a lone surrogate."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def require_match(request: Request, etag: str) -> None:
    """Check the precondition of a write (RFC 9110, 13.1.1).

    Raises Problem `precondition_required` without If-Match, `conflict` for a stale one.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise Problem("precondition_required")
    if etag not in {tag.strip().removeprefix("W/") for tag in header.split(",")}:
        raise Problem("conflict", headers={"ETag": etag})


def with_etag(request: Request, etag: str, body: Callable[[], Any]) -> Response:
    """Answer 304 when the caller holds this state already, else the body under its ETag."""
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if etag in known or "*" in known:
        return Response(status=304, headers=headers)
    return Response(body(), headers=headers)


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer every refusal as a problem (RFC 9457); what is unforeseen stays an error for operators."""
    problem = as_problem(error)
    if problem is None:
        return None
    request: Request = context["request"]
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = MEDIA_TYPE
    body = problem_body(problem, request.META.get("REQUEST_ID", ""))
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(body, status=problem.status, headers=headers, content_type=MEDIA_TYPE)


def as_problem(error: Exception) -> Problem | None:
    """Return the problem that an exception is, if it is a refusal."""
    if isinstance(error, Problem):
        return error
    return next((Problem(code, detail) for kinds, code, detail in REFUSALS if isinstance(error, kinds)), None)


REFUSALS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((Http404,), "not_found", ""),
    ((RequestDataTooBig,), "too_large", "Expected a body of at most 64 KiB."),
    ((exceptions.ParseError,), "malformed", ""),
    ((exceptions.UnsupportedMediaType,), "unsupported_media_type", "Expected `Content-Type: application/json`."),
    ((exceptions.MethodNotAllowed,), "method_not_allowed", ""),
    ((exceptions.NotAcceptable,), "not_acceptable", "Expected `Accept` to allow application/json."),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed, exceptions.PermissionDenied), "not_signed_in", ""),
    # The database is away, or too busy to answer in time.
    ((OperationalError, InterfaceError), "unavailable", ""),
)
