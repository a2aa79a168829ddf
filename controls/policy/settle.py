"""The rule itself: one control, or one part of a composite value, and every voice about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from controls.policy.packs import MayLoosen
from controls.policy.reasons import By, Reason
from controls.policy.values import Direction, Kind, direction


class Voice(NamedTuple):
    """What one person says now; the teen has no name."""

    value: Any
    until: datetime | None = None
    unreadable: bool = False
    parent: str = ""
    verified: bool = False
    band: str = ""


class Terms(NamedTuple):
    """What the pack says about one control or part; ``kept`` where the default is that of a younger band."""

    kind: Kind[Any]
    default: Any
    loosest: Any
    may_loosen: MayLoosen
    never_below: Any = None
    kept: bool = False


class Ground(NamedTuple):
    """One reason, before it is known which parts it is about."""

    code: Reason
    by: By
    parent: str = ""
    until: datetime | None = None


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
    kind = terms.kind
    spoken = _together(kind, (voice.value for voice in settings if voice.verified))
    choice = _together(kind, (voice.value for voice in choices))
    start, allowed = terms.may_loosen.bounds(terms.default, terms.loosest, spoken, choice)
    voices = [voice.value for voice in (*settings, *old)]
    bound = kind.strictest_of((terms.loosest, allowed, start, *voices))
    value = _visible(terms, bound)
    farthest = terms.may_loosen.bounds(terms.default, terms.loosest, spoken, terms.loosest)
    reachable = _visible(terms, kind.strictest_of((terms.loosest, *farthest, *(voice.value for voice in settings))))
    raised = [Ground(Reason.NEVER_BELOW, By.PACK)] if value != bound else []
    grounds = [
        *raised,
        *_pack_grounds(terms, value, spoken, choice),
        *_voice_grounds(kind, value, (*settings, *choices, *old)),
    ]
    if not grounds:
        # Values that cannot be compared may allow less together than each by itself.
        grounds = [_ground(voice) for voice in (*settings, *choices, *old)]
    grounds += _notes(terms, value, spoken, choice, settings)
    if not kind.joined and any(not kind.at_least_as_strict(voice.value, value) for voice in old):
        grounds.append(Ground(Reason.OTHER_BAND, By.SYSTEM))
    return Settled(value, start, allowed, reachable, tuple(grounds))


def _together(kind: Kind[Any], values: Iterable[Any]) -> Any | None:
    """Return the strictest of some values, none of none."""
    found = list(values)
    return kind.strictest_of(found) if found else None


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
        and terms.may_loosen.rests_on_default(spoken, choice)
        and _bears(terms.kind, terms.default, value)
    ):
        grounds.append(Ground(Reason.DEFAULT_KEPT if terms.kept else Reason.DEFAULT, By.PACK))
    return grounds


def _voice_grounds(kind: Kind[Any], value: Any, voices: Iterable[Voice]) -> list[Ground]:
    return [_ground(voice) for voice in voices if voice.unreadable or _bears(kind, voice.value, value)]


def _ground(voice: Voice) -> Ground:
    by = By.PARENT if voice.parent else By.TEEN
    code = Reason.PARENT_SETTING if voice.parent else Reason.TEEN_CHOICE
    return Ground(Reason.UNREADABLE if voice.unreadable else code, by, voice.parent, voice.until)


def _notes(terms: Terms, value: Any, spoken: Any, choice: Any, settings: Sequence[Voice]) -> list[Ground]:
    """Say whose looser word does not count, and whose word is missing."""
    kind, may_loosen = terms.kind, terms.may_loosen
    notes: list[Ground] = []
    if value == terms.loosest:
        return notes
    if may_loosen.hears_parents and spoken is None:
        notes += [
            Ground(Reason.UNVERIFIED, By.PARENT, voice.parent, voice.until)
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
