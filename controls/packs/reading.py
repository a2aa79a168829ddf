"""Reading a pack: from the tables of its file to a checked pack, or a sentence that names the control."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, TypeVar

from controls.policy.bands import Band
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.packs import MayLoosen, Pack, Rule
from controls.policy.values import Choice, Composite, InvalidValue

V = TypeVar("V")


class PackError(Exception):
    """A pack that cannot be used; the sentence names the control."""


def read_pack(raw: Mapping[str, Any]) -> Pack:
    """Read a pack as its file gives it.

    Raises PackError.
    """
    bands, keeps = _bands(raw)
    tables = _field(raw, "controls", dict, "pack")
    _same_keys(tables, CATALOGUE, "controls")
    floors = raw.get("never_below", {})
    rules = {
        band.name: MappingProxyType(
            {key: _rule(control, tables[key], band, floors.get(key)) for key, control in CATALOGUE.items()}
        )
        for band in bands
    }
    effective_at = _field(raw, "effective_at", datetime, "pack")
    if effective_at.tzinfo is None:
        raise PackError("`effective_at` of the pack must have its time zone")
    pack = Pack(
        key=_field(raw, "key", str, "pack"),
        effective_at=effective_at.astimezone(UTC),
        status=_field(raw, "status", str, "pack"),
        dm_min_age=_field(raw, "dm_min_age", int, "pack"),
        bands=bands,
        keeps=keeps,
        rules=MappingProxyType(rules),
        evidence=MappingProxyType({key: tuple(tables[key].get("evidence", ())) for key in CATALOGUE}),
        care_topics=tuple(raw.get("care", {}).get("topics", ())),
        leaving_hours=_leaving_hours(raw, bands),
    )
    _check_messages(pack)
    return pack


def _bands(raw: Mapping[str, Any]) -> tuple[tuple[Band, ...], str]:
    """Return the bands from the youngest on, and the name of the one whose defaults adults keep."""
    bands: list[Band] = []
    keeps = ""
    for table in raw.get("bands", ()):
        name = _field(table, "name", str, "band")
        until = _field(table, "until_age", int, name) if "until_age" in table else None
        bands.append(Band(name, _field(table, "from_age", int, name), until, table.get("adult", False) is True))
        keeps = table.get("keeps", keeps)
    names = [band.name for band in bands]
    if not bands or len(set(names)) != len(names):
        raise PackError("a pack needs bands with names of their own")
    for younger, older in zip(bands, [*bands[1:], None], strict=True):
        if younger.until_age != (older and older.from_age) or (older and older.from_age <= younger.from_age):
            raise PackError(f"band `{younger.name}` must end where the next begins")
        if younger.adult and older:
            raise PackError(f"band `{younger.name}` is for adults and must be the last")
    if keeps and (keeps not in names or keeps == names[-1]):
        raise PackError(f"unknown band `{keeps}` to keep defaults of")
    return tuple(bands), keeps


def _leaving_hours(raw: Mapping[str, Any], bands: tuple[Band, ...]) -> Mapping[str, int]:
    hours = _field(raw, "leaving_hours", dict, "pack")
    _same_keys(hours, [band.name for band in bands], "leaving_hours")
    if not all(type(each) is int and each >= 0 for each in hours.values()):
        raise PackError("`leaving_hours` must be whole hours")
    return MappingProxyType(dict(hours))


def _rule(control: Control, table: Mapping[str, Any], band: Band, floor: Any) -> Rule:
    key, kind = control.key, control.kind
    default = _value(control, _field(table, "default", dict, key), band)
    loosest = _value(control, _field(table, "loosest", dict, key), band)
    if not kind.at_least_as_strict(default, loosest):
        raise PackError(f"the default of `{key}` in band `{band.name}` is looser than its loosest value")
    never_below = None
    if floor is not None:
        if not isinstance(kind, Composite):
            raise PackError(f"`{key}` has no parts that could be kept visible")
        never_below = _load(control, floor, band)
        if any(
            kind.part.at_least_as_strict(default[part], least) and default[part] != least
            for part, least in never_below.items()
        ):
            raise PackError(f"the default of `{key}` in band `{band.name}` hides what is never hidden")
    return Rule(control, default, loosest, _may_loosen(table, band, key), _cap(control, table, band), never_below)


def _value(control: Control, by_band: Mapping[str, Any], band: Band) -> Any:
    if band.name not in by_band:
        raise PackError(f"`{control.key}` says nothing about band `{band.name}`")
    value = _load(control, by_band[band.name], band)
    if isinstance(control.kind, Composite) and value.keys() != control.kind.loosest.keys():
        raise PackError(f"`{control.key}` must name every part in band `{band.name}`")
    return value


def _load(control: Control, raw: object, band: Band) -> Any:
    try:
        return control.kind.load(raw)
    except InvalidValue as error:
        raise PackError(f"`{control.key}` in band `{band.name}`: {error}") from None


def _may_loosen(table: Mapping[str, Any], band: Band, key: str) -> MayLoosen:
    if band.adult:
        # Every value up to the loosest is the person's own.
        return MayLoosen.TEEN
    try:
        return MayLoosen(_field(table, "may_loosen", dict, key).get(band.name, ""))
    except ValueError:
        raise PackError(f"`{key}` does not say who may loosen it in band `{band.name}`") from None


def _cap(control: Control, table: Mapping[str, Any], band: Band) -> Mapping[str, Any]:
    """Return the loosest value for each value of the capping control; only that control can be a choice of few."""
    if not control.capped_by:
        return {}
    capping = CATALOGUE[control.capped_by].kind
    caps = _field(table, "cap", dict, control.key).get(band.name)
    if not isinstance(capping, Choice) or not isinstance(caps, Mapping):
        raise PackError(f"`{control.key}` has no cap in band `{band.name}`")
    _same_keys(caps, capping.values, f"values that cap `{control.key}`")
    return MappingProxyType({value: _load(control, raw, band) for value, raw in caps.items()})


def _check_messages(pack: Pack) -> None:
    """Direct messages are open to nobody before the age that the pack itself gives for them."""
    for band in pack.bands:
        rule = pack.rule("dm.who_can_send", band.name)
        if band.from_age < pack.dm_min_age and rule.loosest != rule.control.kind.strictest:
            raise PackError(f"`dm.who_can_send` is open in band `{band.name}`, below `dm_min_age`")


def _same_keys(given: Any, wanted: Any, what: str) -> None:
    missing, unknown = sorted(set(wanted) - set(given)), sorted(set(given) - set(wanted))
    if missing or unknown:
        raise PackError(f"{what}: missing {missing}, unknown {unknown}")


def _field(raw: Mapping[str, Any], name: str, type_: type[V], where: str) -> V:
    field = raw.get(name)
    if not isinstance(field, type_) or isinstance(field, bool):
        raise PackError(f"`{where}` needs `{name}` as {type_.__name__}")
    return field
