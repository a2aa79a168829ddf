"""What decisions need to know of many accounts at once: one round trip to Redis, Postgres for whoever is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from accounts.ties import Ties, load_ties
from controls.decisions.briefs import Brief, load_brief
from edge.reader import Reader
from edge.redis import Away, Line
from family_pairing.problems import Problem
from ledger.cache import Devices, Keys, Tag, keys
from ledger.seal import Unreadable

# Of so many accounts the brief and the platform's id are kept decoded.
REMEMBERED: Final = 100_000
# Whoever has more friends than fit into so many bytes is read anew each time.
LONGEST_TIES: Final = 2_000
_UNTOLD: Final[Devices] = {}


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
    """A person as it was read last; where its tag stands, and its very bytes, by which it is known to be the present.

    One account has few objects of its own here: a hundred thousand of them are looked through by the collector.
    """

    place: str
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
        # The run of Redis in which those stand.
        self._run_id = ""

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
        # What is remembered may be forgotten while this waits, so nothing is looked up there afterwards.
        teens = {name: self._teens[name] for name in names if name in self._teens}
        unknown = [name for name in names if name not in teens]
        if unknown:
            found = await self._reader.in_thread(self._teens_of, unknown)
            if len(self._teens) + len(found) > REMEMBERED:
                self._teens.clear()
            self._teens |= found
            teens |= found
        return teens

    async def _from_redis(self, teens: Iterable[str]) -> dict[str, Person]:
        line = self._reader.line
        if line is None:
            return {}
        trusted = [teen for teen in teens if self._reader.trusts(teen)]
        here = self._here(line.run_id)
        held = {teen: here[teen] for teen in trusted if teen in here}
        new = {teen: keys(line.run_id, teen) for teen in trusted if teen not in held}
        try:
            tags, wholes = await _ask(line, held, new)
            found = self._unchanged(held, tags)
            found |= self._whole(line, new, wholes)
            changed = {teen: keys(line.run_id, teen) for teen in held if teen not in found}
            if changed:
                _, wholes = await _ask(line, {}, changed)
                found |= self._whole(line, changed, wholes)
        except Away:
            return {}
        return found

    def _here(self, run_id: str) -> dict[str, Held]:
        """Return who is held, and nobody of another run of Redis."""
        if self._run_id != run_id:
            self._run_id, self._held = run_id, {}
        return self._held

    def _unchanged(self, held: Mapping[str, Held], tags: Sequence[Any]) -> dict[str, Person]:
        """Return those of whom Redis still holds the tag that is here."""
        applies = self._reader.applies()
        return {
            teen: each.person
            for (teen, each), raw_tag in zip(held.items(), tags, strict=True)
            if raw_tag == each.raw_tag and applies(teen, each.tag)
        }

    def _whole(self, line: Line, teens: Mapping[str, Keys], wholes: Sequence[Any]) -> dict[str, Person]:
        """Return those of whom Redis holds all that is needed, and keep it."""
        found = {}
        applies = self._reader.applies()
        parts = iter(wholes)
        for (teen, names), *raw in zip(teens.items(), parts, parts, parts, strict=True):
            try:
                held = self._opened(names, raw)
            except Unreadable:
                # Not ours, or cut short: away with it, or it would stand until somebody changes something.
                line.tell("DEL", *names[:2], names.brief, names.ties)
                continue
            if held is not None and applies(teen, held.tag):
                if self._run_id == line.run_id and len(raw[2]) <= LONGEST_TIES:
                    self._keep(teen, held)
                found[teen] = held.person
        return found

    def _opened(self, names: Keys, raw: Sequence[Any]) -> Held | None:
        """Return what was read of one account; None where something is missing.

        Raises Unreadable.
        """
        raw_tag, raw_brief, raw_ties = raw
        if not (type(raw_tag) is type(raw_brief) is type(raw_ties) is bytes):
            return None
        tag = self._reader.tag_of(names, raw_tag)
        brief = self._reader.part_of(names.brief, raw_brief, tag.version)
        ties = self._reader.part_of(names.ties, raw_ties, tag.version)
        # Which devices may read is nothing to decisions.
        return Held(names.tag, raw_tag, Tag(tag.version, tag.pack, tag.valid_until, _UNTOLD), person_of(brief, ties))

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
        return Person(load_brief(brief), load_ties(ties))
    except ValueError as error:
        raise Unreadable("brief or ties") from error


async def _ask(line: Line, held: Mapping[str, Held], new: Mapping[str, Keys]) -> tuple[list[Any], list[Any]]:
    """Return the tags of some accounts, and tag, brief and ties of others.

    Raises Away, also where Redis refuses.
    """
    first = [each.place for each in held.values()]
    second = [place for names in new.values() for place in (names.tag, names.brief, names.ties)]
    commands = [("MGET", *places) for places in (first, second) if places]
    replies = await line.ask(*commands) if commands else []
    if not all(type(reply) is list for reply in replies):
        raise Away
    answers = iter(replies)
    return next(answers) if first else [], next(answers) if second else []
