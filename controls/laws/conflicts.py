"""Conflicts: where two laws, or a law and the product, ask for what cannot both be done, nobody chooses in silence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from controls.laws.binding import Cited
from controls.laws.demands import MustNotExpose, MustOffer
from controls.laws.law import Posture, Ruling


class PolicyConflict(Exception):
    """Laws that cannot both be obeyed; the operator decides which one yields, and records who, when and why."""

    def __init__(self, subject: str, laws: Iterable[str]) -> None:
        self.subject, self.laws = subject, tuple(sorted(laws))
        names = " and ".join(f"`{law}`" for law in self.laws)
        super().__init__(f"{names} cannot both be obeyed about `{subject}`; a recorded decision must say which yields")


class Shown(NamedTuple):
    """What parents must be able to see, and what they may not."""

    offered: tuple[Cited[MustOffer], ...]
    hidden: tuple[Cited[MustNotExpose], ...]


def ruled(posture: Posture, subject: str, laws: Iterable[str]) -> Ruling:
    """Return the operator's decision about a conflict.

    Raises PolicyConflict where there is none.
    """
    between = frozenset(laws)
    found = [each for each in posture.rulings if each.subject == subject and each.laws == between]
    if not found:
        raise PolicyConflict(subject, between)
    return max(found, key=lambda each: each.decided_on)


def shown(offered: Iterable[Cited[MustOffer]], hidden: Iterable[Cited[MustNotExpose]], posture: Posture) -> Shown:
    """Return what remains of both once the recorded decisions have been heard.

    Raises PolicyConflict where a parent must see at some age what no parent may.
    """
    offers, hides = list(offered), list(hidden)
    for offer in tuple(offers):
        for hide in tuple(hides):
            if _clash(offer.demand, hide.demand):
                between = (offer.law.key, hide.law.key)
                yields = ruled(posture, offer.demand.insight, between).yields
                offers = [each for each in offers if each is not offer or offer.law.key != yields]
                hides = [each for each in hides if each is not hide or hide.law.key != yields]
    return Shown(tuple(offers), tuple(hides))


def _clash(offer: MustOffer, hide: MustNotExpose) -> bool:
    """Tell whether the two are about the same, and about somebody of the same age."""
    is_same_age = max(offer.from_age, hide.from_age) < min(offer.below, hide.below)
    return is_same_age and offer.insight is hide.insight
