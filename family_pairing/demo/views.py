"""The demo's pages. They hand out a teen's token, so they answer this machine and nobody else."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from family_pairing.demo.letters import letters_in
from family_pairing.demo.words import phone_words

HERE = ("localhost", "127.0.0.1")
Page = Callable[[HttpRequest], HttpResponse]


def only_here(view: Page) -> Page:
    """Let a view exist for this machine alone: in the demo, from loopback, by a local name, past no proxy."""

    @never_cache
    @require_safe
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        is_forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
        is_named_here = request.get_host().rpartition(":")[0] in HERE or request.get_host() in HERE
        if not settings.DEMO or is_forwarded or not is_named_here or not is_loopback(request):
            raise Http404
        return view(request)

    return page


def is_loopback(request: HttpRequest) -> bool:
    """Tell whether the request comes from this machine."""
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@only_here
def index(request: HttpRequest) -> HttpResponse:
    """Show who is who in the demo family."""
    return render(request, "demo/index.html", {"told": demo_family()})


@only_here
def phone(request: HttpRequest) -> HttpResponse:
    """Show the phone of one of the demo's teens."""
    teens = demo_family().get("teens", [])
    chosen = next((teen for teen in teens if teen["id"] == request.GET.get("teen")), teens[0] if teens else None)
    if chosen is None:
        return render(request, "demo/no_family.html", status=404)
    setup = {"id": chosen["id"], "name": chosen["name"], "token": chosen["device_token"]}
    return render(request, "demo/phone.html", {"teens": teens, "teen": chosen, "setup": setup, "words": phone_words()})


@only_here
def mail(request: HttpRequest) -> HttpResponse:
    """Show the mail that was sent, newest first."""
    return render(request, "demo/mail.html", {"letters": letters_in(Path(settings.EMAIL_FILE_PATH))})


def demo_family() -> dict[str, Any]:
    """Return what `demo.json` says, nothing while there is no demo family."""
    try:
        told: dict[str, Any] = json.loads((settings.HOME / "demo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told
