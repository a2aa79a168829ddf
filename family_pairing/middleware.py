"""Every answer carries the id under which operators find it in the logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.dateparse import parse_datetime
from uuid_utils.compat import uuid7

from accounts.languages import is_spoken
from ledger import clock

Handler = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """Give each request an id."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REQUEST_ID"] = str(uuid7())
        response = self.get_response(request)
        response["X-Request-Id"] = request.META["REQUEST_ID"]
        return response


class SessionEnds:
    """End a session twelve hours after it began, however often it was used (ASVS 7.3.2)."""

    BEGAN = "began_at"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            began = parse_datetime(request.session.setdefault(self.BEGAN, clock.now().isoformat()))
            longest: timedelta = settings.SESSION_ABSOLUTE_AGE
            if began is None or clock.now() - began > longest:
                # Also for this very request: a flush alone would leave its user signed in.
                logout(request)
        return self.get_response(request)


class OwnLanguage:
    """Speak to who is signed in in the language that the person chose; before that the cookie or the browser counts."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and is_spoken(request.user.language):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)
