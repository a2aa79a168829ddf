from __future__ import annotations

from django.apps import AppConfig


class ControlsConfig(AppConfig):
    name = "controls"
    verbose_name = "Controls"

    def ready(self) -> None:
        """Register the checks."""
        from controls import checks  # noqa: PLC0415 Django allows no earlier import

        checks.register_all()
