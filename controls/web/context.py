"""What a parent's pages show, worked out once in words; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as say

from accounts.labels import PROOF
from accounts.models import Pairing, State, User
from controls.actions import Attempt
from controls.arrival import arrivals
from controls.differences import Difference
from controls.inbox import open_requests, waiting_for
from controls.labels import in_order
from controls.labels.controls import CONTROLS, Text
from controls.labels.groups import SECTIONS, Section, section_of
from controls.labels.reasons import (
    FOR_PARENTS,
    MAY_LOOSEN_FOR_PARENTS,
    NOBODY_ADDED,
    UNREADABLE_START,
    YOU_SET,
    YOU_UNVERIFIED,
)
from controls.labels.values import choice_words, counted_words, moment_words, read_stored, value_words
from controls.models import Request, Setting
from controls.policy.catalogue import CATALOGUE, Control
from controls.policy.reasons import Because, Reason
from controls.policy.resolve import Enforced
from controls.policy.values import Choice, Direction
from controls.snapshots import Present, read_present
from family_pairing.problems import Problem

ASKS_FOR = 600
MOMENT_DIGITS = 11
HEADLINES = ("time.daily_minutes", "dm.who_can_send", "account.visibility", "time.bedtime")


class Step(NamedTuple):
    """One value on the way from strict to loose: `now`, `open`, or `shut`."""

    name: str
    state: str


class Own(NamedTuple):
    """What the parent who looks has said about a control."""

    value: str
    until: datetime | None
    is_readable: bool


class Why(NamedTuple):
    """One reason as a sentence, and whose word it is."""

    sentence: str
    by: str


@dataclass(frozen=True)
class Row:
    """One control as the page shows it."""

    key: str
    slug: str
    name: Text
    about: Text
    value: str
    steps: list[Step]
    reasons: list[Why]
    who: str
    is_shut: bool
    own: list[Own]


class Part(NamedTuple):
    """One section of the page."""

    key: str
    section: Section
    rows: list[Row]


class Supervisor(NamedTuple):
    """A parent who supervises."""

    name: str
    is_you: bool
    since: datetime | None
    proof: Text
    is_verified: bool


class Shift(NamedTuple):
    """One enforced value that a change would move, in words."""

    name: Text
    before: str
    after: str
    direction: str


@dataclass(frozen=True)
class View:
    """A pairing with what parents may see of what applies now: what every fragment of the page is made from."""

    pairing: Pairing
    present: Present
    names: Mapping[str, str]

    @property
    def teen(self) -> str:
        return self.pairing.teen.handle

    def enforced(self, key: str) -> Enforced:
        return self.present.resolution.values[key]

    def row(self, key: str) -> Row:
        """Return one control in words."""
        own = [setting for setting in self.pairing.settings.all() if setting.key == key]
        return row_of(self, CATALOGUE[key], own)


def view_of(pairing: Pairing, *, at: datetime) -> View:
    """Return what applies to the teen of a pairing.

    Raises Problem `not_found`.
    """
    present = read_present(pairing.teen_id, at=at)
    if present is None:
        raise Problem("not_found")
    return View(pairing, present.for_parents(), {str(each.parent_id): str(each.parent) for each in bound(pairing)})


def bound(pairing: Pairing) -> list[Pairing]:
    """Return every pairing that binds the teen."""
    return list(pairing.teen.pairings.active().select_related("parent").order_by("active_at"))


def home_context(parent: User, *, at: datetime) -> dict[str, Any]:
    """Return the teens of a parent, and the pairings that still wait for the teen."""
    mine = parent.pairings.select_related("teen", "parent")
    views = [view_of(pairing, at=at) for pairing in mine.active().order_by("active_at")]
    waiting = mine.open().filter(state=State.CLAIMED, expires_at__gt=at)
    asked = open_requests((view.pairing.teen_id for view in views), at=at)
    return {"cards": [card_of(view, asked) for view in views], "waiting": waiting}


def card_of(view: View, asked: list[Request]) -> dict[str, Any]:
    """Return a teen as a card: the first things that a parent asks, and how many requests wait for the parent."""
    lines = [(CONTROLS[key].name, said_of(view.enforced(key))) for key in HEADLINES]
    requests = waiting_for(view.pairing, view.present, asked)
    return {"pairing": view.pairing, "lines": lines, "requests": requests, **arrival_context(view)}


def teen_context(view: View) -> dict[str, Any]:
    """Return a teen's whole page."""
    return {
        **family_context(view),
        **arrival_context(view),
        "parts": parts_of(view),
        "supervisors": [supervisor_of(each, view.pairing) for each in bound(view.pairing)],
        "band": view.present.resolution.band.replace("-", "–"),
    }


def family_context(view: View) -> dict[str, Any]:
    """Return what every page of a teen begins with."""
    return {"pairing": view.pairing, "teen": view.teen, "is_verified": view.pairing.is_verified}


def supervisor_of(pairing: Pairing, mine: Pairing) -> Supervisor:
    """Return one parent who supervises."""
    is_you = pairing.pk == mine.pk
    return Supervisor(str(pairing.parent), is_you, pairing.active_at, PROOF[pairing.proof], pairing.is_verified)


def parts_of(view: View) -> list[Part]:
    """Return every control in words, by section."""
    own: dict[str, list[Setting]] = {}
    for setting in view.pairing.settings.all():
        own.setdefault(setting.key, []).append(setting)
    rows: dict[str, list[Row]] = {key: [] for key in SECTIONS}
    for control in in_order():
        rows[section_of(control.key)].append(row_of(view, control, own.get(control.key, [])))
    return [Part(key, section, rows[key]) for key, section in SECTIONS.items()]


def row_of(view: View, control: Control, own: Iterable[Setting]) -> Row:
    """Return one control in words."""
    enforced = view.enforced(control.key)
    words = CONTROLS[control.key]
    return Row(
        key=control.key,
        slug=slug_of(control.key),
        name=words.name,
        about=words.about,
        value=said_of(enforced),
        steps=steps_of(enforced),
        reasons=reasons_of(view, enforced),
        who=who_of(view, enforced),
        is_shut=enforced.may_loosen == "nobody" and not enforced.kind.joined,
        own=[own_of(control, setting) for setting in standing_first(own)],
    )


def own_of(control: Control, setting: Setting) -> Own:
    """Return one of the parent's own words."""
    is_readable = read_stored(control, setting.value) is not None
    return Own(counted_words(control, setting.value), setting.until, is_readable)


def standing_first(own: Iterable[Setting]) -> list[Setting]:
    """Return what a parent has said of one control, always in the same order."""
    return sorted(own, key=lambda setting: setting.until is not None)


def slug_of(key: str) -> str:
    """Return a key as a name that selectors can carry."""
    return key.replace(".", "-")


def said_of(enforced: Enforced) -> str:
    """Return the enforced value in words."""
    return value_words(enforced.control, enforced.kind.dump(enforced.value))


def steps_of(enforced: Enforced) -> list[Step]:
    """Return the scale of a choice from strict to loose; other kinds have none."""
    kind = enforced.kind
    if not isinstance(kind, Choice):
        return []
    key = enforced.control.key
    return [Step(choice_words(key, value), state_of(kind, value, enforced)) for value in kind.values]


def state_of(kind: Choice, value: str, enforced: Enforced) -> str:
    """Return where a value stands on the scale."""
    if value == enforced.value:
        return "now"
    return "open" if kind.at_least_as_strict(value, enforced.loosest) else "shut"


def reasons_of(view: View, enforced: Enforced) -> list[Why]:
    """Return why the value applies, each sentence once."""
    is_heard = any(each.code == Reason.UNREADABLE for each in enforced.reasons)
    if enforced.kind.joined and enforced.value == enforced.kind.loosest and not is_heard:
        return [Why(str(NOBODY_ADDED), "pack")]
    control = enforced.control
    return list(dict.fromkeys(Why(sentence_of(view, control, each), each.by.value) for each in enforced.reasons))


def sentence_of(view: View, control: Control, because: Because) -> str:
    """Return one reason for the parent who looks."""
    parent = view.names.get(because.parent, say("Another parent"))
    sentence = str(reason_text(view, control, because)).format(teen=view.teen, parent=parent)
    if because.until is None:
        return sentence
    return say("{reason} It lasts until {moment}.").format(reason=sentence, moment=moment_words(because.until))


def reason_text(view: View, control: Control, because: Because) -> Text:
    """Return the sentence of a reason, in which the names are still missing."""
    yours = {Reason.PARENT_SETTING: YOU_SET, Reason.UNVERIFIED: YOU_UNVERIFIED}
    if because.parent == str(view.pairing.parent_id) and because.code in yours:
        return yours[because.code]
    if because.code == Reason.UNREADABLE and control.availability:
        return UNREADABLE_START
    return FOR_PARENTS[because.code.value]


def who_of(view: View, enforced: Enforced) -> str:
    """Return who may open the control beyond its default."""
    is_joined = enforced.may_loosen == "nobody" and enforced.kind.joined
    code = "nobody_joined" if is_joined else enforced.may_loosen.value
    return str(MAY_LOOSEN_FOR_PARENTS[code]).format(teen=view.teen)


def arrival_context(view: View, since: float | None = None) -> dict[str, Any]:
    """Return how far the last change has come.

    `seen` names the state, so that an unchanged one is not sent again. A page that has asked since long ago stops: a
    phone may be off for days, and asking would keep a session alive that nobody uses.
    """
    now = view.present.at.timestamp()
    devices = arrivals(view.present)
    marks = "".join(str(each.is_sent + each.is_received + each.is_enforced) for each in devices)
    return {
        "pairing": view.pairing,
        "devices": devices,
        "seen": f"{view.present.version}-{marks}",
        "has_arrived": all(each.is_enforced for each in devices),
        "since": int(since or now),
        "is_tired": since is not None and now - since > ASKS_FOR,
    }


def moment_of(text: str) -> float | None:
    """Return the unix seconds that an address carries; None for what is no moment of this age of the world."""
    return float(text) if text.isdecimal() and len(text) <= MOMENT_DIGITS else None


def own_word(view: View, key: str) -> Any:
    """Return the parent's own word on a control as JSON: the standing one first, None when there is none."""
    mine = sorted((s for s in view.pairing.settings.all() if s.key == key), key=lambda s: s.until is not None)
    return mine[0].value if mine else None


def own_words(view: View, key: str) -> list[dict[str, Any]]:
    """Return all that the parent has said of a control, as an undo brings it back."""
    mine = [setting for setting in view.pairing.settings.all() if setting.key == key]
    return [{"value": each.value, "until": each.until.isoformat() if each.until else None} for each in mine]


def shifts_of(moved: Iterable[Difference]) -> list[Shift]:
    """Return what a change moves, in words."""
    return [
        Shift(CONTROLS[each.key].name, said_of(each.before), said_of(each.after), each.dump()["direction"])
        for each in moved
    ]


def is_looser(attempt: Attempt) -> bool:
    """Tell whether anything moves that is not simply stricter."""
    return any(moved.dump()["direction"] != Direction.STRICTER for moved in attempt.moved)
