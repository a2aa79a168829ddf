"""Whose answer a request needs: the parents whose settings are in its way, or one who may permit it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from accounts.models import Pairing
from controls.access import is_looser, meant
from controls.models import Request, RequestKind
from controls.policy.facts import Chosen, Setting
from controls.policy.resolve import Enforced, ended, resolve
from controls.policy.values import Composite
from controls.snapshots import Present
from controls.wishes import RemovalWish, ValueWish, Wish, joined_words, wish_of, word_in


@dataclass(frozen=True)
class Way:
    """What stands between a request and its end: settings in the way, and a permission that somebody has to give."""

    blocking: tuple[Pairing, ...] = ()
    permitting: tuple[Pairing, ...] = ()
    needs_permission: bool = False

    @property
    def is_clear(self) -> bool:
        """Tell whether nobody's answer is missing any more."""
        return not self.blocking and not self.needs_permission

    @property
    def is_closed(self) -> bool:
        """Tell whether nobody is left who could permit it."""
        return self.needs_permission and not self.permitting

    @property
    def missing(self) -> tuple[Pairing, ...]:
        """Return whose answer is missing; where only a permission is, one of them is enough."""
        others = (pairing for pairing in self.permitting if pairing not in self.blocking)
        return (*self.blocking, *others)

    @property
    def one_is_enough(self) -> bool:
        return self.needs_permission and not self.blocking and len(self.permitting) > 1

    def waits_for(self, pairing: Pairing) -> bool:
        """Tell whether this parent's answer is missing."""
        return any(each.pk == pairing.pk for each in self.missing)


def pairings_of(present: Present) -> tuple[Pairing, ...]:
    """Return the pairings that bind a teen, the oldest first."""
    bound = Pairing.objects.active().filter(teen_id=present.teen_id).select_related("parent", "teen")
    return tuple(bound.order_by("active_at", "id"))


def way_of(request: Request, present: Present, pairings: tuple[Pairing, ...]) -> Way:
    """Return what stands in the way of an open request now.

    Raises Problem `gone` when this release cannot read it.
    """
    if request.kind == RequestKind.LEAVING:
        return Way(blocking=tuple(each for each in pairings if each.pk == request.pairing_id))
    return way_to(wish_of(request), present, pairings)


def way_to(wish: Wish, present: Present, pairings: tuple[Pairing, ...]) -> Way:
    """Return what stands in the way of a wish now."""
    enforced = present.resolution.values[wish.control.key]
    words = {pairing: word_of(pairing, enforced, present) for pairing in pairings}
    blocking = tuple(each for each, word in words.items() if word is not None and wish.is_blocked_by(word))
    verified = tuple(each for each in pairings if each.is_verified)
    spoken = [words[each] for each in verified if words[each] is not None]
    if not isinstance(wish, ValueWish) or not needs_permission(wish, enforced, spoken):
        return Way(blocking)
    return Way(blocking, verified, needs_permission=True)


def needs_permission(wish: ValueWish, enforced: Enforced, spoken: list[Any]) -> bool:
    """Tell whether the wish passes the default where a parent has to permit that and no verified one has spoken."""
    if not enforced.may_loosen.asks_a_parent:
        return False
    kind = enforced.kind
    if not isinstance(kind, Composite):
        return not spoken and is_looser(enforced.control, wish.value, enforced.default)
    passing = (part for part, value in wish.value.items() if is_part_looser(kind, part, value, enforced.default))
    return any(all(part not in word for word in spoken) for part in passing)


def is_part_looser(kind: Composite[Any], part: str, value: Any, default: Any) -> bool:
    """Tell whether one part is looser than its default."""
    return part in default and not kind.part.at_least_as_strict(value, default[part])


def word_of(pairing: Pairing, enforced: Enforced, present: Present) -> Any:
    """Return what a parent says of a control now, None for nothing."""
    said = [each for each in present.gathered.world.settings if is_by(each, pairing, enforced, present.at)]
    words = {each.until is None: word_in(enforced.control, each.value, enforced.default) for each in said}
    return joined_words(enforced.control, words.get(False), words.get(True))


def hold_everything(wish: Wish, present: Present, pairings: tuple[Pairing, ...]) -> bool:
    """Tell whether the list of one of these parents holds everything, so that no single item could go from it."""
    enforced = present.resolution.values[wish.control.key]
    words = (word_of(each, enforced, present) for each in pairings)
    return isinstance(wish, RemovalWish) and any(word is not None and word.all for word in words)


def is_by(said: Setting, pairing: Pairing, enforced: Enforced, at: datetime) -> bool:
    """Tell whether a word is this parent's, about this control, and in force."""
    return said.parent == str(pairing.parent_id) and said.control == enforced.control.key and not ended(said.until, at)


def is_within_reach(wish: ValueWish, present: Present, pairings: tuple[Pairing, ...]) -> bool:
    """Tell whether the wish would be enforced if every parent and the teen said it: another control may cap it."""
    key, raw = wish.control.key, wish.control.kind.dump(wish.value)
    world = present.gathered.world
    settings = [each for each in world.settings if each.control != key]
    settings += [Setting(str(each.parent_id), each.is_verified, key, raw) for each in pairings]
    choices = [each for each in world.choices if each.control != key]
    if wish.is_chosen:
        choices.append(Chosen(key, raw, None, present.resolution.band))
    granted = resolve(replace(world, settings=tuple(settings), choices=tuple(choices)), present.pack, present.at)
    enforced = granted.values[key]
    return not wish.is_blocked_by(enforced.value)


def passes_default(wish: ValueWish, enforced: Enforced) -> bool:
    """Tell whether the wish is looser than the default."""
    return is_looser(enforced.control, meant(wish.value, enforced, is_verified=True), enforced.default)
