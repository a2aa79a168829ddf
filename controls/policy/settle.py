"""The rule itself: one control, or one part of a composite value, and every voice about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from controls.policy.packs import MayLoosen
from controls.policy.reasons import By, Reason
from controls.policy.values import Direction, Kind, direction


class Ground(NamedTuple):
    """One reason, before it is known which parts it is about."""

    code: Reason
    by: By
    parent: str = ""
    until: datetime | None = None


class Voice(NamedTuple):
    """What one person says now, and the reason that it is where a value rests on it; choices know their band."""

    value: Any
    ground: Ground
    verified: bool = False
    band: str = ""


class Terms(NamedTuple):
    """What the pack says about one control or part; ``kept`` where the default is that of a younger band."""

    kind: Kind[Any]
    default: Any
    loosest: Any
    may_loosen: MayLoosen
    never_below: Any
    kept: bool


class Settled(NamedTuple):
    """The outcome for one control or part.

    ``reachable`` is what would be enforced if the teen chose the loosest value now.
    """

    value: Any
    start: Any
    allowed: Any
    reachable: Any
    grounds: tuple[Ground, ...]


def settle(terms: Terms, settings: Sequence[Voice], choices: Sequence[Voice], old: Sequence[Voice]) -> Settled:
    """Return the enforced value and every voice that it rests on.

    ``choices`` count; ``old`` ones were made in another band and are looser than the default: they never loosen, but
    what the teen once held tighter than the others still binds.
    """
    kind, may_loosen, default, loosest = terms.kind, terms.may_loosen, terms.default, terms.loosest
    spoken = _together(kind, [voice.value for voice in settings if voice.verified])
    choice = _together(kind, [voice.value for voice in choices])
    start, allowed = may_loosen.bounds(default, loosest, spoken, choice)
    said = [voice.value for voice in settings]
    bound = kind.strictest_of((loosest, allowed, start, *said, *(voice.value for voice in old)))
    farthest = may_loosen.bounds(default, loosest, spoken, loosest)
    value, reachable = _visible(terms, bound), _visible(terms, kind.strictest_of((*farthest, *said)))
    voices = [*settings, *choices, *old]
    grounds = _pack_grounds(terms, value, spoken, choice)
    grounds += [
        voice.ground for voice in voices if voice.ground.code is Reason.UNREADABLE or _bears(kind, voice.value, value)
    ]
    if value != bound:
        grounds.append(Ground(Reason.NEVER_BELOW, By.PACK))
    # Values that cannot be compared may allow less together than each by itself.
    grounds = grounds or [voice.ground for voice in voices]
    if value != loosest:
        grounds += _notes(terms, spoken, choice, settings)
    if not kind.joined and any(not kind.at_least_as_strict(voice.value, value) for voice in old):
        grounds.append(Ground(Reason.OTHER_BAND, By.SYSTEM))
    return Settled(value, start, allowed, reachable, tuple(grounds))


def _together(kind: Kind[Any], values: list[Any]) -> Any | None:
    """Return the strictest of some values, none of none."""
    return kind.strictest_of(values) if values else None


def _visible(terms: Terms, value: Any) -> Any:
    """Return the value, raised to what is never hidden."""
    least = terms.never_below
    return least if least is not None and terms.kind.at_least_as_strict(value, least) else value


def _bears(kind: Kind[Any], voice: Any, value: Any) -> bool:
    """Tell whether a value rests on a voice: it is the same, or one of those that are joined."""
    return bool(voice == value or (kind.joined and voice != kind.loosest))


def _pack_grounds(terms: Terms, value: Any, spoken: Any, choice: Any) -> list[Ground]:
    grounds = []
    if _bears(terms.kind, terms.loosest, value):
        grounds.append(Ground(Reason.LOOSEST, By.PACK))
    if (
        terms.default != terms.loosest
        and _MARK in terms.may_loosen.bounds(_MARK, terms.loosest, spoken, choice)
        and _bears(terms.kind, terms.default, value)
    ):
        grounds.append(Ground(Reason.DEFAULT_KEPT if terms.kept else Reason.DEFAULT, By.PACK))
    return grounds


def _notes(terms: Terms, spoken: Any, choice: Any, settings: Sequence[Voice]) -> list[Ground]:
    """Say whose looser word does not count, and whose word is missing."""
    kind, may_loosen = terms.kind, terms.may_loosen
    notes: list[Ground] = []
    if may_loosen.hears_parents and spoken is None:
        notes += [
            voice.ground._replace(code=Reason.UNVERIFIED)
            for voice in settings
            if not kind.at_least_as_strict(voice.value, terms.default)
        ]
    permitted = terms.default if spoken is None else spoken
    if may_loosen.asks_a_parent and choice is not None and direction(kind, permitted, choice) is Direction.LOOSER:
        notes.append(Ground(Reason.NEEDS_PARENT, By.SYSTEM))
    if (
        may_loosen is MayLoosen.BOTH
        and not kind.at_least_as_strict(permitted, terms.default)
        and (choice is None or kind.at_least_as_strict(choice, terms.default))
    ):
        notes.append(Ground(Reason.NEEDS_TEEN, By.SYSTEM))
    return notes


# Stands for the default where it is asked whether the default is one of the bounds.
_MARK = object()
