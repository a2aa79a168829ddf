"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def demo(_request: HttpRequest) -> dict[str, bool]:
    """Return whether the demo is on, so that pages can point at its phone and its mail."""
    return {"is_demo": settings.DEMO}
