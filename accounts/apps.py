from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Families")

    def ready(self) -> None:
        """Listen for people who prove who they are."""
        from accounts.web import proving  # noqa: F401, PLC0415 Django allows no earlier import
