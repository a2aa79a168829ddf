"""A Postgres side for the edge: what its ports promise, in memory, so that a test can hold it, break it and look."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable

from uuid_utils.compat import uuid7

from accounts.tokens import LiveKey, Ring, mint_device, mint_ticket, service_key_id
from edge.ports import Ports
from ledger.cache import Cache, Devices, Snapshot, Version
from ledger.seal import Seal

PACK = "baseline/2026-11-01"
RING = Ring({"k1": b"1" * 32})
SEAL = Seal("of the tests")


class Down(Exception):
    """The database cannot be read."""


class Gate:
    """Holds a read of the database after it has seen what it will return."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()


class Database:
    """What is committed, and what went over the ports."""

    def __init__(self) -> None:
        self.epoch = 1
        # How far its clock is ahead of the edge's, in seconds.
        self.ahead = 0.0
        self.is_down = False
        self.snapshots: dict[str, Snapshot] = {}
        self.debts: set[str] = set()
        self.revoked: set[str] = set()
        self.received: list[tuple[str, str]] = []
        self.keys: dict[str, LiveKey] = {}
        self.reads = 0
        self.polls = 0
        self.gate: Gate | None = None
        self.fault: Callable[[], None] = lambda: None

    @property
    def ports(self) -> Ports:
        reads = self.read_snapshot, self.open_debts, self.versions, self.live_devices, self.note_received
        return Ports(*reads, self.live_keys, now=lambda: time.time() + self.ahead)

    def read_snapshot(self, teen: str) -> Snapshot | None:
        self.look()
        self.fault()
        self.reads += 1
        seen = self.snapshots.get(teen)
        if (gate := self.gate) is not None:
            gate.reached.set()
            assert gate.opened.wait(10)
        return seen

    def open_debts(self) -> tuple[int, frozenset[str]]:
        self.look()
        self.polls += 1
        return self.epoch, frozenset(self.debts)

    def versions(self, teens: list[str]) -> dict[str, tuple[int, int]]:
        self.look()
        return {teen: self.snapshots[teen].version[:2] for teen in teens if teen in self.snapshots}

    def live_devices(self, devices: list[str]) -> set[str]:
        self.look()
        return set(devices) - self.revoked

    def note_received(self, receipts: list[tuple[str, str]]) -> None:
        self.look()
        self.received += receipts

    def live_keys(self) -> dict[str, LiveKey]:
        self.look()
        return dict(self.keys)

    def key(self, *scopes: str) -> str:
        """Make a service key."""
        key_id = secrets.token_hex(8)
        key = f"fps_{key_id}_{secrets.token_urlsafe(32)}"
        self.keys[key_id] = LiveKey(hashlib.sha256(key.encode()).digest(), frozenset(scopes))
        return key

    def revoke_key(self, key: str) -> None:
        """Take a service key back."""
        del self.keys[str(service_key_id(key))]

    def look(self) -> None:
        if self.is_down:
            raise Down

    def hold_reads(self) -> Gate:
        """Hold the reads that begin from now on, until the gate is opened."""
        self.gate = Gate()
        return self.gate

    def release(self, gate: Gate) -> None:
        self.gate = None
        gate.opened.set()


class Tess:
    """A teen with one device, and the verbs that change what applies to her."""

    def __init__(self, database: Database):
        self.database = database
        self.teen, self.device = str(uuid7()), str(uuid7())
        self.token = mint_device(RING, self.teen, self.device, 1)
        self.bearer = {"Authorization": f"Bearer {self.token}"}
        self.commit(1)

    @property
    def snapshot(self) -> Snapshot:
        return self.database.snapshots[self.teen]

    @property
    def ticket(self) -> str:
        return mint_ticket(RING, self.teen, self.device, int(time.time() // 86_400))

    def at(self, seq: int, *, devices: Devices | None = None, valid_until: int | None = None) -> Snapshot:
        """Return the snapshot under this seq."""
        version = Version(self.database.epoch, seq, 1_700_000_000)
        listed: Devices = {self.device: (1, None)} if devices is None else devices
        return Snapshot(version, PACK, valid_until, listed, b'{"version":"%b"}' % str(version).encode())

    def commit(self, seq: int, *, devices: Devices | None = None, valid_until: int | None = None) -> Snapshot:
        """Commit a change, and leave its debt open."""
        self.database.debts.add(self.teen)
        self.database.snapshots[self.teen] = self.at(seq, devices=devices, valid_until=valid_until)
        return self.snapshot

    def settle(self, cache: Cache) -> bool:
        """Bring the cache up to date, and close the debt if that worked."""
        ticket = cache.ticket(self.teen)
        done = ticket is not None and cache.fill(self.teen, self.snapshot, ticket)
        if done:
            self.database.debts.discard(self.teen)
        return done

    def change(self, cache: Cache, *, devices: Devices | None = None, unlucky: bool = False) -> Snapshot:
        """Change something as a verb does: fence, commit, fill; acknowledge late when the cache is uncertain.

        An unlucky one reaches the cache neither before nor after.
        """
        seq = self.snapshot.version.seq + 1
        fenced = not unlucky and cache.fence(self.database.epoch, self.teen, seq)
        snapshot = self.commit(seq, devices=devices)
        filled = not unlucky and self.settle(cache)
        if filled:
            cache.tickle(self.teen, *snapshot.version[:2])
        if not (fenced and filled):
            threading.Event().wait(1.5)  # the promise that is tested, not a wait for something
        return snapshot


def until(true: Callable[[], object], within: float = 8.0) -> None:
    """Return as soon as the condition holds; fail when it does not within this time."""
    ends = time.monotonic() + within
    while not true():
        assert time.monotonic() < ends, "the condition did not come true in time"
        time.sleep(0.005)
