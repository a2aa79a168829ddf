"""Pages of requests: the inbox, and a parent's answers."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in_recently
from accounts.models import Pairing
from accounts.web.pages import ParentRequest, parent_page, sign_in_again
from controls.access import request_for_parent
from controls.labels.requests import DONE, NOT_ANY_MORE, REFUSED, STILL_MISSING
from controls.models import Request, RequestState
from controls.requests import approve_request, refuse_request
from controls.web.inbox import ApproveForm, RefuseForm, in_time_of, inbox_context
from family_pairing.problems import Problem
from ledger import clock


@require_safe
@parent_page
def inbox(request: ParentRequest) -> HttpResponse:
    """Show what the teens ask."""
    shown = inbox_context(request.user, at=clock.now(), cursor=request.GET.get("cursor", ""))
    return render(request, "controls/requests.html", shown)


@require_POST
@parent_page
def approve(request: ParentRequest, request_id: UUID) -> HttpResponse:
    """Approve a request for as long as the form says."""
    asked, pairing = request_for_parent(request.user, request_id)
    with in_time_of(asked):
        form = ApproveForm(asked, request.POST)
        return approved(request, asked, pairing, form) if form.is_valid() else again(request, form)


@require_POST
@parent_page
def refuse(request: ParentRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request, with a reason."""
    asked, pairing = request_for_parent(request.user, request_id)
    form = RefuseForm(asked, request.POST)
    return refused(request, asked, pairing, form) if form.is_valid() else again(request, form)


def approved(request: ParentRequest, asked: Request, pairing: Pairing, form: ApproveForm) -> HttpResponse:
    """Approve, or say why that cannot be."""
    now, actor = clock.now(), request.user.actor
    is_recent = signed_in_recently(request, at=now)
    try:
        approve_request(asked, pairing, form.lasting, form.until, actor=actor, at=now, is_recent=is_recent)
    except Problem as problem:
        if problem.code == "step_up_required":
            return sign_in_again(request)
        if problem.code == "gone":
            return over(request)
        form.refuse(problem)
        return again(request, form)
    messages.success(request, DONE if asked.state == RequestState.APPROVED else STILL_MISSING)
    return redirect("controls:requests")


def refused(request: ParentRequest, asked: Request, pairing: Pairing, form: RefuseForm) -> HttpResponse:
    """Refuse, or say that it was over before."""
    try:
        refuse_request(asked, pairing, form.cleaned_data["reason"], actor=request.user.actor, at=clock.now())
    except Problem as problem:
        if problem.code != "gone":
            raise
        return over(request)
    messages.success(request, str(REFUSED).format(teen=asked.account.handle))
    return redirect("controls:requests")


def over(request: ParentRequest) -> HttpResponse:
    """Say that a request has ended meanwhile."""
    messages.info(request, NOT_ANY_MORE)
    return redirect("controls:requests")


def again(request: ParentRequest, form: forms.Form) -> HttpResponse:
    """Show the inbox with what was typed and what is wrong with it."""
    shown = inbox_context(request.user, at=clock.now(), typed=[form])
    return render(request, "controls/requests.html", shown, status=422)
