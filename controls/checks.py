"""System checks of the controls, with the cure in the hint."""

from __future__ import annotations

from typing import Any

from django.core.checks import WARNING, CheckMessage, Error, register
from django.db import DatabaseError

from controls.desk.serving import Serving, serving
from controls.laws.conflicts import PolicyConflict
from controls.packs import locking, questions
from controls.packs.reading import PackError
from ledger import clock


def register_all() -> None:
    """Let `manage.py check` know our checks."""
    register(packs_are_locked)
    register(laws_can_be_obeyed)
    register(platform_is_meant)
    register(policy_is_released)
    register(policy_was_released, deploy=True)


def packs_are_locked(**_: Any) -> list[CheckMessage]:
    """Refuse policy packs that are not the ones that were released."""
    hint = "Bring the released file back and put the change into a new pack; `manage.py policy lock` adds a new one."
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


def policy_is_released(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse a policy that is looser than the newest version, and name one that is another one.

    `migrate` alone names databases: the tables come first, and what serves afterwards is checked itself.
    """
    if databases:
        return []
    hint = "Deploy the files and the posture of the newest version, or release these: `manage.py policy release`."
    match served():
        case Serving.LOOSER:
            told = "what is here would loosen settings and was not released"
            return [Error(told, hint=hint, id="controls.E003")]
        case Serving.STRICTER:
            told = "what is here is not the newest version of the policy; nothing in it is looser"
            return [CheckMessage(WARNING, told, hint=hint, id="controls.W002")]
        case _:
            return []


def policy_was_released(**_: Any) -> list[CheckMessage]:
    """Ask for a first version, with which every later one is compared."""
    if served() is not Serving.NEVER_RELEASED:
        return []
    hint = "`manage.py policy release --by ADDRESS --why ...` makes it."
    return [CheckMessage(WARNING, "no policy was released yet", hint=hint, id="controls.W003")]


def served() -> Serving | None:
    """Return how what is here stands to the newest version; None where the database or other checks say more."""
    try:
        return serving(clock.now())
    except (DatabaseError, PackError, PolicyConflict):
        return None
