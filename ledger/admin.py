"""What support sees of deliveries: what is owed and late, by the ids of accounts; events are read with a family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ledger.models import Debt

if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Any]
else:
    # Django's own class takes no type at run time.
    Rows = admin.ModelAdmin


class ReadOnlyAdmin(Rows):
    """Shows rows and changes none: support acts through verbs."""

    actions = None
    list_display_links: Any = None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Lead to the row itself: Django's own history is of edits, and would be a second way to look."""
        return redirect(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def name_for_support(model: type[Model], one: Any, many: Any, **fields: Any) -> None:
    """Name a model and its fields; here and not in the model, because a word is no schema and needs no migration."""
    model._meta.verbose_name, model._meta.verbose_name_plural = one, many
    for name, words in fields.items():
        field: Any = model._meta.get_field(name)
        field.verbose_name = words


name_for_support(
    Debt,
    _("delivery"),
    _("deliveries"),
    subscriber=_("who is told"),
    wanted=_("wanted change"),
    acked=_("arrived change"),
    attempts=_("attempts"),
    due_at=_("due at"),
)


@admin.register(Debt)
class DebtAdmin(ReadOnlyAdmin):
    """What is still owed, the oldest first."""

    list_display = ("subscriber", "account", "wanted", "acked", "attempts", "due_at")
    ordering = ("due_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Debt]:
        """Return the open debts."""
        owed: Any = super().get_queryset(request)
        opened: QuerySet[Debt] = owed.open()
        return opened

    @admin.display(description=_("account"))
    def account(self, debt: Debt) -> str:
        """Return the id alone: a list of debts names nobody."""
        return str(debt.teen_id)
