"""The people of a storm: parents who change things, phones that poll, and apps that listen and read when told."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import itertools
import queue
import random
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from typing import Any, Final

from tests.faults.client import Connection, Reply, version_of
from tests.faults.family import Member, Speaker
from tests.faults.history import Change, History, Read, Told, Version

# Each parent speaks of one control only, so that what applies under a version is known exactly.
SPOKEN: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    ("content.short_video_minutes", tuple({"limited": True, "minutes": minutes} for minutes in range(1, 600))),
    ("content.feed", ("following", "non_profiled", "personalised")),
    ("contact.new_contact_approval", ("all", "adults_only", "notify", "none")),
    ("comment.who", ("nobody", "friends")),
)
KEYS: Final = tuple(key for key, _ in SPOKEN)
NOBODY_ANSWERS = (OSError, http.client.HTTPException)


class Storm:
    """Everybody who is at work on a stack, and what they did and saw."""

    def __init__(self, port: int, members: Sequence[Member]):
        self.history = History()
        self.members = members
        self.last_read: dict[str, Version] = {}
        self.listening: set[str] = set()
        self._port = port
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []
        self._permits = threading.Semaphore(0)
        self._told: queue.SimpleQueue[Member | None] = queue.SimpleQueue()
        # What the writers' pages show: the last validator of each teen.
        self.etags: dict[str, str] = {}

    @contextlib.contextmanager
    def blowing(self, speakers: Sequence[Speaker], *, writers: int, phones: int) -> Generator[None, None, None]:
        """Let writers, polling phones and an app for each teen work until the block ends."""
        for number in range(writers):
            self._work(Writer(self, number, writers, speakers))
        for number in range(phones):
            self._work(partial(self._poll, f"phone-{number}"))
        self._work(self._follow)
        listeners = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)
        self._threads.append(listeners)
        listeners.start()
        try:
            yield
        finally:
            self._stopped.set()
            self._told.put(None)
            for thread in self._threads:
                thread.join(30)

    def allow(self, changes: int) -> None:
        """Let the writers make so many changes more."""
        self._permits.release(changes)

    @property
    def made(self) -> int:
        """How many changes were tried to the end."""
        return len(self.history.changes)

    @property
    def is_over(self) -> bool:
        return self._stopped.is_set()

    def permits(self) -> Iterator[None]:
        """Yield for each change that may be made."""
        while not self._stopped.is_set():
            if self._permits.acquire(timeout=0.1):
                yield

    def ask(self, connection: Connection, who: str, *question: Any) -> Reply | None:
        """Ask the product; no answer at all is None, and noted when the product had to give one."""
        try:
            return connection.ask(*question)
        except NOBODY_ANSWERS as error:
            if not self.is_over:
                self.history.surprises.append(f"{who} got no answer: {type(error).__name__}")
            return None

    def read(self, connection: Connection, client: str, member: Member, etag: str = "") -> str:
        """Read the settings of a teen as this client, note them, and return the ETag."""
        headers = {"Authorization": f"Bearer {member.token}"} | ({"If-None-Match": etag} if etag else {})
        called = time.monotonic()
        reply = self.ask(connection, client, "GET", "/v1/me/settings", headers)
        if reply is None:
            return etag
        if reply.status not in (200, 304):
            self.history.surprises.append(f"{client} was answered {reply.status} {reply.body.decode()}")
            return etag
        values = None
        if reply.status == 200:
            settings = reply.json()["settings"]
            values = {key: settings[key]["value"] for key in KEYS}
        version = version_of(reply.etag)
        self.history.reads.append(Read(client, member.id, called, time.monotonic(), version, values))
        return reply.etag

    def _work(self, work: Callable[[Connection], None]) -> None:
        def run() -> None:
            connection = Connection(self._port)
            try:
                work(connection)
            except Exception as error:  # a test that lost one of its people must not be green
                self.history.surprises.append(f"{work} ended: {error!r}")
            finally:
                connection.close()

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _poll(self, client: str, connection: Connection) -> None:
        """Read teens at random, every other time with what was read last."""
        chance = random.Random(client)
        etags: dict[str, str] = {}
        # The wait is the phone's pace, so that the storm is not of readers alone.
        while not self._stopped.wait(0.004):
            member = chance.choice(self.members)
            held = etags.get(member.id, "") if chance.random() < 0.5 else ""
            etags[member.id] = self.read(connection, client, member, held)

    def _follow(self, connection: Connection) -> None:
        """Be the app of every teen: read when the stream has told to, and only then."""
        etags: dict[str, str] = {}
        while (member := self._told.get()) is not None:
            etags[member.id] = self.read(connection, "app", member, etags.get(member.id, ""))
            if etags[member.id]:
                self.last_read[member.id] = version_of(etags[member.id])

    async def _listen(self) -> None:
        streams = [asyncio.ensure_future(self._stream(member)) for member in self.members]
        await asyncio.to_thread(self._stopped.wait)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    async def _stream(self, member: Member) -> None:
        """Keep a teen's stream open."""
        while not self.is_over:
            try:
                await self._hear(member)
            except (OSError, asyncio.IncompleteReadError):
                self.listening.discard(member.id)
            if not self.is_over:
                self.history.surprises.append(f"the stream of {member.id} ended")

    async def _hear(self, member: Member) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(
            f"GET /ofrep/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {member.token}\r\n\r\n".encode()
        )
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    epoch, seq = line[4:].split(b".")
                    self.history.told.append(Told(member.id, time.monotonic(), (int(epoch), int(seq))))
                    self.listening.add(member.id)
                    self._told.put(member)
        finally:
            writer.close()


class Writer:
    """One parent at one device, who changes some of the teens in turn."""

    def __init__(self, storm: Storm, number: int, writers: int, speakers: Sequence[Speaker]):
        voice = number % len(speakers)
        peers = range(voice, writers, len(speakers))
        self._storm = storm
        self._name = f"writer-{number}"
        self._headers = speakers[voice].headers
        self._key, self._values = SPOKEN[voice]
        # Writers of the same parent share her teens out, so that each word has one writer.
        self._members = storm.members[peers.index(number) :: len(peers)]
        self._etags = storm.etags
        self._counts = {member.id: itertools.count() for member in self._members}

    def __call__(self, connection: Connection) -> None:
        """Make a change for each permit."""
        chance = random.Random(self._name)
        for _ in self._storm.permits():
            member = chance.choice(self._members)
            value = self._values[next(self._counts[member.id]) % len(self._values)]
            self._change(connection, member, value)

    def _change(self, connection: Connection, member: Member, value: Any) -> None:
        """Say it until it is said: somebody else may have spoken since this page was read."""
        path = f"/v1/teens/{member.id}/controls"
        while True:
            headers = {**self._headers, "If-Match": self._etags.get(member.id, '"0.0.0"')}
            called = time.monotonic()
            reply = self._storm.ask(connection, self._name, "PATCH", path, headers, {self._key: {"value": value}})
            if reply is not None and reply.status in (200, 412):
                self._etags[member.id] = reply.etag
            if reply is None or reply.status != 412:
                break
        change = Change(self._name, member.id, self._key, value, called)
        if reply is not None and reply.status == 200:
            version = version_of(reply.json()["version"])
            change = change._replace(answered=time.monotonic(), version=version)
        elif reply is not None:
            self._storm.history.surprises.append(f"{self._name} was answered {reply.status} {reply.body.decode()}")
        self._storm.history.changes.append(change)
