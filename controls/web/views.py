"""A parent's pages: the family, one teen, one control; each works without JavaScript, and htmx gets a fragment."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from accounts.access import active_pairing_for_parent, signed_in_recently
from accounts.web.pages import ParentRequest, parent_page, sign_in_again
from controls.access import control_from_key
from controls.actions import Attempt, Change, preview_controls, set_controls
from controls.endings import end_pairing
from controls.policy.bands import zone_of
from controls.policy.catalogue import Control
from controls.simulation import Simulated, changed_answers, simulate_for_parent
from controls.web import context, undoing
from controls.web.ahead import changes_ahead
from controls.web.context import View, view_of
from controls.web.forms import ControlForm, form_for
from controls.web.stories import story_of
from controls.web.trying import TrialForm, action_of, trial_context, turns_of
from family_pairing.problems import Problem
from ledger import clock

P = ParamSpec("P")


def teen_page(
    view: Callable[Concatenate[ParentRequest, View, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Give a view the parent's active pairing with what applies now, in the teen's time; otherwise there is nothing."""

    def page(request: ParentRequest, /, teen_id: UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        seen = view_of(active_pairing_for_parent(request.user, teen_id), at=clock.now())
        with timezone.override(zone_of(seen.pairing.teen.time_zone)):
            return view(request, seen, *args, **kwargs)

    update_wrapper(page, view)
    return parent_page(page)


@require_safe
@parent_page
def home(request: ParentRequest) -> HttpResponse:
    """Show the family; staff have no family here and go to their own pages."""
    if request.user.is_staff:
        return redirect("admin:index")
    return render(request, "controls/home.html", context.home_context(request.user, at=clock.now()))


@require_safe
@teen_page
def teen(request: ParentRequest, seen: View) -> HttpResponse:
    """Show one teen: who supervises, what applies and why, and where the last change has come to."""
    shown = {**context.teen_context(seen), "ahead": changes_ahead(seen), "undo": undoing.offered(request, seen)}
    return render(request, "controls/teen.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@teen_page
def control(request: ParentRequest, seen: View, key: str) -> HttpResponse:
    """Show the form of one control, and save it."""
    form = bound_form(request, seen, key)
    if not form.is_bound:
        return edit_page(request, seen, form)
    return saved(request, seen, form) if is_ready(request, form) else edit_page(request, seen, form)


@require_POST
@teen_page
def preview(request: ParentRequest, seen: View, key: str) -> HttpResponse:
    """Show what a change would do, and store nothing."""
    form = bound_form(request, seen, key)
    if not is_ready(request, form):
        return edit_page(request, seen, form, "controls/_preview.html")
    try:
        tried = preview_controls(seen.pairing, [change_of(request, form)], at=clock.now())
    except Problem as problem:
        form.refuse(problem)
        return edit_page(request, seen, form, "controls/_preview.html")
    return edit_page(request, seen, form, "controls/_preview.html", tried)


@require_POST
@teen_page
def undo(request: ParentRequest, seen: View) -> HttpResponse:
    """Bring back what the parent had said before the last change."""
    changes = undoing.taken(request, seen)
    if not changes:
        return redirect("controls:teen", teen_id=seen.pairing.teen_id)
    try:
        tried = set_all(request, seen, changes)
    except Problem as problem:
        return step_up(request, problem)
    undoing.forget(request)
    return answer_change(request, seen, changes[0].control, tried)


@require_safe
@teen_page
def arrival(request: ParentRequest, seen: View) -> HttpResponse:
    """Answer how far the last change has come; nothing when that is what the page shows already."""
    shown = context.arrival_context(seen, context.moment_of(request.GET.get("since", "")))
    if request.GET.get("seen") == shown["seen"] and not shown["is_tired"]:
        return HttpResponse(status=204)
    return render(request, "controls/_arrival.html", shown)


@require_safe
@teen_page
def history(request: ParentRequest, seen: View) -> HttpResponse:
    """Show what happened, newest first."""
    story = story_of(seen, request.GET.get("cursor", ""))
    return render(request, "controls/history.html", {**context.family_context(seen), "story": story})


@require_http_methods(["GET", "HEAD", "POST"])
@teen_page
def try_it(request: ParentRequest, seen: View) -> HttpResponse:
    """Show the simulator's form of one action, and answer it."""
    form = TrialForm(seen, action_of(request.GET.get("action", "")), request.POST or None)
    simulated = None
    if form.is_bound and form.is_valid():
        try:
            simulated = simulated_of(seen, form)
        except Problem as problem:
            form.refuse(problem)
    return trial_page(request, seen, form, simulated)


@require_http_methods(["GET", "HEAD", "POST"])
@teen_page
def end(request: ParentRequest, seen: View) -> HttpResponse:
    """Say what ending means, and end the pairing."""
    if request.method != "POST":
        return render(request, "controls/end.html", context.family_context(seen))
    if not signed_in_recently(request, at=clock.now()):
        return sign_in_again(request)
    end_pairing(seen.pairing, actor=request.user.actor, at=clock.now())
    return redirect("home")


def simulated_of(seen: View, form: TrialForm) -> Simulated:
    """Ask the simulator.

    Raises Problem as `simulate_for_parent` does.
    """
    now = clock.now()
    at = form.cleaned_data["at"] or now
    return simulate_for_parent(seen.pairing, form.supposed(), form.draft(), at=at, now=now)


def trial_page(request: ParentRequest, seen: View, form: TrialForm, simulated: Simulated | None) -> HttpResponse:
    """Show the form and the answer; htmx gets the answer, and the form where it was refused or is right again."""
    shown = {**context.family_context(seen), **trial_context(form, simulated)}
    if not request.htmx:
        return render(request, "controls/try.html", shown, status=422 if form.errors else 200)
    if form.errors:
        return retarget(reswap(render(request, "controls/_trial.html", shown, status=422), "outerHTML"), "#trial")
    return render(request, "controls/_answer.html", {**shown, "is_mended": "mends" in request.POST})


def control_or_404(key: str) -> Control:
    """Return a control.

    Raises Http404.
    """
    try:
        return control_from_key(key)
    except Problem as problem:
        raise Http404 from problem


def bound_form(request: ParentRequest, seen: View, key: str) -> ControlForm:
    """Return the form of a control with what was sent, or with what the parent said so far."""
    found = control_or_404(key)
    data = request.POST if request.method == "POST" else None
    own, is_verified = context.own_word(seen, found.key), seen.pairing.is_verified
    currency = seen.pairing.teen.currency
    return form_for(seen.enforced(found.key), own, data, is_verified=is_verified, currency=currency)


def is_ready(request: ParentRequest, form: ControlForm) -> bool:
    """Tell whether there is something to say: a valid value, or that the parent takes the word back."""
    return "clear" in request.POST or form.is_valid()


def change_of(request: ParentRequest, form: ControlForm) -> Change:
    """Return what the parent wants to say."""
    if "clear" in request.POST:
        return Change(form.enforced.control, None)
    return Change(form.enforced.control, form.raw(), form.until(clock.now()))


def saved(request: ParentRequest, seen: View, form: ControlForm) -> HttpResponse:
    """Say it, or show beside the field why it cannot be said."""
    change, former = change_of(request, form), context.own_words(seen, form.enforced.control.key)
    try:
        tried = set_all(request, seen, [change])
    except Problem as problem:
        if problem.code == "step_up_required":
            return sign_in_again(request)
        form.refuse(problem)
        return edit_page(request, seen, form)
    if tried.said:
        undoing.offer(request, seen, change.control, former)
    return answer_change(request, seen, change.control, tried)


def set_all(request: ParentRequest, seen: View, changes: list[Change]) -> Attempt:
    """Set the controls as this parent.

    Raises Problem as `set_controls` does.
    """
    now = clock.now()
    is_recent = signed_in_recently(request, at=now)
    return set_controls(seen.pairing, changes, actor=request.user.actor, at=now, is_recent=is_recent)


def answer_change(request: ParentRequest, seen: View, control: Control, tried: Attempt) -> HttpResponse:
    """Go back to the teen's page; htmx gets each row that moved, and the news."""
    if not request.htmx:
        if not tried.said:
            messages.info(request, _("That was your setting already; nothing has changed."))
        return redirect(teen_address(seen, control.key))
    now = view_of(seen.pairing, at=clock.now())
    keys = dict.fromkeys([control.key, *(moved.key for moved in tried.moved)])
    shown = {**context.family_context(now), **context.arrival_context(now), "rows": [now.row(key) for key in keys]}
    undo = undoing.offered(request, now) if tried.said else None
    return render(request, "controls/_changed.html", {**shown, "undo": undo, "is_same": not tried.said})


def edit_page(
    request: ParentRequest,
    seen: View,
    form: ControlForm,
    fragment: str = "controls/_editor.html",
    tried: Attempt | None = None,
) -> HttpResponse:
    """Show the form; what was typed is kept, and a refusal is 422."""
    # Fields that cannot be read are no refusal where the word was taken back without them.
    status = 422 if form.errors and tried is None else 200
    key = form.enforced.control.key
    shown = {**context.family_context(seen), "form": form, "row": seen.row(key)}
    if tried is not None:
        shown |= {"previewed": True, "shifts": context.shifts_of(tried.moved), "loosens": bool(tried.loosening)}
        shown["turns"] = turns_of(changed_answers(tried.before, tried.after))
    if not request.htmx:
        return render(request, "controls/control.html", shown, status=status)
    answer = render(request, fragment, shown, status=status)
    if fragment == "controls/_editor.html" and form.is_bound:
        return retarget(reswap(answer, "innerHTML"), f"#editor-{seen.row(key).slug}")
    return answer


def step_up(request: ParentRequest, problem: Problem) -> HttpResponse:
    """Ask for the password where that is what is missing; otherwise show the teen's page as it is.

    Raises Problem.
    """
    if problem.code == "step_up_required":
        return sign_in_again(request)
    raise problem


def teen_address(seen: View, key: str) -> str:
    """Return the address of a control on the teen's page."""
    return f"{resolve_url('controls:teen', teen_id=seen.pairing.teen_id)}#control-{context.slug_of(key)}"
