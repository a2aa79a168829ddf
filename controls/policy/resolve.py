"""Resolving: from facts, a pack and a moment to the enforced value of every control, with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from controls.policy.bands import zone_of
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.facts import Chosen, Setting, World
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.reasons import ORDER, Because, By, Reason
from controls.policy.settle import Ground, Settled, Terms, Voice, settle
from controls.policy.stages import Stage, Standing, birthdays, stage_at
from controls.policy.values import Composite, InvalidValue, Kind


@dataclass(frozen=True, slots=True)
class Enforced:
    """What applies now for one control, and why.

    ``reachable`` is what would be enforced if the teen chose the loosest value now.
    """

    control: Control
    value: Any
    may_loosen: MayLoosen
    default: Any
    loosest: Any
    allowed: Any
    start: Any
    reachable: Any
    reasons: tuple[Because, ...]

    @property
    def locked(self) -> bool:
        """Tell whether no choice that the teen could make now would make the value looser."""
        return self.kind.at_least_as_strict(self.reachable, self.value)

    @property
    def kind(self) -> Kind[Any]:
        """Return the kind of the control."""
        return self.control.kind

    def dump(self, *, parents: bool = False) -> dict[str, Any]:
        """Write the value and its reasons; which parent it was only where the reader may know."""
        reasons = [because.dump(parents=parents) for because in self.reasons]
        if len(reasons) > 1:
            reasons = [each for place, each in enumerate(reasons) if each not in reasons[:place]]
        value = self.kind.dump(self.value)
        return {"value": value, "may_loosen": self.may_loosen.value, "locked": self.locked, "reasons": reasons}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What applies to a teen at a moment: since ``as_of``, and without anyone acting until ``valid_until``."""

    values: Mapping[str, Enforced]
    band: str
    standing: Standing
    as_of: int
    valid_until: datetime | None


def resolve(world: World, pack: Pack, at: datetime) -> Resolution:
    """Return the enforced value of every control at a moment."""
    stage = stage_at(world, pack, at)
    values = dict(_silent(stage))
    settings, choices = _by_control(world.settings, at), _by_control(world.choices, at)
    for key in settings.keys() | choices.keys():
        # A row of a newer release may name a control that this one does not have.
        if key in values:
            values[key] = _enforced(world, stage, key, settings.get(key, []), choices.get(key, []))
    for key in _CAPPED:
        values[key] = _capped(stage, values[key], values)
    for key in _PLACED:
        values[key] = _placed(values[key], world.time_zone, pack.key)
    as_of, valid_until = _boundaries(world, pack, at)
    return Resolution(MappingProxyType(values), stage.band.name, stage.standing, as_of, valid_until)


def resolve_control(world: World, pack: Pack, at: datetime, key: str) -> Enforced:
    """Return the enforced value of one control by itself, before another control caps it."""
    settings, choices = _by_control(world.settings, at), _by_control(world.choices, at)
    return _enforced(world, stage_at(world, pack, at), key, settings.get(key, []), choices.get(key, []))


def ended(until: datetime | None, at: datetime) -> bool:
    """Tell whether a temporary word has ended; ends are whole seconds, as versions are."""
    return until is not None and until.replace(microsecond=0) <= at


def _by_control(said: Iterable[Setting | Chosen], at: datetime) -> dict[str, list[Any]]:
    """Return what is said now, by control."""
    found: dict[str, list[Any]] = {}
    for each in said:
        if not ended(each.until, at):
            found.setdefault(each.control, []).append(each)
    return found


def _boundaries(world: World, pack: Pack, at: datetime) -> tuple[int, datetime | None]:
    """Return the last moment so far at which values may have changed by themselves, and the next."""
    moments = [pack.effective_at, *birthdays(world, pack)]
    if pack.until is not None:
        moments.append(pack.until)
    moments += [said.until.replace(microsecond=0) for said in world.settings if said.until]
    moments += [said.until.replace(microsecond=0) for said in world.choices if said.until]
    past = max((moment for moment in moments if moment <= at), default=None)
    as_of = max(0, int(past.timestamp())) if past else 0
    return as_of, min((moment for moment in moments if moment > at), default=None)


@lru_cache(maxsize=256)
def _silent(stage: Stage) -> Mapping[str, Enforced]:
    """Return what applies where nobody says anything; worked out once for each stage."""
    return MappingProxyType({key: _assembled(stage, rule, _quiet(stage, key)) for key, rule in stage.rules.items()})


@lru_cache(maxsize=16384)
def _quiet(stage: Stage, key: str) -> Mapping[str, Settled]:
    """Return what each part of a control is where nobody mentions it; a value without parts is one without a name."""
    return {part: settle(terms, (), (), ()) for part, terms in _terms(stage, key).items()}


@lru_cache(maxsize=16384)
def _terms(stage: Stage, key: str) -> Mapping[str, Terms]:
    """Return what the pack says about a control, part by part."""
    rule, kept = stage.rules[key], stage.standing is Standing.KEPT
    kind = rule.control.kind
    if not isinstance(kind, Composite):
        return {"": Terms(kind, rule.default, rule.loosest, rule.may_loosen, None, kept)}
    never_below: Mapping[str, Any] = rule.never_below or {}
    part, end = kind.part, kind.part.loosest
    return {
        name: Terms(
            part, rule.default.get(name, end), rule.loosest.get(name, end), rule.may_loosen, never_below.get(name), kept
        )
        for name in kind.parts
    }


def _enforced(world: World, stage: Stage, key: str, settings: list[Setting], choices: list[Chosen]) -> Enforced:
    """Return the enforced value of one control that somebody spoke about."""
    rule = stage.rules[key]
    heard: list[Voice] = []
    if not stage.band.adult:
        for parent in dict.fromkeys(said.parent for said in settings):
            heard += _voices(rule, [said for said in settings if said.parent == parent])
    chose = _voices(rule, choices)
    before = None
    if stage.standing is Standing.KEPT and any(voice.band == stage.pack.keeps for voice in chose):
        before = _before_adulthood(world, stage, key)
    parts, terms = dict(_quiet(stage, key)), _terms(stage, key)
    if isinstance(rule.control.kind, Composite):
        # Many parts are often said alike, and are then settled once.
        alike: dict[object, Settled] = {}
        for part in {part for voice in (*heard, *chose) for part in voice.value}:
            held = before.get(part) if before is not None else None
            about = terms[part], _about(part, heard), _about(part, chose), held
            if about not in alike:
                alike[about] = _settled(stage, *about)
            parts[part] = alike[about]
    elif heard or chose:
        parts[""] = _settled(stage, terms[""], heard, chose, before)
    return _assembled(stage, rule, parts, set_aside=stage.band.adult and bool(settings))


def _before_adulthood(world: World, stage: Stage, key: str) -> Any:
    """Return what was enforced in the last second before the person was an adult."""
    birthday = max(birthdays(world, stage.pack))
    return resolve_control(world, stage.pack, birthday - timedelta(seconds=1), key).value


def _voices(rule: Rule, said: list[Any]) -> list[Voice]:
    """Return what one person says now: a temporary word stands in for the standing one, in the parts that it names."""
    temporary = [_voice(rule, each) for each in said if each.until]
    standing = [_voice(rule, each) for each in said if not each.until]
    if not temporary:
        return standing
    if not isinstance(rule.control.kind, Composite):
        return temporary
    named = {part for voice in temporary for part in voice.value}
    rest = ({part: value for part, value in voice.value.items() if part not in named} for voice in standing)
    return temporary + [voice._replace(value=value) for voice, value in zip(standing, rest, strict=True)]


def _voice(rule: Rule, said: Setting | Chosen) -> Voice:
    """Return a word with its value; one that cannot be read is the strictest, or lets nobody be locked out."""
    kind = rule.control.kind
    try:
        value, unreadable = kind.load(said.value), False
    except InvalidValue:
        value, unreadable = rule.default if rule.control.availability else kind.strictest, True
    if isinstance(said, Setting):
        code = Reason.UNREADABLE if unreadable else Reason.PARENT_SETTING
        return Voice(value, Ground(code, By.PARENT, said.parent, said.until), verified=said.verified)
    code = Reason.UNREADABLE if unreadable else Reason.TEEN_CHOICE
    return Voice(value, Ground(code, By.TEEN, "", said.until), band=said.band)


def _about(part: str, voices: list[Voice]) -> tuple[Voice, ...]:
    """Return what is said about one part."""
    return tuple(Voice(voice.value[part], *voice[1:]) for voice in voices if part in voice.value)


def _settled(stage: Stage, terms: Terms, settings: Sequence[Voice], choices: Sequence[Voice], before: Any) -> Settled:
    """Settle one control or part, with the choices that count apart from those of another band."""
    counting: list[Voice] = []
    old: list[Voice] = []
    for voice in choices:
        kept = before is not None and voice.band == stage.pack.keeps
        counts = (
            voice.band == stage.band.name
            or terms.kind.at_least_as_strict(voice.value, terms.default)
            # Who grew up here keeps what was in force, not what a parent held back until then.
            or (kept and terms.kind.at_least_as_strict(voice.value, before))
        )
        (counting if counts else old).append(voice)
    return settle(terms, settings, counting, old)


def _assembled(stage: Stage, rule: Rule, parts: Mapping[str, Settled], *, set_aside: bool = False) -> Enforced:
    """Return the enforced value that its settled parts make."""
    kind = rule.control.kind
    value, start, allowed, reachable = (
        (kind.of(dict(zip(parts, column, strict=True))) for column in list(zip(*parts.values(), strict=True))[:4])
        if isinstance(kind, Composite)
        else parts[""][:4]
    )
    reasons = _reasons(stage, rule, parts, set_aside=set_aside)
    return Enforced(
        rule.control, value, rule.may_loosen, rule.default, rule.loosest, allowed, start, reachable, reasons
    )


def _reasons(stage: Stage, rule: Rule, parts: Mapping[str, Settled], *, set_aside: bool) -> tuple[Because, ...]:
    """Return the reasons of all parts in one order, each once, with the parts that it is about."""
    about: dict[tuple[Ground, str], list[str]] = {}
    pack = stage.pack.key
    for name, settled in parts.items():
        for ground in settled.grounds:
            about.setdefault((ground, rule.laws.get((ground.code, name), pack)), []).append(name)
    reasons = [
        Because(code, by, cited, parent, until, () if len(names) == len(parts) else tuple(names))
        for ((code, by, parent, until), cited), names in about.items()
    ]
    if set_aside:
        reasons.append(Because(Reason.ADULT, By.SYSTEM, pack))
    if stage.standing in _UNSURE:
        reasons.append(Because(_UNSURE[stage.standing], By.SYSTEM, pack))
    return tuple(sorted(reasons, key=_place) if len(reasons) > 1 else reasons)


def _place(because: Because) -> tuple[int, str, str, By]:
    return ORDER[because.code], because.parent, because.until.isoformat() if because.until else "", because.by


def _capped(stage: Stage, enforced: Enforced, values: Mapping[str, Enforced]) -> Enforced:
    """Return a value that is not wider than what the capping control's enforced value allows."""
    kind = enforced.kind
    cap = stage.rules[enforced.control.key].cap[values[enforced.control.capped_by].value]
    if kind.at_least_as_strict(enforced.reachable, cap):
        return enforced
    reachable = kind.stricter_of(enforced.reachable, cap)
    if kind.at_least_as_strict(enforced.value, cap):
        return replace(enforced, reachable=reachable)
    notes = (because for because in enforced.reasons if because.code in _STAYING)
    reasons = (Because(Reason.CAPPED_BY, By.PACK, stage.pack.key), *notes)
    return replace(enforced, value=kind.stricter_of(enforced.value, cap), reachable=reachable, reasons=reasons)


def _placed(enforced: Enforced, time_zone: str, rule: str) -> Enforced:
    """Return windows in the teen's time zone; where that is unreadable they are in UTC, and the answer says so."""
    reasons = enforced.reasons
    if zone_of(time_zone) is None:
        reasons, time_zone = (*reasons, Because(Reason.TIME_ZONE_UNREADABLE, By.SYSTEM, rule)), "UTC"
    return replace(enforced, value=replace(enforced.value, time_zone=time_zone), reasons=reasons)


_UNSURE = {Standing.UNKNOWN: Reason.AGE_UNKNOWN, Standing.TOO_LOW: Reason.AGE_TOO_LOW}
# What stays true of a value that a cap then made stricter.
_STAYING = {Reason.UNREADABLE, Reason.ADULT, Reason.AGE_UNKNOWN, Reason.AGE_TOO_LOW}
_CAPPED = tuple(key for key, each in CATALOGUE.items() if each.capped_by)
_PLACED = tuple(key for key, each in CATALOGUE.items() if each.kind.name == "windows")
