from __future__ import annotations

from django.apps import AppConfig


class Composition(AppConfig):
    """The whole: fills the ports of the rooms below when Django starts."""

    name = "family_pairing"
    label = "family_pairing"
    verbose_name = "Family Pairing"

    def ready(self) -> None:
        """Wire the ports."""
        from family_pairing import checks, wiring  # noqa: PLC0415 Django allows no earlier import

        checks.register_all()
        wiring.wire()
