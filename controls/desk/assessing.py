"""What a new policy changes for one person: worked out once for all who are alike in what it touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from controls.desk.differing import admission_moves
from controls.desk.directions import by_kind, by_loosener, by_number, essence, loosens
from controls.desk.policies import Policy
from controls.gather import Gathered
from controls.laws.admission import Tie, admitted
from controls.policy.bands import LATEST, birthday_at, later_by_years, zone_of
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Assurance, Chosen, Setting, World
from controls.policy.packs import Pack
from controls.policy.resolve import Enforced, ended, resolve
from controls.policy.stages import Stage, Standing, stage_at
from controls.policy.values import Direction

# Whoever is older than this is alike for every law.
OLDEST: Final = 99


class Change(NamedTuple):
    """One thing that changes for a person: a control or the account, what of it, and which way."""

    subject: str
    aspect: str
    way: str

    @property
    def loosens(self) -> bool:
        return loosens(self.way)


Changes = frozenset[Change]
NOTHING: Final[Changes] = frozenset()


class Kin(NamedTuple):
    """What people share of whom the rules and the laws say the same, before anybody has spoken."""

    place: str
    time_zone: str
    age: int | None
    assurance: Assurance | None
    grew_up_here: bool
    tie: Tie


class Ground(NamedTuple):
    """What changes for kin of whom nobody has said anything that matters, and on which words it rests."""

    silent: Changes
    others: Changes
    touched: frozenset[str]
    heard: frozenset[str]
    is_kept: bool


class Assessor:
    """Compares two policies at some moments; remembers every answer that others share."""

    def __init__(self, old: Policy, new: Policy, moments: Iterable[datetime]) -> None:
        self.old, self.new, self.moments = old, new, tuple(moments)
        self._grounds: dict[tuple[Kin, datetime], Ground] = {}
        self._spoken: dict[Any, Changes] = {}

    def changes(self, person: Gathered) -> Changes:
        """Return everything that changes for one person at any of the moments.

        Raises PolicyConflict.
        """
        found = NOTHING
        for at in self.moments:
            more = self._at(person.world, person.tie_at(at), at)
            found = found | more if found and more else found or more
        return found

    def _at(self, world: World, tie: Tie, at: datetime) -> Changes:
        level = None if world.birth is None else world.birth.assurance
        kin = Kin(world.place, world.time_zone, age_of(world, at), level, world.grew_up_here, tie)
        ground = self._grounds.get((kin, at))
        if ground is None:
            ground = self._grounds[kin, at] = self._ground(world, tie, at)
        if not (world.settings or world.choices) or not ground.touched:
            return ground.silent
        said = heard_of(world, ground, at)
        if not (said.settings or said.choices):
            return ground.silent
        key = (kin, at, *words_of(said, world if ground.is_kept else None))
        spoken = self._spoken.get(key)
        if spoken is None:
            spoken = self._spoken[key] = ground.others | self._resolved(said, ground.touched, at)
        return spoken

    def _packs(self, world: World, at: datetime) -> tuple[Pack, Pack]:
        old, new = (policy.pack_for(world.place, world.time_zone, at) for policy in (self.old, self.new))
        return old, new

    def _ground(self, world: World, tie: Tie, at: datetime) -> Ground:
        packs = self._packs(world, at)
        old, new = (stage_at(world, pack, at) for pack in packs)
        touched = touched_by(old, new)
        heard = touched | {CATALOGUE[key].capped_by for key in touched} - {""}
        silent = World(world.birth, world.place, world.time_zone, world.grew_up_here)
        others = frozenset([*stage_changes(old, new), *self._admissions(silent, tie, at)])
        changed = self._resolved(silent, touched, at) if touched else NOTHING
        is_kept = Standing.KEPT in {old.standing, new.standing}
        return Ground(others | changed, others, touched, heard, is_kept)

    def _admissions(self, world: World, tie: Tie, at: datetime) -> Iterator[Change]:
        before, after = (
            admitted(policy.laws, world, tie, policy.posture, policy.baseline_at(at).bands, at)
            for policy in (self.old, self.new)
        )
        for (subject, aspect), (_, _, way) in admission_moves(before, after, tie).items():
            yield Change(subject, aspect, way)

    def _resolved(self, world: World, touched: Iterable[str], at: datetime) -> Changes:
        old, new = (resolve(world, pack, at).values for pack in self._packs(world, at))
        return frozenset(each for key in touched for each in value_changes(old[key], new[key]))


def age_of(world: World, at: datetime) -> int | None:
    """Return the age in completed years as the core counts it: by the first moment of each birthday."""
    if world.birth is None:
        return None
    born, zone = world.birth.on, zone_of(world.time_zone) or LATEST
    today = at.astimezone(zone).date()
    age = today.year - born.year
    birthday = later_by_years(born, age)
    if birthday is None or abs(today - birthday) <= timedelta(days=1):
        # Clocks that jump at midnight may make this day begin at another moment.
        moment = birthday_at(born, age, zone)
        is_over = moment is not None and moment <= at
    else:
        is_over = birthday < today
    return max(-1, min(age if is_over else age - 1, OLDEST))


def touched_by(old: Stage, new: Stage) -> frozenset[str]:
    """Return the controls whose value may be another one, whatever anybody has said."""
    if old is new:
        return frozenset()
    if (old.band, old.standing, old.pack.keeps, old.pack.bands) != (
        new.band, new.standing, new.pack.keeps, new.pack.bands
    ):  # fmt: skip
        return frozenset(CATALOGUE)
    names = [old.band.name, *([old.pack.keeps] if old.standing is Standing.KEPT else [])]
    pairs = [(old.rules, new.rules), *((old.pack.rules[name], new.pack.rules[name]) for name in names)]
    found = {key for key in CATALOGUE for was, now in pairs if essence(was[key]) != essence(now[key])}
    capped = {key for key, control in CATALOGUE.items() if control.capped_by in found}
    return frozenset(found | capped)


def stage_changes(old: Stage, new: Stage) -> Iterator[Change]:
    """Go through what changes for a person beside the controls."""
    hours = [stage.pack.leaving_hours.get(stage.band.name, 0) for stage in (old, new)]
    if old.band.adult != new.band.adult:
        yield Change("band", "adult", str(Direction.LOOSER if new.band.adult else Direction.STRICTER))
    if hours[0] != hours[1]:
        yield Change("pairing", "leaving_hours", str(by_number(*hours)))


def value_changes(old: Enforced, new: Enforced) -> Iterator[Change]:
    """Go through what changes of one control: what is enforced, what it may become, and who may say so."""
    key, compare = new.control.key, by_kind(new.kind)
    for aspect, was, now in (
        ("value", old.value, new.value),
        ("default", old.default, new.default),
        ("loosest", old.loosest, new.loosest),
        ("reachable", old.reachable, new.reachable),
    ):
        if was != now:
            yield Change(key, aspect, str(compare(was, now)))
    if old.may_loosen is not new.may_loosen:
        yield Change(key, "may_loosen", str(by_loosener(old.may_loosen, new.may_loosen)))


def heard_of(world: World, ground: Ground, at: datetime) -> World:
    """Return a world in which only those words stand that matter to what is touched."""
    settings: tuple[Setting, ...] = tuple(
        each
        for each in world.settings
        if each.control in ground.heard and (ground.is_kept or not ended(each.until, at))
    )
    choices: tuple[Chosen, ...] = tuple(
        each for each in world.choices if each.control in ground.heard and (ground.is_kept or not ended(each.until, at))
    )
    return World(world.birth, world.place, world.time_zone, world.grew_up_here, settings, choices)


def words_of(world: World, birth: World | None) -> tuple[Any, ...]:
    """Return words in a shape that those have in common who said the same: parents are numbered as they come."""
    numbers = {parent: number for number, parent in enumerate(dict.fromkeys(each.parent for each in world.settings))}
    settings = tuple(
        (numbers[each.parent], each.verified, each.control, repr(each.value), each.until if birth else bool(each.until))
        for each in world.settings
    )
    choices = tuple(
        (each.control, repr(each.value), each.until if birth else bool(each.until), each.band) for each in world.choices
    )
    # Who keeps what applied before adulthood rests on that birthday as well.
    return settings, choices, birth.birth if birth else None
