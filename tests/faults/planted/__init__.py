"""The product's processes with one bug each, or with one unlucky moment made exact."""

from __future__ import annotations

from collections.abc import Sequence


def planted(web: Sequence[str], module: str) -> list[str]:
    """Return the command of a web process with a module's application in it; without a module, as it was."""
    application = f"{__name__}.{module}:application"
    return [application if module and part.endswith(":application") else part for part in web]
