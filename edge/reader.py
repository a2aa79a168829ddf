"""The way of a read: one round trip to Redis where it may be trusted, Postgres otherwise, never an older version."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import hiredis

from edge.http import too_many
from edge.ports import Ports, Settings
from edge.redis import Away, Line, Redis
from edge.threads import Threads
from edge.watch import Watch
from ledger.cache import (
    FILL,
    Keys,
    Snapshot,
    Tag,
    Version,
    decode_brief,
    decode_head,
    decode_part,
    decode_tag,
    fill_arguments,
    keys,
    sha_of,
    ticket_commands,
)
from ledger.seal import Seal, Unreadable

log = logging.getLogger(__name__)

# Phones' reads never wait for a thread that decisions have, however many accounts those look at.
FOR_PHONES, FOR_DECISIONS = 8, 4
# Of so many accounts it is known which version this process has answered with.
REMEMBERED: Final = 100_000
_FILL_SHA: Final = sha_of(FILL)


class Found(NamedTuple):
    """What applies to one account: its tag, the final bytes where they were asked for, and where it was found."""

    tag: Tag
    body: bytes | None
    in_redis: bool


class Reader:
    """Reads what applies to one account."""

    def __init__(self, ports: Ports, settings: Settings, redis: Redis, watch: Watch):
        self._ports = ports
        self._settings = settings
        self._redis = redis
        self._watch = watch
        self._seen = Seen()
        self._for_phones = Threads("read", FOR_PHONES)
        # Whatever of decisions may block is asked here.
        self.for_decisions = Threads("decide", FOR_DECISIONS)
        self._fills: set[asyncio.Task[None]] = set()

    async def read(
        self, teen: str, *, with_body: bool, counts: str | None = None, at_least: tuple[int, int] = (0, 0)
    ) -> Found | None:
        """Return what applies to this account now; None when there is no such account.

        `counts` names a device whose reads are limited. Raises the problem `too_many` or `unavailable`.
        """
        line = self.line
        if line is not None:
            found = await self._from_redis(line, teen, with_body, counts)
            if found is not None and found.tag.version[:2] >= at_least:
                return found
        snapshot = await self._from_postgres(teen, self._for_phones)
        if snapshot is None:
            return None
        return Found(snapshot.tag, snapshot.body, in_redis=False)

    @property
    def line(self) -> Line | None:
        """Return the line to Redis of this moment."""
        return self._redis.line

    def trusts(self, teen: str) -> bool:
        """Say whether what Redis holds of this account is as new as anything acknowledged; ask before asking Redis."""
        return self._watch.trusts(teen)

    def brief_of(self, place: str, raw: bytes, raw_tag: bytes) -> tuple[Tag, bytes, bytes]:
        """Return the tag without its devices, brief and ties as Redis holds them; one seal proves them all.

        Raises Unreadable for what is not ours, or does not belong together.
        """
        brief, ties = decode_brief(self._settings.seal.open(place, raw, raw_tag))
        return decode_head(raw_tag), brief, ties

    def applies(self) -> Callable[[str, Tag], bool]:
        """Return what says whether a tag from Redis names what applies to an account at this moment."""
        epoch, pack, now = self._watch.epoch, self._settings.pack, self._ports.now()

        def applies(teen: str, tag: Tag) -> bool:
            if tag.version.epoch != epoch or tag.pack != pack or tag.is_past(now):
                return False
            return self._seen.note(teen, tag.version)

        return applies

    async def for_decision(self, teen: str) -> Snapshot | None:
        """Return what the database says now of this account, for a decision; None when there is no such account.

        Raises the problem `unavailable`.
        """
        return await self._from_postgres(teen, self.for_decisions)

    def close(self) -> None:
        """Let go of the threads; reads that run in them come to their own end."""
        self._for_phones.close()
        self.for_decisions.close()

    async def _from_redis(self, line: Line, teen: str, with_body: bool, counts: str | None) -> Found | None:
        # Looked at before the question goes out: an answer that comes late is no older for it.
        trusted = self._watch.trusts(teen)
        # By our own clock: it is only a name for this minute.
        now = time.time()
        counter = self._counter(line, counts, now)
        names = keys(line.run_id, teen)
        commands: list[tuple[str | bytes | int, ...]] = [("INCR", counter)] if counter else []
        if trusted:
            commands.append(("MGET", names.tag, names.body) if with_body else ("GET", names.tag))
        if not commands:
            return None
        try:
            replies = await line.ask(*commands)
        except Away:
            return None
        if counter:
            self._limit(line, counter, replies[0], now)
        if not trusted:
            return None
        try:
            return self._usable(teen, names, replies[-1], with_body)
        except Unreadable:
            # Not ours, or cut short: away with it, or it would stand until somebody changes something.
            line.tell("DEL", names.tag, names.body)
            return None

    def _counter(self, line: Line, device: str | None, now: float) -> str | None:
        if device is None or not self._settings.settings_a_minute:
            return None
        return f"fp:{line.run_id}:settings:{device}:{int(now // 60)}"

    def _limit(self, line: Line, counter: str, count: Any, now: float) -> None:
        # A Redis that refuses to count (full, or a replica) does not take the settings away.
        if not isinstance(count, int):
            return
        if count == 1:
            line.tell("EXPIRE", counter, 120)
        if count > self._settings.settings_a_minute:
            raise too_many(60 - int(now % 60))

    def _usable(self, teen: str, names: Keys, reply: Any, with_body: bool) -> Found | None:
        """Return what Redis answered, if it applies now.

        Raises Unreadable for what is not ours.
        """
        raw_tag, raw_body = reply if type(reply) is list else (reply, None)
        if type(raw_tag) is not bytes:
            return None
        tag = decode_tag(self._settings.seal.open(names.tag, raw_tag))
        body = None
        if with_body:
            if type(raw_body) is not bytes:
                return None
            body = decode_part(self._settings.seal.open(names.body, raw_body), tag.version)
        return Found(tag, body, in_redis=True) if self.applies()(teen, tag) else None

    async def _from_postgres(self, teen: str, threads: Threads) -> Snapshot | None:
        """Return what the database says now of this account, and offer it to Redis; None when there is no such account.

        Raises the problem `unavailable`.
        """
        # Every request reads for itself: to join a read that began earlier could answer from before an acknowledged
        # change. The ticket is taken before the read, so what is fenced, emptied or restarted in between is not filled.
        line = self.line
        ticket = None if line is None else await _ticket(line, teen)
        snapshot = await threads.ask(self._ports.read_snapshot, teen)
        if snapshot is None:
            return None
        self._seen.note(teen, snapshot.version)
        if line is not None and ticket is not None:
            task = asyncio.ensure_future(_fill(line, teen, snapshot, self._settings.seal, ticket))
            self._fills.add(task)
            task.add_done_callback(self._fills.discard)
        return snapshot


class Seen:
    """The newest version of each account that this process has answered with: nothing older is taken from Redis."""

    def __init__(self) -> None:
        self._newest: dict[str, Version] = {}

    def note(self, teen: str, version: Version) -> bool:
        """Remember this version, and say whether none was newer."""
        newest = self._newest.get(teen)
        if newest is not None and version <= newest:
            return version == newest
        if len(self._newest) >= REMEMBERED:
            self._newest.clear()
        self._newest[teen] = version
        return True


async def _ticket(line: Line, teen: str) -> str | None:
    """Return what a fill will need; None when Redis gives none, and nothing is filled."""
    try:
        replies = await line.ask(*ticket_commands(keys(line.run_id, teen)))
    except Away:
        return None
    return replies[-1].decode() if type(replies[-1]) is bytes else None


async def _fill(line: Line, teen: str, snapshot: Snapshot, seal: Seal, ticket: str) -> None:
    names = keys(line.run_id, teen)
    arguments = fill_arguments(snapshot, names, seal, ticket)
    try:
        (reply,) = await line.ask(("EVALSHA", _FILL_SHA, len(names), *names, *arguments))
        if isinstance(reply, hiredis.ReplyError) and str(reply).startswith("NOSCRIPT"):
            await line.ask(("EVAL", FILL, len(names), *names, *arguments))
    except Away:
        log.info("reader: the cache was not filled")
