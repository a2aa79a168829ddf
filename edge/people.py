"""What decisions need to know of many accounts at once: one round trip to Redis, Postgres for whoever is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple

import orjson

from accounts.ties import Ties, load_ties
from controls.decisions.briefs import Brief
from controls.decisions.briefs import read as read_brief
from edge.reader import Reader
from edge.redis import Away, Line
from family_pairing.problems import Problem
from ledger.cache import Keys, Tag, keys
from ledger.seal import Unreadable

# Of so many accounts the brief and the platform's id are kept decoded.
REMEMBERED: Final = 100_000


class Person(NamedTuple):
    """What decisions know of one enrolled account, under one version."""

    brief: Brief
    ties: Ties


class Known(NamedTuple):
    """Some accounts by the platform's ids: those that are enrolled, and those of which it cannot be read now.

    Of an account that is in neither nothing is known here.
    """

    people: dict[str, Person]
    unread: frozenset[str]


class Held(NamedTuple):
    """A person as it was read last, and the very bytes of the tag by which it is known to be the present one."""

    raw_tag: bytes
    tag: Tag
    person: Person


class People:
    """Reads what decisions need; of what is here already only the version is asked."""

    def __init__(self, reader: Reader, teens_of: Callable[[list[str]], dict[str, str]]):
        self._reader = reader
        self._teens_of = teens_of
        self._teens: dict[str, str] = {}
        self._held: dict[str, Held] = {}

    async def read(self, names: Collection[str]) -> Known:
        """Return what is known of each account."""
        try:
            teens = await self._enrolled(names)
        except Problem:
            return Known({}, frozenset(names))
        found = await self._from_redis(set(teens.values()))
        missing = [name for name, teen in teens.items() if teen not in found]
        people = {name: found[teen] for name, teen in teens.items() if teen in found}
        if not missing:
            return Known(people, frozenset())
        read = await asyncio.gather(*(self._from_postgres(name, teens[name]) for name in missing))
        people |= {name: person for name, person in zip(missing, read, strict=True) if isinstance(person, Person)}
        return Known(
            people, frozenset(name for name, each in zip(missing, read, strict=True) if isinstance(each, Problem))
        )

    async def _enrolled(self, names: Collection[str]) -> dict[str, str]:
        """Return our ids of the accounts that are enrolled; whoever was not a moment ago may be by now."""
        unknown = [name for name in names if name not in self._teens]
        if unknown:
            if len(self._teens) + len(unknown) > REMEMBERED:
                self._teens.clear()
                unknown = list(names)
            self._teens |= await self._reader.in_thread(self._teens_of, unknown)
        return {name: self._teens[name] for name in names if name in self._teens}

    async def _from_redis(self, teens: Iterable[str]) -> dict[str, Person]:
        line = self._reader.line
        if line is None:
            return {}
        trusted = [teen for teen in teens if self._reader.trusts(teen)]
        held = [teen for teen in trusted if teen in self._held]
        new = [teen for teen in trusted if teen not in self._held]
        try:
            tags, wholes = await _ask(line, held, new)
            found = self._unchanged(held, tags)
            found |= self._whole(line, new, wholes)
            changed = [teen for teen in held if teen not in found]
            if changed:
                _, wholes = await _ask(line, [], changed)
                found |= self._whole(line, changed, wholes)
        except Away:
            return {}
        return found

    def _unchanged(self, teens: Sequence[str], tags: Sequence[Any]) -> dict[str, Person]:
        """Return those of whom Redis still holds the tag that is here."""
        found = {}
        applies = self._reader.applies()
        for teen, raw_tag in zip(teens, tags, strict=True):
            held = self._held[teen]
            if raw_tag == held.raw_tag and applies(teen, held.tag):
                found[teen] = held.person
        return found

    def _whole(self, line: Line, teens: Sequence[str], wholes: Sequence[Any]) -> dict[str, Person]:
        """Return those of whom Redis holds all that is needed, and keep it."""
        found = {}
        applies = self._reader.applies()
        for place, teen in enumerate(teens):
            raw = wholes[3 * place : 3 * place + 3]
            names = keys(line.run_id, teen)
            try:
                held = self._opened(names, raw)
            except Unreadable:
                # Not ours, or cut short: away with it, or it would stand until somebody changes something.
                line.tell("DEL", *names[:2], names.brief, names.ties)
                continue
            if held is not None and applies(teen, held.tag):
                self._keep(teen, held)
                found[teen] = held.person
        return found

    def _opened(self, names: Keys, raw: Sequence[Any]) -> Held | None:
        """Return what was read of one account; None where something is missing.

        Raises Unreadable.
        """
        if not all(type(each) is bytes for each in raw):
            return None
        tag = self._reader.tag_of(names, raw[0])
        brief = self._reader.part_of(names.brief, raw[1], tag.version)
        ties = self._reader.part_of(names.ties, raw[2], tag.version)
        return Held(raw[0], tag, person_of(brief, ties))

    def _keep(self, teen: str, held: Held) -> None:
        if len(self._held) >= REMEMBERED:
            self._held.clear()
        self._held[teen] = held

    async def _from_postgres(self, name: str, teen: str) -> Person | Problem | None:
        try:
            snapshot = await self._reader.from_postgres(teen)
        except Problem as problem:
            return problem
        if snapshot is None:
            # It was erased; whoever has the name next is somebody else.
            self._teens.pop(name, None)
            return None
        return person_of(snapshot.brief, snapshot.ties)


def person_of(brief: bytes, ties: bytes) -> Person:
    """Read what is stored of one account.

    Raises Unreadable for what this release has not written.
    """
    try:
        return Person(read_brief(orjson.loads(brief)), load_ties(ties))
    except ValueError as error:
        raise Unreadable("brief or ties") from error


async def _ask(line: Line, tags: Sequence[str], wholes: Sequence[str]) -> tuple[list[Any], list[Any]]:
    """Return the tags of some accounts, and tag, brief and ties of others.

    Raises Away, also where Redis refuses.
    """
    first = [keys(line.run_id, teen).tag for teen in tags]
    second: list[str] = []
    for teen in wholes:
        names = keys(line.run_id, teen)
        second += (names.tag, names.brief, names.ties)
    commands = [("MGET", *places) for places in (first, second) if places]
    replies = await line.ask(*commands) if commands else []
    if not all(type(reply) is list for reply in replies):
        raise Away
    answers = iter(replies)
    return next(answers) if first else [], next(answers) if second else []
