"""What the edge asks of the rest: callables that may block, filled by `family_pairing.asgi`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from accounts.tokens import Ring
from ledger.cache import Snapshot
from ledger.seal import Seal


@dataclass(frozen=True)
class Ports:
    """The edge's only way to Postgres; each but the last is called in a thread of the edge's own."""

    # Reads one account in one consistent view of the database; None when there is no such account.
    read_snapshot: Callable[[str], Snapshot | None]
    # The installation's epoch, and the accounts whose cache is not known to hold the present state.
    open_debts: Callable[[], tuple[int, frozenset[str]]]
    # Epoch and seq of these accounts.
    versions: Callable[[list[str]], dict[str, tuple[int, int]]]
    # Which of these devices are not revoked.
    live_devices: Callable[[list[str]], set[str]]
    # These devices were handed these versions.
    note_received: Callable[[list[tuple[str, str]]], None]
    # The present moment by the database's clock, in seconds since 1970; it never waits, and is known once any of the
    # others has answered.
    now: Callable[[], float]


@dataclass(frozen=True)
class Settings:
    """What an installation chooses; a number of 0 switches a limit off, or streams altogether."""

    redis_url: str
    ring: Ring
    seal: Seal
    # The release of packs, laws and posture that a stored snapshot must rest on, or who knows it.
    pack_key: str | Callable[[], str]
    settings_a_minute: int = 60
    streams: int = 10_000
    streams_a_device: int = 3
    heartbeat_s: float = 20.0
    stream_ends_s: tuple[float, float] = (600.0, 900.0)
    redis_timeout_s: float = 0.25
    redis_cool_off_s: float = 1.0

    @property
    def pack(self) -> str:
        return self.pack_key if isinstance(self.pack_key, str) else self.pack_key()
