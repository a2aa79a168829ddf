"""System checks of the controls, with the cure in the hint."""

from __future__ import annotations

from typing import Any

from django.core.checks import WARNING, CheckMessage, Error, register

from controls.packs import locking, questions
from controls.packs.reading import PackError


def register_all() -> None:
    """Let `manage.py check` know our checks."""
    register(packs_are_locked)
    register(laws_can_be_obeyed)
    register(platform_is_meant)


def packs_are_locked(**_: Any) -> list[CheckMessage]:
    """Refuse policy packs that are not the ones that were released."""
    hint = (
        "Bring the released file back and put the change into a new pack; `manage.py policy lock` releases a new one."
    )
    return [Error(fault, hint=hint, id="controls.E001") for fault in locking.faults()]


def laws_can_be_obeyed(**_: Any) -> list[CheckMessage]:
    """Refuse a posture that cannot be read, and one under which two laws cannot both be obeyed."""
    hint = "Correct the variable, or record in the file of POLICY_RULINGS which law yields, who decided it and why."
    try:
        questions.read_all()
        return [Error(conflict, hint=hint, id="controls.E002") for conflict in questions.conflicts()]
    except PackError as error:
        return [Error(str(error), hint=hint, id="controls.E002")]


def platform_is_meant(**_: Any) -> list[CheckMessage]:
    """Say which laws do not bind because of what the operator says of the platform."""
    try:
        laws = questions.out_of_scope(questions.newest_record())
    except PackError:
        # The check before says so.
        return []
    hint = "This is right only while PLATFORM_USERS, PLATFORM_FEED_SHARE, PLATFORM_SERVICES, PLATFORM_IS_SMALL are."
    told = f"not about a platform such as this: {', '.join(laws)}"
    return [CheckMessage(WARNING, told, hint=hint, id="controls.W001")] if laws else []
