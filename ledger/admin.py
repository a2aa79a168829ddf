"""What support sees of deliveries: what is owed and late, by the ids of accounts; events are read with a family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from ledger.models import Debt

if TYPE_CHECKING:
    Rows = admin.ModelAdmin[Debt]
else:
    # Django's own class takes no type at run time.
    Rows = admin.ModelAdmin


@admin.register(Debt)
class DebtAdmin(Rows):
    """What is still owed, the oldest first; read-only."""

    actions = None
    list_display = ("subscriber", "teen_id", "wanted", "acked", "attempts", "due_at")
    list_display_links = None
    ordering = ("due_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Debt]:
        """Return the open debts."""
        owed: Any = super().get_queryset(request)
        opened: QuerySet[Debt] = owed.open()
        return opened

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
