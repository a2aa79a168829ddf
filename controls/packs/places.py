"""Reading what is recorded of the laws: from dated files, one for each place and day, to frozen laws.

A file that is locked is never edited: what becomes known later is a file of its own, with a status for a law of an
earlier file, or with the whole law again. An error names the file, the law and the field.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from controls.laws.demands import (
    AgeAssurance,
    Change,
    ConsentAge,
    Demand,
    Insight,
    MinimumAge,
    MustNotExpose,
    MustOffer,
    Pairing,
    Permission,
    Status,
    Usage,
)
from controls.laws.law import WORLD, Enforce, Law, Laws, Ruling, Scope
from controls.packs.reading import PackError
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Assurance
from controls.policy.packs import MayLoosen
from controls.policy.values import InvalidValue

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")

CONFIDENCE: Final = ("high", "medium", "low")
KINDS: Final[Mapping[str, type[Demand]]] = {
    "minimum_age": MinimumAge,
    "permission": Permission,
    "pairing": Pairing,
    # As a file spells it that is locked.
    "link": Pairing,
    "consent_age": ConsentAge,
    "age_assurance": AgeAssurance,
    "usage": Usage,
    "must_offer": MustOffer,
    "must_not_expose": MustNotExpose,
}


def read_places(folder: Path) -> Laws:
    """Read every file of a folder.

    Raises PackError.
    """
    return merged(read_place(path.stem, _toml(path)) for path in sorted(folder.glob("*.toml")))


def read_territories(folder: Path) -> tuple[Territory, ...]:
    """Read what the files of a folder say of territories.

    Raises PackError.
    """
    return tuple(
        each for path in sorted(folder.glob("*.toml")) for each in read_place(path.stem, _toml(path)).territories
    )


class Territory(NamedTuple):
    """A place with a code of its own that belongs to a state: in which states it lies, and under which other codes."""

    place: str
    within: tuple[str, ...]
    same: tuple[str, ...]
    why: str
    source: str


class Place(NamedTuple):
    """What one file records."""

    file: str
    place: str
    name: str
    members: tuple[str, ...]
    laws: tuple[Law, ...]
    later: Mapping[str, tuple[Change, ...]]
    consent_controls: tuple[str, ...]
    consent_age_elsewhere: int | None
    territories: tuple[Territory, ...] = ()


def merged(places: Iterable[Place]) -> Laws:
    """Return what some files record together; a later status is a line in the history of every record of its law."""
    read = tuple(places)
    later: dict[str, tuple[Change, ...]] = {}
    for file in read:
        for key, changes in file.later.items():
            later[key] = (*later.get(key, ()), *changes)
    records = [law for file in read for law in file.laws]
    _check_together(read, records, later)
    world = [file for file in read if file.place == WORLD]
    ages = [file.consent_age_elsewhere for file in world if file.consent_age_elsewhere is not None]
    # In the order of the files' names, so that what is recorded later replaces what was.
    territories = {each.place: each for file in world for each in file.territories}.values()
    return Laws(
        records=tuple(replace(law, history=(*law.history, *later.get(law.key, ()))) for law in records),
        names=MappingProxyType({file.place: file.name for file in read}),
        regions=MappingProxyType({file.place: frozenset(file.members) for file in read if file.members}),
        consent_controls=tuple(dict.fromkeys(key for file in world for key in file.consent_controls)),
        consent_age_elsewhere=max(ages, default=Laws(()).consent_age_elsewhere),
        within=MappingProxyType({each.place: each.within for each in territories}),
        same=MappingProxyType({code: each.place for each in territories for code in each.same}),
    )


def read_place(file: str, raw: Mapping[str, Any]) -> Place:
    """Read one file.

    Raises PackError.
    """
    top = _Table(raw, f"`{file}`")
    top.knows(*_FILE)
    place, recorded_on = top.text("place"), top.day("recorded_on")
    if file != f"{place}-{recorded_on}":
        raise PackError(f"`{file}` must be called `{place}-{recorded_on}`, after its place and day")
    laws = tuple(_law(_Table(table, f"`{file}`"), place, recorded_on) for table in top.tables("law"))
    later: dict[str, tuple[Change, ...]] = {}
    for table in top.tables("status"):
        entry = _Table(table, f"`{file}`, status")
        key = entry.text("law")
        later[key] = (*later.get(key, ()), _change(entry, recorded_on, "law"))
    controls = top.texts("consent_controls")
    for key in controls:
        if key not in CATALOGUE:
            raise top.error("consent_controls", f"unknown control `{key}`")
    elsewhere = top.age("consent_age_elsewhere") if "consent_age_elsewhere" in raw else None
    members = top.texts("members")
    parts = tuple(_territory(_Table(table, f"`{file}`, territory")) for table in top.tables("territory"))
    return Place(file, place, top.text("name"), members, laws, MappingProxyType(later), controls, elsewhere, parts)


def read_rulings(path: Path) -> tuple[Ruling, ...]:
    """Read the decisions of an operator.

    Raises PackError.
    """
    top = _Table(_toml(path), f"`{path.name}`")
    top.knows("ruling")
    return tuple(_ruling(_Table(table, f"`{path.name}`, ruling")) for table in top.tables("ruling"))


def _territory(table: _Table) -> Territory:
    table.knows("place", "within", "same", "why", "source")
    place, within, same = table.text("place"), table.texts("within"), table.texts("same")
    if place in {*within, *same}:
        raise table.error("within", f"`{place}` cannot lie in itself")
    return Territory(place, within, same, table.text("why"), table.text("source"))


def _ruling(table: _Table) -> Ruling:
    table.knows("subject", "laws", "yields", "by", "decided_on", "why")
    laws, yields = frozenset(table.texts("laws")), table.text("yields")
    if yields not in laws or len(laws) != 2:
        raise table.error("yields", "expected one of the two `laws`")
    return Ruling(table.text("subject"), laws, yields, table.text("by"), table.day("decided_on"), table.text("why"))


def _law(table: _Table, place: str, recorded_on: date) -> Law:
    key = table.text("key")
    table = _Table(table.raw, f"{table.where}, law `{key}`")
    table.knows(*_LAW)
    history = tuple(_change(_Table(each, f"{table.where}, status"), recorded_on) for each in table.tables("status"))
    if not history:
        raise table.error("status", "expected at least one")
    law = Law(
        key=key,
        place=place,
        title=table.text("title"),
        citations=table.texts("citations"),
        recorded_on=recorded_on,
        history=history,
        enforce=table.one_of("enforce", Enforce),
        confidence=table.text("confidence"),
        source=table.text("source"),
        note=table.text("note", ""),
        effective_on=table.day("effective_on") if "effective_on" in table.raw else None,
        last_day=table.day("last_day") if "last_day" in table.raw else None,
        scope=_scope(table),
        demands=tuple(_demand(each, table, recorded_on) for each in table.tables("demand")),
        duties=table.texts("duties"),
        majority=table.age("majority", 18),
    )
    if not law.citations:
        raise table.error("citations", "expected at least one")
    if law.confidence not in CONFIDENCE:
        raise table.error("confidence", f"expected one of {', '.join(CONFIDENCE)}")
    return law


def _scope(table: _Table) -> Scope:
    raw = table.field("scope", dict, {})
    scope = _Table(raw, f"{table.where}, scope")
    scope.knows("least_users", "least_feed_share", "services", "spares_small")
    spares_small = raw.get("spares_small", False)
    if type(spares_small) is not bool:
        raise scope.error("spares_small", "expected true or false")
    least_users, least_feed_share = (scope.field(name, int, 0) for name in ("least_users", "least_feed_share"))
    return Scope(least_users, least_feed_share, frozenset(scope.texts("services")), spares_small)


def _demand(raw: Mapping[str, Any], law: _Table, recorded_on: date) -> Demand:
    kind = str(raw.get("kind", ""))
    table = _Table(raw, f"{law.where}, demand `{kind}`")
    if kind not in KINDS:
        raise table.error("kind", f"expected one of {', '.join(KINDS)}")
    table.knows("kind", "below", "from_age", "status", *_OF.get(kind, ()))
    history = tuple(_change(_Table(each, f"{table.where}, status"), recorded_on) for each in table.tables("status"))
    ages: dict[str, Any] = {"below": table.age("below"), "from_age": table.age("from_age", 0), "history": history}
    if ages["from_age"] >= ages["below"]:
        raise table.error("from_age", "expected less than `below`")
    if kind == "usage":
        return _usage(table, ages)
    if kind == "age_assurance":
        ages["level"] = table.one_of("level", Assurance)
    elif kind in _OF:
        ages["insight"] = table.one_of("insight", Insight)
    return KINDS[kind](**ages)


def _usage(table: _Table, ages: dict[str, Any]) -> Usage:
    key = table.text("control")
    if key not in CATALOGUE:
        raise table.error("control", f"unknown control `{key}`")
    values: dict[str, Any] = {}
    for name in ("default", "loosest"):
        if name in table.raw:
            try:
                values[name] = CATALOGUE[key].kind.load(table.raw[name])
            except InvalidValue as error:
                raise table.error(name, f"`{key}`: {error}") from None
    if "may_loosen" in table.raw:
        values["may_loosen"] = table.one_of("may_loosen", MayLoosen)
    if not values:
        raise table.error("default", "expected it, `loosest` or `may_loosen`")
    return Usage(control=CATALOGUE[key], **ages, **values)


def _change(table: _Table, recorded_on: date, *more: str) -> Change:
    table.knows("status", "since", *more)
    since = table.day("since") if "since" in table.raw else None
    return Change(table.one_of("status", Status), since, recorded_on)


def _check_together(read: Iterable[Place], records: Iterable[Law], later: Iterable[str]) -> None:
    """Refuse a law that two places call their own, one that is told twice of a day, and a status of none."""
    seen: dict[tuple[str, date], str] = {}
    places: dict[str, str] = {}
    for law in records:
        if (law.key, law.recorded_on) in seen or places.setdefault(law.key, law.place) != law.place:
            raise PackError(f"law `{law.key}` is recorded twice, in `{law.place}` and `{places[law.key]}`")
        seen[law.key, law.recorded_on] = law.place
    unknown = sorted(set(later) - places.keys())
    if unknown:
        files = [file.file for file in read if unknown[0] in file.later]
        raise PackError(f"`{files[0]}`: a status of an unknown law `{unknown[0]}`")


class _Table(NamedTuple):
    """A table of a file, and the words that say where it stands."""

    raw: Mapping[str, Any]
    where: str

    def error(self, name: str, said: str) -> PackError:
        """Return a complaint about a field."""
        return PackError(f"{self.where}: `{name}`: {said}")

    def knows(self, *names: str) -> None:
        """Refuse a field that nobody reads: it would be a demand that nobody obeys."""
        for name in self.raw:
            if name not in names:
                raise self.error(name, f"unknown; expected one of {', '.join(names)}")

    def field(self, name: str, type_: type[V], default: V | None = None) -> V:
        """Return a field of a type."""
        value = self.raw.get(name, default)
        if not isinstance(value, type_) or isinstance(value, bool):
            raise self.error(name, f"expected {type_.__name__}")
        return value

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that says something."""
        value = self.field(name, str, default)
        if not value and default is None:
            raise self.error(name, "expected a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return texts, none where there are none."""
        values = self.field(name, list, [])
        if not all(isinstance(each, str) and each for each in values):
            raise self.error(name, "expected texts")
        return tuple(values)

    def tables(self, name: str) -> list[Mapping[str, Any]]:
        """Return tables, none where there are none."""
        values = self.field(name, list, [])
        if not all(isinstance(each, dict) for each in values):
            raise self.error(name, "expected tables")
        return values

    def day(self, name: str) -> date:
        """Return a day; a moment is none."""
        value = self.field(name, date)
        if isinstance(value, datetime):
            raise self.error(name, "expected a day without a time")
        return value

    def age(self, name: str, default: int | None = None) -> int:
        """Return an age in completed years."""
        value = self.field(name, int, default)
        if not 0 <= value <= 25:
            raise self.error(name, "expected an age from 0 to 25")
        return value

    def one_of(self, name: str, words: type[E]) -> E:
        """Return one of some words."""
        try:
            return words(self.text(name))
        except ValueError:
            raise self.error(name, f"expected one of {', '.join(words)}") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"`{path.name}` cannot be read: {error}") from error


_FILE: Final = (
    "place", "name", "recorded_on", "members", "law", "status", "consent_controls", "consent_age_elsewhere",
    "territory",
)  # fmt: skip
_LAW: Final = (
    "key", "title", "citations", "effective_on", "last_day", "enforce", "confidence", "source", "note", "scope",
    "duties", "majority", "status", "demand",
)  # fmt: skip
_OF: Final = {
    "usage": ("control", "default", "loosest", "may_loosen"),
    "age_assurance": ("level",),
    "must_offer": ("insight",),
    "must_not_expose": ("insight",),
}
