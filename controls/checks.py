"""System checks of the controls, with the cure in the hint."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, register

from controls.packs import locking


def register_all() -> None:
    """Let `manage.py check` know our checks."""
    register(packs_are_locked)


def packs_are_locked(**_: Any) -> list[CheckMessage]:
    """Refuse policy packs that are not the ones that were released."""
    hint = (
        "Bring the released file back and put the change into a new pack; `manage.py policy lock` releases a new one."
    )
    return [Error(fault, hint=hint, id="controls.E001") for fault in locking.faults()]
