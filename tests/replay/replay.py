"""A teen's settings, choices and pairings, told again from nothing but the events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.models import Account, Block, Device, Follow, Pairing, UnheardAsk
from controls.models import Choice, Request, Setting
from ledger.models import Event

# What somebody said: by pairing (empty for the teen), control, and whether it has an end; the value and the end.
Words = dict[tuple[str, str, bool], tuple[Any, str | None]]

MOVES = {
    "pairing.started": "invited",
    "pairing.claimed": "claimed",
    "pairing.activated": "active",
    "pairing.declined": "declined",
    "pairing.cancelled": "cancelled",
    "pairing.expired": "expired",
    "pairing.ending": "ending",
    "pairing.ended": "ended",
}


@dataclass
class Told:
    """What the events have said so far."""

    words: Words = field(default_factory=dict)
    bands: dict[tuple[str, bool], str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    follows: dict[tuple[str, str], str] = field(default_factory=dict)
    blocks: set[tuple[str, str]] = field(default_factory=set)

    def hear(self, event: Event) -> None:
        """Apply one event."""
        body = event.told.body
        if event.kind in MOVES:
            self.states[body["pairing"]] = MOVES[event.kind]
        match event.kind:
            case "request.created":
                self.requests[body["request"]] = "open"
            case "request.approved" if not body["done"]:
                pass
            case "request.approved" | "request.refused" | "request.cancelled" | "request.expired":
                self.requests[body["request"]] = event.kind.partition(".")[2]
            case "device.registered":
                self.generations[body["device"]] = 1
            case "device.rotated":
                self.generations[body["device"]] += 1
            case "device.revoked":
                del self.generations[body["device"]]
        self.hear_ties(event.kind, body)
        self.hear_words(body)

    def hear_ties(self, kind: str, body: dict[str, Any]) -> None:
        """Apply what an event says of a follow or a block."""
        room, _, move = kind.partition(".")
        if room == "follow":
            self.follows[body["follower"], body["followed"]] = move
        if room == "block":
            change = self.blocks.add if move in ("added", "received") else self.blocks.discard
            change((body["blocker"], body["blocked"]))

    def hear_words(self, body: dict[str, Any]) -> None:
        """Apply what an event says of settings and choices."""
        pairing = body.get("pairing", "")
        for word in body.get("said", []):
            self.say(pairing, word)
            if not pairing:
                self.bands[word["control"], word["until"] is not None] = body["band"]
        # What a parent grants is the teen's own choice as well.
        for word in body.get("chose", []):
            self.say("", word)
            self.bands[word["control"], word["until"] is not None] = body["band"]
        for word in body.get("removed", []):
            self.keep_of_choice(word)
        for word in body.get("ended", []):
            del self.words[word["pairing"], word["control"], True]
        for control in body.get("ended_choices", []):
            del self.words["", control, True]

    def say(self, pairing: str, word: dict[str, Any]) -> None:
        """Hear a word; one that is taken back goes with its temporary one."""
        control, value, until = word["control"], word["value"], word["until"]
        if value is None:
            for has_end in (False, True):
                self.words.pop((pairing, control, has_end), None)
        else:
            self.words[pairing, control, until is not None] = value, until

    def keep_of_choice(self, word: dict[str, Any]) -> None:
        """Keep what is left of a choice that a withdrawal has cut."""
        has_end = "until" in word
        former = self.words.pop(("", word["control"], has_end))
        if word["value"] is not None:
            self.words["", word["control"], has_end] = word["value"], former[1]


def replayed(events: Iterable[Event]) -> Told:
    """Return what the events say, the oldest first."""
    told = Told()
    for event in events:
        told.hear(event)
    return told


def events_of(teen: Account) -> list[Event]:
    """Return a teen's events, the oldest first."""
    return list(Event.objects.filter(teen=teen.pk).select_related("told").order_by("id"))


def stored_of(teen: Account) -> Told:
    """Return what the rows say of a teen."""
    pairings = Pairing.objects.filter(teen=teen)
    devices = Device.objects.live().filter(account=teen)
    return Told(
        dict(words_of(teen)),
        {(choice.key, choice.until is not None): choice.band for choice in Choice.objects.filter(account=teen)},
        {str(request.pk): request.state for request in Request.objects.filter(account=teen)},
        {str(pairing.pk): pairing.state for pairing in pairings},
        {str(device.pk): device.generation for device in devices},
        *ties_of(teen.external_id),
    )


def ties_of(name: str) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """Return the stored follows of an account, and the blocks that stand in its ties."""
    follows = Follow.objects.filter(Q(follower=name) | Q(followed=name))
    blocks = Block.objects.filter(Q(blocker=name) | Q(blocked=name, is_shared=True))
    states = {(each.follower, each.followed): each.state for each in follows}
    # Who asked behind a block was told that the ask waits, and the other one nothing.
    states |= {(name, each.followed): "asked" for each in UnheardAsk.objects.filter(follower=name)}
    return states, {(each.blocker, each.blocked) for each in blocks}


def words_of(teen: Account) -> Iterator[tuple[tuple[str, str, bool], tuple[Any, str | None]]]:
    """Return the stored words of everybody."""
    for setting in Setting.objects.filter(pairing__teen=teen):
        end = setting.until.isoformat() if setting.until else None
        yield (str(setting.pairing_id), setting.key, end is not None), (setting.value, end)
    for choice in Choice.objects.filter(account=teen):
        end = choice.until.isoformat() if choice.until else None
        yield ("", choice.key, end is not None), (choice.value, end)


def assert_told_again(teen: Account) -> None:
    """Check that rows and events say the same, and that the events count the versions without a gap."""
    events = events_of(teen)
    told, stored = replayed(events), stored_of(teen)
    assert told.words == stored.words
    assert (told.states, told.generations) == (stored.states, stored.generations)
    assert told.requests == stored.requests
    assert (told.follows, told.blocks) == (stored.follows, stored.blocks)
    assert {control: told.bands[control] for control in stored.bands} == stored.bands
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
