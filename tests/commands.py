"""Commands of `manage.py`, called as an operator calls them."""

from __future__ import annotations

import io

from django.core.management import call_command


def called(*words: str) -> str:
    """Return what a command says."""
    said = io.StringIO()
    call_command(*words, stdout=said)
    return said.getvalue().strip()
