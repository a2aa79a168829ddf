"""Fills the ports: what the ledger calls without knowing the rooms above it."""

from __future__ import annotations

from uuid import UUID

from controls.snapshots import read_snapshot
from family_pairing.celery import app as celery
from ledger import ports
from ledger.reads import versions
from ledger.redis import cache


def wire() -> None:
    """Name the sender of every channel, and the broker that carries hints."""
    celery.set_default()
    ports.senders["cache"] = write_snapshot
    ports.senders["stream"] = tickle


def write_snapshot(_subscriber: str, teen_id: UUID) -> int:
    """Put the teen's present snapshot into the cache; returns its seq.

    Raises ports.Undelivered when the cache did not take it.
    """
    ticket = cache().ticket(str(teen_id))
    if ticket is None:
        raise ports.Undelivered("no cache")
    snapshot = read_snapshot(str(teen_id))
    if snapshot is None:
        raise ports.Undelivered("no account")
    if not cache().fill(str(teen_id), snapshot, ticket):
        raise ports.Undelivered("the cache did not take the snapshot")
    return snapshot.version.seq


def tickle(_subscriber: str, teen_id: UUID) -> int:
    """Tell the open streams of the teen to read again; returns the seq that they will find.

    Raises ports.Undelivered when there was nobody to pass it on.
    """
    epoch, seq = versions([str(teen_id)])[str(teen_id)]
    if not cache().tickle(str(teen_id), epoch, seq):
        raise ports.Undelivered("no Redis")
    return seq
