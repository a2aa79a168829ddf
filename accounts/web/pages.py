"""What the pages of a parent have in common: who may open them, and how a refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from family_pairing.problems import Problem

P = ParamSpec("P")


class ParentRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: HtmxDetails


Page = Callable[Concatenate[ParentRequest, P], HttpResponse]


def parent_page(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let parents in, turn a refusal that the view did not expect into a page, and keep it out of shared caches."""

    @never_cache
    @whole_page_to_sign_in
    @login_required
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(cast(ParentRequest, request), *args, **kwargs)
        except Problem as problem:
            return refused(request, problem)

    update_wrapper(page, view)
    return page


def whole_page_to_sign_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send htmx to the sign-in as a page: a fragment that waited past the end of a session has no place for it."""

    def page(request: Any, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.htmx and not request.user.is_authenticated:
            back = urlencode({REDIRECT_FIELD_NAME: request.htmx.current_url_abs_path or "/"})
            return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{back}")
        return view(request, *args, **kwargs)

    return page


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer a refusal with a page; what one may not see does not exist.

    Raises Http404.
    """
    if problem.status == 404:
        raise Http404
    answer = render(request, "errors/refused.html", {"code": problem.code}, status=problem.status)
    for name, value in problem.headers.items():
        answer[name] = value
    return answer


def sign_in_again(request: ParentRequest) -> HttpResponse:
    """Keep what was sent, ask for the password, and then do what was sent without asking for it again."""
    # What comes back is a page, not a fragment: the request is kept without the marks of htmx.
    is_fragment = bool(request.htmx)
    for name in [name for name in request.META if name.startswith("HTTP_HX_")]:
        del request.META[name]
    answer = suspend_request(request, resolve_url("account_reauthenticate"))
    return HttpResponseClientRedirect(answer.url) if is_fragment else answer
