"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def demo(_request: HttpRequest) -> dict[str, bool]:
    """Return whether the demo is on, so that pages can point at its phone and its mail."""
    return {"is_demo": settings.DEMO}


def languages(_request: HttpRequest) -> dict[str, object]:
    """Return the languages to choose from; the choice leads back to the page that the browser names."""
    return {"languages": settings.LANGUAGES}
