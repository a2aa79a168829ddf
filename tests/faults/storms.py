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
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from edge.ports import Settings
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
Connections: TypeAlias = Sequence[Connection]


class Storm:
    """Everybody who is at work on a stack, and what they did and saw."""

    def __init__(self, ports: Sequence[int], members: Sequence[Member], service_key: str = ""):
        self.history = History()
        self.members = members
        self.last_read: dict[str, Version] = {}
        self.listening: set[str] = set()
        self._ports = ports
        self._service_key = service_key
        self._stopped = threading.Event()
        # While it is set, no answer is no surprise, nor is "come back later".
        self._rough = threading.Event()
        # How often the world was broken: a connection from before may be broken too.
        self._age = 0
        self._threads: list[threading.Thread] = []
        self._permits = threading.Semaphore(0)
        self.allowed = 0
        self._told: queue.SimpleQueue[Member | None] = queue.SimpleQueue()
        # What the writers' pages show: the last validator of each teen.
        self.etags: dict[str, str] = {}

    @contextlib.contextmanager
    def blowing(
        self, speakers: Sequence[Speaker], *, writers: int, phones: int, services: int = 0
    ) -> Generator[None, None, None]:
        """Let writers, polling phones and services, and an app for each teen work until the block ends."""
        for number in range(writers):
            self._work(Writer(self, number, writers, speakers))
        for number in range(phones):
            self._work(partial(self._poll, f"phone-{number}"))
        for number in range(services):
            self._work(partial(self._poll, f"service-{number}"))
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
        if changes:
            self.allowed += changes
            self._permits.release(changes)

    @contextlib.contextmanager
    def rough(self) -> Generator[None, None, None]:
        """Let clients get no answer, or be asked to come back, until the block ends."""
        self._rough.set()
        try:
            yield
        finally:
            self._age += 1
            self._rough.clear()

    def answers(self, port: int) -> bool:
        """Return whether a process answers a phone."""
        connection = Connection(port, timeout=2)
        try:
            headers = {"Authorization": f"Bearer {self.members[0].token}"}
            return connection.ask("GET", "/v1/me/settings", headers).status == 200
        except NOBODY_ANSWERS:
            return False
        finally:
            connection.close()

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

    def ask(self, connection: Connection, who: str, wanted: Collection[int], *question: Any) -> Reply | None:
        """Ask for an answer of these kinds; anything else is None, and a surprise unless times are rough."""
        was_rough, found = self._rough.is_set(), None
        connection.forget(self._age)
        try:
            found = connection.ask(*question)
            if found.status in wanted:
                return found
            said = f"was answered {found.status} {found.body.decode()}"
        except NOBODY_ANSWERS as error:
            said = f"got no answer: {type(error).__name__}"
        is_rough = was_rough or self._rough.is_set()
        if not (self.is_over or is_rough) or (found is not None and not is_later(found)):
            self.history.surprises.append(f"surprise: {who} {said}")
        # A moment, as a client does that was asked to come back.
        self._stopped.wait(0.05)
        return None

    def read(self, connection: Connection, client: str, member: Member, etag: str = "") -> str | None:
        """Read the settings of a teen as this client, note them, and return the ETag; None without an answer."""
        path, token = "/v1/me/settings", member.token
        if client.startswith("service"):
            path, token = f"/v1/accounts/{member.external_id}/settings", self._service_key
        headers = {"Authorization": f"Bearer {token}"} | ({"If-None-Match": etag} if etag else {})
        called = time.monotonic()
        reply = self.ask(connection, client, (200, 304), "GET", path, headers)
        if reply is None:
            return None
        values = None
        if reply.status == 200:
            settings = reply.json()["settings"]
            values = {key: settings[key]["value"] for key in KEYS}
        version, held = version_of(reply.etag), version_of(etag) if etag else None
        self.history.reads.append(Read(client, member.id, called, time.monotonic(), version, values, held))
        return reply.etag

    def _work(self, work: Callable[[Connections], None]) -> None:
        def run() -> None:
            connections = [Connection(port) for port in self._ports]
            try:
                work(connections)
            except Exception as error:  # a test that lost one of its people must not be green
                self.history.surprises.append(f"surprise: {work} ended: {error!r}")
            finally:
                for connection in connections:
                    connection.close()

        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _poll(self, client: str, connections: Connections) -> None:
        """Read teens at random, by any process, every other time with what was read last."""
        chance = random.Random(client)
        etags: dict[str, str] = {}
        # The wait is the phone's pace, so that the storm is not of readers alone.
        while not self._stopped.wait(0.004):
            member = chance.choice(self.members)
            held = etags.get(member.id, "") if chance.random() < 0.5 else ""
            etags[member.id] = self.read(chance.choice(connections), client, member, held) or held

    def _follow(self, connections: Connections) -> None:
        """Be the app of every teen: read when the stream has told to, and only then."""
        etags: dict[str, str] = {}
        turn = itertools.cycle(connections)
        while (member := self._told.get()) is not None:
            etag = self.read(next(turn), "app", member, etags.get(member.id, ""))
            if etag is not None:
                etags[member.id] = etag
                self.last_read[member.id] = version_of(etag)
            elif not self.is_over:
                self._told.put(member)

    async def _listen(self) -> None:
        streams = [asyncio.ensure_future(self._stream(member)) for member in self.members]
        await asyncio.to_thread(self._stopped.wait)
        for stream in streams:
            stream.cancel()
        await asyncio.gather(*streams, return_exceptions=True)

    async def _stream(self, member: Member) -> None:
        """Keep a teen's stream open, by one process or another."""
        for port in itertools.cycle(self._ports):
            opened = time.monotonic()
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._hear(port, member)
            self.listening.discard(member.id)
            if self.is_over:
                return
            # A stream ends by itself when it is old, and the client comes back.
            is_old = time.monotonic() - opened >= Settings.stream_ends_s[0]
            if not (is_old or self._rough.is_set()):
                self.history.surprises.append(f"surprise: the stream of {member.id} ended")
            # As long as a client waits that was told to, so that nobody is stormed.
            await asyncio.sleep(0.3)

    async def _hear(self, port: int, member: Member) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
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
        self._speaker = speakers[voice]
        self._turn = itertools.count(number)
        self._key, self._values = SPOKEN[voice]
        # Writers of the same parent share her teens out, so that each word has one writer.
        self._members = storm.members[peers.index(number) :: len(peers)]
        self._etags = storm.etags
        self._counts = {member.id: itertools.count() for member in self._members}

    def __call__(self, connections: Connections) -> None:
        """Make a change for each permit, of one teen after the other, by one process after the other."""
        # In turn, because a parent may change a teen sixty times an hour and no more.
        for _, member in zip(self._storm.permits(), itertools.cycle(self._members), strict=False):
            value = self._values[next(self._counts[member.id]) % len(self._values)]
            self._change(connections[next(self._turn) % len(connections)], member, value)

    def _change(self, connection: Connection, member: Member, value: Any) -> None:
        """Say it until it is said: somebody else may have spoken since this page was read."""
        path = f"/v1/teens/{member.id}/controls"
        while True:
            headers = {**self._speaker.headers, "If-Match": self._etags.get(member.id, '"0.0.0"')}
            called = time.monotonic()
            body = {self._key: {"value": value}}
            reply = self._storm.ask(connection, self._name, (200, 412), "PATCH", path, headers, body)
            if reply is not None:
                self._etags[member.id] = reply.etag
            if reply is None or reply.status == 200:
                break
        change = Change(self._name, member.id, self._key, value, called)
        if reply is not None:
            version = version_of(reply.json()["version"])
            change = change._replace(answered=time.monotonic(), version=version)
        self._storm.history.changes.append(change)


def is_later(reply: Reply) -> bool:
    """Tell whether a refusal asks to come back later, as the only one that a fault may cause."""
    return reply.status == 503 and reply.headers.get("Retry-After", "").isdigit()
