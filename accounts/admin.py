"""What support sees of people: read-only, found by an exact address, never browsed."""

from __future__ import annotations

from typing import Any

# Both register what ours takes back, so they come first.
import allauth.account.admin  # noqa: F401 see above
import django.contrib.auth.admin  # noqa: F401 see above
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, User
from ledger.admin import ReadOnlyAdmin, name_for_support

admin.site.site_header = _("Family Pairing support")
admin.site.site_title = _("Family Pairing support")
admin.site.index_title = _("Find a family")
# One sign-in for everybody, with its limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # as allauth documents it
for managed in (EmailAddress, EmailConfirmation, Group):
    if admin.site.is_registered(managed):
        admin.site.unregister(managed)


name_for_support(
    User,
    _("person"),
    _("people"),
    language=_("language"),
    is_active=_("may sign in"),
    is_staff=_("works for support"),
    date_joined=_("here since"),
)
name_for_support(
    Account,
    _("family"),
    _("families"),
    handle=_("name in the app"),
    external_id=_("id at the platform"),
    place=_("place"),
    time_zone=_("time zone"),
    language=_("language"),
    enrolled_at=_("enrolled at"),
)


class FoundAdmin(ReadOnlyAdmin):
    """Shows what an exact search finds, and nothing before one."""

    # Django shows the search box when there are fields; `found` alone says what is searched.
    search_fields = ("pk",)
    list_per_page = 20
    show_full_result_count = False

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        """Return the rows that have exactly this name."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return what was asked for by its exact name."""
        term = search_term.strip()
        return (self.found(queryset, term) if term else queryset.none()), False


@admin.register(User)
class UserAdmin(FoundAdmin):
    """People who sign in, by their exact address."""

    search_help_text = _("The exact e-mail address.")
    list_display = ("email", "display_name", "is_staff", "is_active")
    list_display_links = ("email",)
    fields = ("email", "display_name", "language", "is_active", "is_staff", "date_joined", "last_login")

    def found(self, queryset: QuerySet[Any], term: str) -> QuerySet[Any]:
        return queryset.filter(email=term.lower())
