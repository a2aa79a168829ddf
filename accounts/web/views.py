"""Pages of pairing: type the code, then wait for the teen; and the switch of the language."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language
from django_htmx.http import HttpResponseClientRedirect

from accounts import limits
from accounts.access import pairing_for_parent
from accounts.actions import choose_language
from accounts.labels import claim_refused
from accounts.languages import is_spoken
from accounts.models import Pairing, State, User
from accounts.pairing import claim_pairing
from accounts.web.forms import CodeForm
from accounts.web.pages import ParentRequest, parent_page
from family_pairing.problems import Problem
from ledger import clock


@require_http_methods(["GET", "HEAD", "POST"])
@parent_page
def pair(request: ParentRequest) -> HttpResponse:
    """Ask for the code that the teen's app shows, and claim the pairing."""
    form = CodeForm(request.POST or None)
    if not form.is_bound:
        return render(request, "accounts/pair.html", {"form": form})
    try:
        return redirect("accounts:waiting", pairing_id=claim(request, form).pk)
    except Problem as problem:
        if form.is_valid():
            form.add_error("code", claim_refused(problem))
        return render(request, "accounts/pair.html", {"form": form}, status=422)


@require_safe
@parent_page
def waiting(request: ParentRequest, pairing_id: UUID) -> HttpResponse:
    """Wait for the teen; htmx asks again and again, and a reload does the same."""
    pairing = claimed_by(request, pairing_id)
    if pairing is not None and pairing.binds:
        return onward(request, pairing)
    if request.htmx and pairing is not None:
        return HttpResponse(status=204)
    template = "accounts/_waiting.html" if request.htmx else "accounts/waiting.html"
    return render(request, template, {"pairing": pairing})


@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Remember a language: in a cookie, and for who is signed in for good."""
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and is_spoken(chosen):
        choose_language(request.user, chosen)
    return set_language(request)


def claim(request: ParentRequest, form: CodeForm) -> Pairing:
    """Claim the pairing of a code, or of the token that a link carried; staff are nobody's parents.

    Raises Problem as `claim_pairing` does.
    """
    token = request.POST.get("token", "")
    if request.user.is_staff or not (token or form.is_valid()):
        raise Problem("not_found")
    code = "" if token else form.cleaned_data["code"]
    address = limits.address_of(request)
    return claim_pairing(request.user, code=code, token=token, address=address, at=clock.now())


def claimed_by(request: ParentRequest, pairing_id: UUID) -> Pairing | None:
    """Return the parent's pairing while it waits or binds; a declined, an expired and a foreign one look alike."""
    try:
        pairing = pairing_for_parent(request.user, pairing_id)
    except Problem:
        return None
    is_late = pairing.state == State.CLAIMED and pairing.expires_at <= clock.now()
    return None if is_late else pairing


def onward(request: ParentRequest, pairing: Pairing) -> HttpResponse:
    """Go on to the teen's page."""
    address = resolve_url("controls:teen", teen_id=pairing.teen_id)
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
