"""What people and programs see when no view answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from family_pairing.problems import MEDIA_TYPE, Problem, problem_body


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404."""
    return answer(request, Problem("not_found"), "404.html")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400."""
    return answer(request, Problem("malformed"), "400.html")


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a form whose token is missing or old."""
    return answer(request, Problem("csrf_failed"), "403.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503: what failed inside is for operators, and the caller may try again."""
    return answer(request, Problem("unavailable"), "503.html")


def answer(request: HttpRequest, problem: Problem, template: str) -> HttpResponse:
    """Answer programs with a problem and people with a page."""
    if request.path.startswith(("/v1/", "/access/", "/ofrep/")):
        body: dict[str, Any] = problem_body(problem, request.META.get("REQUEST_ID", ""))
        return JsonResponse(body, status=problem.status, headers=dict(problem.headers), content_type=MEDIA_TYPE)
    page = render(request, f"errors/{template}", status=problem.status)
    for name, value in problem.headers.items():
        page[name] = value
    return page
