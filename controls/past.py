"""The past: what applied to an account at a moment, worked out from what had happened until then.

Nothing that applied is stored. The events say who had said what; what the account itself was is what it is now, taken
back through the changes since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from accounts.models import Account, Pairing
from accounts.ties import TIE_KINDS, UNTOLD_KINDS
from controls.gather import birth_of
from controls.history import body_of
from controls.packs import pack_for
from controls.policy.facts import Chosen, Setting, World
from controls.policy.packs import Pack
from controls.policy.resolve import Resolution, resolve
from controls.snapshots import dumped, is_teens_alone
from ledger.models import Event
from ledger.moments import iso

# What resolving needs to know of an account; an event keeps what these were before it.
FACTS = ("birth_date", "age_from", "age_stated_on", "age_assurance", "place", "time_zone", "grew_up_here")


class Spot(NamedTuple):
    """Where a word stands: a pairing (empty for the teen), a control, and whether the word has an end."""

    pairing: str
    control: str
    has_end: bool


class Word(NamedTuple):
    """What was said; a choice knows its band."""

    value: Any
    until: datetime | None
    band: str = ""


@dataclass
class Told:
    """What the events have said so far; of pairings those that bind, with the parent, and those that are verified."""

    words: dict[Spot, Word] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        """Apply one event."""
        body = body_of(event)
        match event.kind:
            case "pairing.activated":
                self.parents[body["pairing"]] = body["parent"]
            case "pairing.verified":
                self.verified.add(body["pairing"])
            case "pairing.ended":
                self.parents.pop(body["pairing"], None)
        pairing, band = body.get("pairing", ""), body.get("band", "")
        for word in body.get("said", ()):
            self.say(pairing, word, "" if pairing else band)
        for word in body.get("chose", ()):
            self.say("", word, band)
        for word in body.get("removed", ()):
            self.cut(word)
        for word in body.get("ended", ()):
            self.words.pop(Spot(word["pairing"], word["control"], has_end=True), None)
        for control in body.get("ended_choices", ()):
            self.words.pop(Spot("", control, has_end=True), None)

    def say(self, pairing: str, word: Mapping[str, Any], band: str) -> None:
        """Hear a word; one that is taken back goes with its temporary one."""
        control, until = word["control"], moment(word["until"])
        if word["value"] is None:
            for has_end in (False, True):
                self.words.pop(Spot(pairing, control, has_end), None)
        else:
            self.words[Spot(pairing, control, until is not None)] = Word(word["value"], until, band)

    def cut(self, word: Mapping[str, Any]) -> None:
        """Keep what an ending has left of a choice."""
        spot = Spot("", word["control"], "until" in word)
        former = self.words.pop(spot, None)
        if former is not None and word["value"] is not None:
            self.words[spot] = former._replace(value=word["value"])

    def settings(self) -> tuple[Setting, ...]:
        """Return what the parents had said whose pairings bound."""
        return tuple(
            Setting(self.parents[spot.pairing], spot.pairing in self.verified, spot.control, word.value, word.until)
            for spot, word in self.words.items()
            if spot.pairing in self.parents
        )

    def choices(self) -> tuple[Chosen, ...]:
        """Return what the teen had chosen."""
        words = ((spot, word) for spot, word in self.words.items() if not spot.pairing)
        return tuple(Chosen(spot.control, word.value, word.until, word.band) for spot, word in words)


class Past(NamedTuple):
    """What applied at a moment."""

    at: datetime
    pack: Pack
    resolution: Resolution

    def dump(self) -> dict[str, Any]:
        """Return the shape of a history that is asked for a moment."""
        return {
            "at": iso(self.at),
            "pack": self.pack.key,
            "age_band": self.resolution.band,
            "settings": dumped(self.resolution),
        }


def past_for_teen(account: Account, at: datetime) -> Past:
    """Return all that applied at a moment."""
    return past_of(world_at(account, at), at)


def past_for_parents(account: Account, at: datetime) -> Past:
    """Return what applied at a moment as parents may see it: without what is the teen's alone."""
    world = world_at(account, at)
    shown = tuple(chosen for chosen in world.choices if not is_teens_alone(chosen.control))
    return past_of(World(world.birth, world.place, world.time_zone, world.grew_up_here, world.settings, shown), at)


def past_of(world: World, at: datetime) -> Past:
    """Resolve the facts of a moment with the pack of that moment."""
    pack = pack_for(world.place, world.time_zone, at)
    return Past(at, pack, resolve(world, pack, at))


def world_at(account: Account, at: datetime) -> World:
    """Return the facts at a moment."""
    # Of whom somebody has followed and blocked there may be very much, and none of it decides what applied.
    shown = Event.objects.filter(teen=account.pk).exclude(kind__in=[*TIE_KINDS, *UNTOLD_KINDS])
    events = list(shown.select_related("told").order_by("id"))
    told = Told(verified=never_unverified(account, events))
    for event in events:
        if event.at <= at:
            told.hear(event)
    facts = facts_before(account, [event for event in events if event.at > at])
    birth = birth_of(facts["birth_date"], facts["age_from"], facts["age_stated_on"], facts["age_assurance"])
    return World(birth, facts["place"], facts["time_zone"], facts["grew_up_here"], told.settings(), told.choices())


def never_unverified(account: Account, events: Iterable[Event]) -> set[str]:
    """Return the pairings that are verified and of which no event says since when: these were so from the start."""
    said = {body_of(event).get("pairing") for event in events if event.kind == "pairing.verified"}
    return {str(each.pk) for each in Pairing.objects.filter(teen=account) if each.is_verified} - said


def facts_before(account: Account, later: list[Event]) -> dict[str, Any]:
    """Return what the account was before some events, by what each of them keeps of the time before it."""
    facts: dict[str, Any] = {name: getattr(account, name) for name in FACTS}
    for event in reversed(later):
        facts |= body_of(event).get("former", {})
    for name in ("birth_date", "age_stated_on"):
        if isinstance(facts[name], str):
            facts[name] = date.fromisoformat(facts[name])
    return facts


def former_facts(account: Account, changed: Iterable[str]) -> dict[str, Any]:
    """Return what an event keeps of an account's facts that it changes."""
    held = {name: getattr(account, name) for name in changed if name in FACTS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in held.items()}


def moment(text: str | None) -> datetime | None:
    """Return a moment from its text."""
    return None if text is None else datetime.fromisoformat(text)
