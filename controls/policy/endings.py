"""Endings: which choices go when a pairing ends or a permission is withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controls.policy.facts import Chosen, World
from controls.policy.packs import MayLoosen, Pack
from controls.policy.resolve import Enforced, ended, resolve
from controls.policy.values import Composite, InvalidValue


@dataclass(frozen=True, slots=True)
class Removal:
    """A choice that goes; ``parts`` names the parts that go where others remain, none for the whole choice."""

    chosen: Chosen
    parts: tuple[str, ...] = ()

    @property
    def control(self) -> str:
        """Return the key of the control."""
        return self.chosen.control


def choices_to_remove(
    before: World, pack: Pack, at: datetime, controls: Collection[str] | None = None
) -> tuple[Removal, ...]:
    """Return the choices that are looser than both the default and what is enforced before the ending.

    ``before`` are the facts while the parent still binds. ``controls`` names the controls of which a permission is
    withdrawn; without it a whole pairing ends. A pairing that ends by age is looked at in the second before.
    """
    enforced = resolve(before, pack, at).values
    removals = []
    for chosen in before.choices:
        concerned = chosen.control in enforced and (controls is None or chosen.control in controls)
        if concerned and not ended(chosen.until, at):
            removal = _removal(chosen, enforced[chosen.control])
            if removal is not None:
                removals.append(removal)
    return tuple(removals)


def _removal(chosen: Chosen, enforced: Enforced) -> Removal | None:
    kind = enforced.kind
    try:
        value = kind.load(chosen.value)
    except InvalidValue:
        # What cannot be read counts as strict, so it loosens nothing.
        return None
    if isinstance(kind, Composite):
        parts = tuple(
            part
            for part in value
            if not kind.part.at_least_as_strict(value[part], enforced.default.get(part, kind.part.loosest))
            and not kind.part.at_least_as_strict(value[part], enforced.value.get(part, kind.part.loosest))
        )
        return Removal(chosen, () if len(parts) == len(value) else parts) if parts else None
    if kind.joined and enforced.may_loosen not in _TEEN_LOOSENS:
        # There the teen can only add.
        return None
    return Removal(chosen) if _looser(enforced, value) else None


def _looser(enforced: Enforced, value: Any) -> bool:
    kind = enforced.kind
    return not kind.at_least_as_strict(value, enforced.default) and not kind.at_least_as_strict(value, enforced.value)


_TEEN_LOOSENS = {MayLoosen.EITHER, MayLoosen.TEEN}
