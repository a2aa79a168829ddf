"""Strategies: values of every kind, packs, and what two or three parents and a teen may have said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from controls.packs import released
from controls.policy.catalogue import CATALOGUE
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.resolve import Enforced, resolve_control
from controls.policy.values import WEEKDAYS, Choice, Composite, Kind, Minutes, Severity

AT = datetime(2027, 6, 15, 12, tzinfo=UTC)
BASELINE = released()[0]
BANDS = tuple(band.name for band in BASELINE.bands)

# Of a total order any two values can be compared (in a composite, of one part); of a partial one not.
SUBJECTS = {
    "total": ("purchase.policy", "content.short_video_minutes", "time.daily_minutes", "content.labels"),
    "partial": ("time.bedtime", "purchase.monthly_cap", "content.keywords", "content.topics"),
}

MINORS = [None, *(date(2027 - age, 6, 15) for age in (12, 13, 14, 15, 16, 17))]
BORN = st.sampled_from([*MINORS, date(2009, 6, 15), date(2008, 6, 16), date(1980, 1, 1)])
UNTIL = st.sampled_from([None, None, None, AT - timedelta(hours=1), AT, AT + timedelta(hours=1)])

_CLOCK = st.sampled_from(["00:00", "06:30", "07:00", "12:00", "21:00", "22:00", "23:59"])
_LIMIT = st.just({"limited": False})


@dataclass(frozen=True, repr=False)
class Case:
    """One control, a pack that rules it, and what people have said about it."""

    key: str
    pack: Pack
    world: World
    at: datetime = AT

    def __repr__(self) -> str:
        """Show the rules of the one control; the whole pack would fill a screen."""
        rules = [self.pack.rule(self.key, name) for name in BANDS]
        said = [(rule.may_loosen.value, self.kind.dump(rule.default), self.kind.dump(rule.loosest)) for rule in rules]
        return f"Case({self.key!r}, {said}, {self.world})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(repr(self))

    @property
    def kind(self) -> Kind[Any]:
        """Return the kind of the control."""
        return CATALOGUE[self.key].kind

    def but(self, **changes: Any) -> Case:
        """Return the same case in a world that differs."""
        return replace(self, world=replace(self.world, **changes))

    def plus(self, *settings: Setting) -> Case:
        """Return the case in which somebody said more."""
        return self.but(settings=(*self.world.settings, *settings))

    def enforced(self) -> Enforced:
        """Return what applies."""
        return resolve_control(self.world, self.pack, self.at, self.key)


@cache
def raws(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Return JSON that the kind can read; of a composite any parts."""
    if isinstance(kind, Choice):
        return st.sampled_from(kind.values)
    if isinstance(kind, Minutes):
        minutes = st.integers(kind.least, min(kind.most, kind.least + 9))
        return _LIMIT | minutes.map(lambda each: {"limited": True, "minutes": each})
    if isinstance(kind, Severity):
        return st.integers(0, 4)
    if isinstance(kind, Composite):
        names = [name for name in kind.parts if name != "*"]
        some = st.dictionaries(st.sampled_from(names), raws(kind.part), max_size=3)
        everywhere = raws(kind.part).map(lambda each: dict.fromkeys(names, each))
        return some | everywhere | (st.just({"all": True}) if kind.name == "topics" else st.nothing())
    if kind.name == "amount":
        money = st.tuples(st.integers(0, 3), st.sampled_from(["EUR", "BRL"]))
        return _LIMIT | money.map(lambda m: {"limited": True, "minor_units": str(m[0]), "currency": m[1]})
    if kind.name == "windows":
        return st.lists(windows(), max_size=3).map(lambda each: {"windows": each})
    items = st.lists(st.sampled_from(["ant", "bee", "cat"]), max_size=3)
    return st.just({"all": True}) | items.map(lambda each: {"all": False, "items": each})


@cache
def windows() -> st.SearchStrategy[dict[str, Any]]:
    """Return one written window."""
    days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True)
    hours = st.tuples(_CLOCK, _CLOCK | st.just("24:00")).filter(lambda pair: pair[0] != pair[1])
    return st.tuples(days, hours).map(lambda each: {"days": each[0], "from": each[1][0], "until": each[1][1]})


@cache
def values(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Return values of a kind."""
    return raws(kind).map(kind.load)


@cache
def whole_values(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Return values that name every part."""
    if not isinstance(kind, Composite):
        return values(kind)
    return values(kind).map(lambda value: kind.of({**kind.loosest, **value}))


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["all", "items", "limited", "minutes", "mon", "windows", "days"]), inner)
    ),
    max_leaves=4,
)


@cache
def raws_or_nonsense(key: str) -> st.SearchStrategy[Any]:
    """Return JSON that the kind of a control may be able to read."""
    return raws(CATALOGUE[key].kind) | NONSENSE


@st.composite
def packs(draw: st.DrawFn, key: str) -> Pack:
    """Return the baseline with other rules for one control."""
    kind = CATALOGUE[key].kind
    pack = BASELINE
    few = st.sampled_from([kind.loosest, draw(whole_values(kind)), draw(whole_values(kind))])
    for band in pack.bands:
        loosest = draw(few)
        default = kind.stricter_of(draw(few), loosest)
        may_loosen = MayLoosen.TEEN if band.adult else draw(st.sampled_from(MayLoosen))
        pack = with_rule(pack, band.name, Rule(CATALOGUE[key], default, loosest, may_loosen))
    return pack


def with_rule(pack: Pack, band: str, rule: Rule) -> Pack:
    """Return a pack with another rule for one control in one band."""
    rules = {**pack.rules, band: MappingProxyType({**pack.rules[band], rule.control.key: rule})}
    return replace(pack, rules=MappingProxyType(rules))


def ruled_by(pack: Pack, key: str, may_loosen: MayLoosen) -> Pack:
    """Return a pack in which the same people may loosen a control in every band of minors."""
    for band in pack.bands:
        if not band.adult:
            pack = with_rule(pack, band.name, replace(pack.rule(key, band.name), may_loosen=may_loosen))
    return pack


@st.composite
def settings_of(draw: st.DrawFn, key: str, parent: str, raw: st.SearchStrategy[Any] | None = None) -> Setting:
    """Return a word of a parent."""
    verified = parent != "mallory" and draw(st.booleans())
    return Setting(parent, verified, key, draw(raws(CATALOGUE[key].kind) if raw is None else raw), draw(UNTIL))


@st.composite
def worlds(draw: st.DrawFn, keys: tuple[str, ...], *, nonsense: bool = False) -> World:
    """Return a teen of any age and what was said about some controls."""
    said = [
        draw(settings_of(key, parent, raws_or_nonsense(key) if nonsense else None))
        for parent in draw(st.lists(st.sampled_from(["paula", "pierre"]), max_size=4))
        for key in [draw(st.sampled_from(keys))]
    ]
    chosen = [
        Chosen(
            key,
            draw(raws_or_nonsense(key) if nonsense else raws(CATALOGUE[key].kind)),
            draw(UNTIL),
            draw(st.sampled_from(BANDS)),
        )
        for _ in range(draw(st.integers(0, 2)))
        for key in [draw(st.sampled_from(keys))]
    ]
    born = draw(BORN)
    return World(Birth(born) if born else None, "FR", "Europe/Paris", draw(st.booleans()), tuple(said), tuple(chosen))


@st.composite
def cases(draw: st.DrawFn, order: str, *, parts: bool = False) -> Case:
    """Return a control of a total or a partial order, perhaps one with parts, with a pack and a world."""
    keys = [key for key in SUBJECTS[order] if isinstance(CATALOGUE[key].kind, Composite) or not parts]
    key = draw(st.sampled_from(keys))
    return Case(key, draw(packs(key)), draw(worlds((key,))))
