"""What decisions need to know of many accounts at once: one round trip to Redis, Postgres for whoever is not there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from accounts.ties import WrittenTies
from controls.decisions.briefs import Brief, load_brief
from edge.lately import Lately
from edge.pauses import LongLived
from edge.reader import Reader
from edge.redis import Away, Line
from family_pairing.problems import Problem
from ledger.cache import Keys, Tag, keys
from ledger.seal import Unreadable

# Of so many accounts the brief and the platform's id are kept decoded.
REMEMBERED: Final = 100_000
# Whoever has more friends than fit into so many bytes, brief included, is read anew each time.
LONGEST: Final = 3_000


class Person(NamedTuple):
    """What decisions know of one enrolled account, under one version."""

    brief: Brief
    ties: WrittenTies


class Known(NamedTuple):
    """Some accounts by the platform's ids: those that are enrolled, and those of which it cannot be read now.

    Of an account that is in neither nothing is known here.
    """

    people: dict[str, Person]
    unread: frozenset[str]


class Held(NamedTuple):
    """A person as it was read last; where its tag stands, and its very bytes, by which it is known to be present."""

    place: str
    raw_tag: bytes
    tag: Tag
    person: Person


class People:
    """Reads what decisions need; of what is here already only the version is asked."""

    def __init__(self, reader: Reader, teens_of: Callable[[list[str]], dict[str, str]]):
        self._reader = reader
        self._teens_of = teens_of
        self._teens: Lately[str] = Lately(REMEMBERED)
        self._held: Lately[Held] = Lately(REMEMBERED)
        self._long_lived = LongLived()
        # The run of Redis in which those stand.
        self._run_id = ""

    async def read(self, names: Collection[str]) -> Known:
        """Return what is known of each account."""
        try:
            teens = await self._enrolled(names)
        except Problem:
            return Known({}, frozenset(names))
        found = await self._from_redis(set(teens.values()))
        people, missing = {}, []
        for name, teen in teens.items():
            person = found.get(teen)
            if person is None:
                missing.append(name)
            else:
                people[name] = person
        if not missing:
            return Known(people, _NOBODY)
        read = await asyncio.gather(*(self._from_postgres(name, teens[name]) for name in missing))
        people |= {name: person for name, person in zip(missing, read, strict=True) if isinstance(person, Person)}
        return Known(
            people, frozenset(name for name, each in zip(missing, read, strict=True) if isinstance(each, Problem))
        )

    async def _enrolled(self, names: Collection[str]) -> dict[str, str]:
        """Return our ids of the accounts that are enrolled; whoever was not a moment ago may be by now."""
        # What is remembered may be forgotten while this waits, so nothing is looked up there afterwards.
        teens, unknown = {}, []
        for name in names:
            teen = self._teens.get(name)
            if teen is None:
                unknown.append(name)
            else:
                teens[name] = teen
        if unknown:
            found = await self._reader.for_decisions.ask(self._teens_of, unknown)
            for name, teen in found.items():
                self._teens.put(name, teen)
            teens |= found
        return teens

    async def _from_redis(self, teens: Iterable[str]) -> dict[str, Person]:
        line = self._reader.line
        if line is None:
            return {}
        here = self._here(line.run_id)
        held: dict[str, Held] = {}
        new: dict[str, Keys] = {}
        for teen in teens:
            if self._reader.trusts(teen):
                kept = here.get(teen)
                if kept is None:
                    new[teen] = keys(line.run_id, teen)
                else:
                    held[teen] = kept
        try:
            tags, wholes = await _ask(line, held, new)
            found = self._unchanged(held, tags)
            changed = {teen: keys(line.run_id, teen) for teen in held if teen not in found}
            if new:
                found |= self._whole(line, new, wholes)
            if changed:
                _, wholes = await _ask(line, {}, changed)
                found |= self._whole(line, changed, wholes)
        except Away:
            return {}
        return found

    def _here(self, run_id: str) -> Lately[Held]:
        """Return who is held, and nobody of another run of Redis."""
        if self._run_id != run_id:
            self._run_id, self._held = run_id, Lately(REMEMBERED)
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
        for (teen, names), raw_tag, raw in zip(teens.items(), parts, parts, strict=True):
            if not type(raw_tag) is type(raw) is bytes:
                continue
            try:
                held = self._opened(names, raw_tag, raw)
            except Unreadable:
                # Not ours, or cut short: away with it, or it would stand until somebody changes something.
                line.tell("DEL", names.tag, names.body, names.brief)
                continue
            if applies(teen, held.tag):
                if self._run_id == line.run_id and len(raw) <= LONGEST:
                    self._keep(teen, held)
                found[teen] = held.person
        return found

    def _opened(self, names: Keys, raw_tag: bytes, raw: bytes) -> Held:
        """Return what was read of one account.

        Raises Unreadable.
        """
        tag, brief, ties = self._reader.brief_of(names.brief, raw, raw_tag)
        return Held(names.tag, raw_tag, tag, person_of(brief, ties))

    def _keep(self, teen: str, held: Held) -> None:
        self._held.put(teen, held)
        self._long_lived.one_more()

    async def _from_postgres(self, name: str, teen: str) -> Person | Problem | None:
        try:
            snapshot = await self._reader.for_decision(teen)
        except Problem as problem:
            return problem
        if snapshot is None:
            # It was erased; whoever has the name next is somebody else.
            self._teens.drop(name)
            return None
        return person_of(snapshot.brief, snapshot.ties)


def person_of(brief: bytes, ties: bytes) -> Person:
    """Read what is stored of one account.

    Raises Unreadable for what this release has not written.
    """
    try:
        return Person(load_brief(brief), WrittenTies(ties))
    except ValueError as error:
        raise Unreadable("brief or ties") from error


async def _ask(line: Line, held: Mapping[str, Held], new: Mapping[str, Keys]) -> tuple[list[Any], list[Any]]:
    """Return the tags of some accounts, and tag and brief of others.

    Raises Away, also where Redis refuses.
    """
    first = [each.place for each in held.values()]
    second = [place for names in new.values() for place in (names.tag, names.brief)]
    commands = [("MGET", *places) for places in (first, second) if places]
    replies = await line.ask(*commands) if commands else []
    if not all(type(reply) is list for reply in replies):
        raise Away
    answers = iter(replies)
    return next(answers) if first else [], next(answers) if second else []


_NOBODY: Final[frozenset[str]] = frozenset()
