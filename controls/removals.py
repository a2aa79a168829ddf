"""Choices that go when a pairing ends or a permission is withdrawn, so that nothing old switches on later."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from controls.models import Choice
from controls.policy.endings import Removal, choices_to_remove
from controls.snapshots import Present


def remove_choices(before: Present, controls: Collection[str] | None = None) -> list[dict[str, Any]]:
    """Remove each choice looser than both the default and what was enforced before; returns what went.

    `controls` names those of which a permission was withdrawn; without it a whole pairing ended.
    """
    if controls is not None and not controls:
        return []
    removals = choices_to_remove(before.gathered.world, before.pack, before.at, controls)
    return [remove(removal, before) for removal in removals]


def remove(removal: Removal, before: Present) -> dict[str, Any]:
    """Remove a choice, or the parts of it that have to go; returns it as an event tells it."""
    until = removal.chosen.until
    mine = Choice.objects.filter(account_id=before.teen_id, key=removal.control, until__isnull=until is None)
    choice = mine.get()
    left = {part: value for part, value in choice.value.items() if part not in removal.parts} if removal.parts else {}
    if left:
        mine.update(value=left)
    else:
        mine.delete()
    return {"control": removal.control, "value": left or None, **({"until": until.isoformat()} if until else {})}


def withdrawn(before: Present, after: Present) -> list[str]:
    """Return the controls of which less is allowed than before."""
    old, new = before.resolution.values, after.resolution.values
    return [key for key in new if not new[key].kind.at_least_as_strict(old[key].allowed, new[key].allowed)]
