"""What support sees: a family, found by an exact name, of which every look is told to the teen; and the policies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.access import as_uuid
from accounts.admin import FoundAdmin
from accounts.labels import ASSURANCE, PROOF, STATES
from accounts.models import Account, User
from controls.arrival import arrivals
from controls.history import history_for_support
from controls.labels.values import moment_words
from controls.models import Release
from controls.snapshots import present_for_parents
from controls.web.stories import tales_of
from ledger import clock
from ledger.actions import record
from ledger.admin import ReadOnlyAdmin, name_for_support

BREAK = mark_safe("<br>")
WORKED_OUT = ("band", "assurance", "pairings", "devices", "timeline")

ABOUT_RELEASE = ("why", "rolls_back_to", "digest", "changed", "loosened")

name_for_support(
    Release,
    _("version of the policy"),
    _("versions of the policy"),
    number=_("version"),
    loosens=_("loosens"),
    proposed_by=_("proposed by"),
    approved_by=_("approved by"),
    seconded_by=_("also approved by"),
    at=_("released at"),
)


@admin.register(Account)
class FamilyAdmin(FoundAdmin):
    """A teen's account with its pairings, devices and history."""

    search_help_text = _("The platform's exact id of the account, or a parent's exact e-mail address.")
    list_display = ("handle", "external_id", "place", "band")
    list_display_links = ("handle",)
    fields = ("handle", "external_id", "place", "time_zone", "language", "enrolled_at", *WORKED_OUT)
    readonly_fields = WORKED_OUT

    def found(self, queryset: QuerySet[Account], term: str) -> QuerySet[Account]:
        return queryset.filter(Q(external_id=term) | Q(pairings__parent__email=term.lower())).distinct()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show what a search found, and write it down for each teen of whom it shows a line."""
        answer = super().changelist_view(request, {**(extra_context or {}), "title": _("Find a family")})
        # Other answers, such as the way back from a page that there is not, show nobody.
        found = getattr(answer, "context_data", None) or {}
        tell_looks(request, [account.pk for account in found["cl"].result_list] if "cl" in found else [])
        return answer

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show one family, and write down for the teen that somebody looked."""
        answer = super().change_view(request, object_id, form_url, {**(extra_context or {}), "title": _("A family")})
        if answer.status_code == 200:
            tell_looks(request, [as_uuid(object_id)])
        return answer

    @admin.display(description=_("age band"))
    def band(self, account: Account) -> str:
        return present_for_parents(account, at=clock.now()).resolution.band

    @admin.display(description=_("age assurance"))
    def assurance(self, account: Account) -> str:
        """Return the level in words; one of a newer release as it is stored."""
        return str(ASSURANCE.get(account.age_assurance, account.age_assurance))

    @admin.display(description=_("pairings"))
    def pairings(self, account: Account) -> SafeString:
        """Return each pairing: who, what state, since when."""
        rows = account.pairings.select_related("parent").order_by("-invited_at")
        line = "{}: {}. {} {}"
        words = (
            (
                str(each.parent or "–"),
                STATES[each.state],
                PROOF[each.proof] if each.parent else "",
                said(each.active_at),
            )
            for each in rows
        )
        return format_html_join(BREAK, line, words)

    @admin.display(description=_("devices"))
    def devices(self, account: Account) -> SafeString:
        """Return each live device, and whether it enforces what applies."""
        found = arrivals(present_for_parents(account, at=clock.now()))
        words = ((each.device, state_words(each.is_sent, each.is_received, each.is_enforced)) for each in found)
        return format_html_join(BREAK, "{}: {}", words)

    @admin.display(description=_("history"))
    def timeline(self, account: Account) -> SafeString:
        """Return what happened, newest first, as both sides of the family read it."""
        page = history_for_support(account.pk)
        tales = tales_of(page.items, account.handle, account.time_zone)
        lines = ((said(tale.at), sentence) for tale in tales for sentence in tale.sentences)
        return format_html_join(BREAK, "{}: {}", lines)


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """The versions of the policy, the newest first; what is released is released by the command."""

    list_display = ("number", "at", "loosens", "proposed_by", "approved_by", "seconded_by", "why")
    list_select_related = ("proposal", "proposed_by", "approved_by", "seconded_by")
    list_display_links = ("number",)
    fields = ("number", "at", "loosens", "proposed_by", "approved_by", "seconded_by", *ABOUT_RELEASE)
    readonly_fields = ABOUT_RELEASE
    ordering = ("-number",)

    @admin.display(description=_("for what"))
    def why(self, release: Release) -> str:
        return release.proposal.why

    @admin.display(description=_("rolls back to version"))
    def rolls_back_to(self, release: Release) -> str:
        return str(release.proposal.rolls_back_to or "–")

    @admin.display(description=_("digest"))
    def digest(self, release: Release) -> str:
        return release.proposal.digest

    @admin.display(description=_("accounts that change"))
    def changed(self, release: Release) -> str:
        return str(release.proposal.impact.get("changed", "–"))

    @admin.display(description=_("of them looser"))
    def loosened(self, release: Release) -> str:
        return str(release.proposal.impact.get("loosened", "–"))


def tell_looks(request: HttpRequest, teens: Iterable[UUID | None]) -> None:
    """Write down that somebody of support looked, for each of the teens."""
    assert isinstance(request.user, User)
    for teen in teens:
        record("staff.viewed", actor=request.user.actor, at=clock.now(), teen=teen)


def state_words(is_sent: bool, is_received: bool, is_enforced: bool) -> str:
    """Return how far a device is."""
    if is_enforced:
        return str(_("enforces the last change"))
    if is_received:
        return str(_("has received the last change"))
    return str(_("was sent the last change")) if is_sent else str(_("was not sent the last change yet"))


def said(moment: datetime | None) -> str:
    """Return a moment in words."""
    return moment_words(moment) if moment else ""
