"""Endings: which choices go when a pairing ends or a permission is withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controls.policy.facts import Chosen, World
from controls.policy.packs import MayLoosen, Pack
from controls.policy.resolve import Enforced, ended, resolve
from controls.policy.values import Composite, InvalidValue, Kind


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
        # A part that a value does not name binds nobody.
        nothing = dict.fromkeys(kind.parts, kind.part.loosest)
        default, now = ({**nothing, **each} for each in (enforced.default, enforced.value))
        parts = tuple(part for part in value if _is_looser(kind.part, value[part], default[part], now[part]))
        return Removal(chosen, () if len(parts) == len(value) else parts) if parts else None
    # Where voices are joined and the teen may not loosen, a choice can only add.
    adds = kind.joined and enforced.may_loosen not in {MayLoosen.EITHER, MayLoosen.TEEN}
    return Removal(chosen) if not adds and _is_looser(kind, value, enforced.default, enforced.value) else None


def _is_looser(kind: Kind[Any], value: Any, default: Any, now: Any) -> bool:
    return not kind.at_least_as_strict(value, default) and not kind.at_least_as_strict(value, now)
