"""Whatever stands in Redis under the real keys, nothing looser than the database says is read, and nothing is run."""

from __future__ import annotations

import os
import pickle
import random
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import pytest

from ledger.cache import Cache, Keys, Snapshot
from ledger.seal import PROOF_BYTES, Seal
from tests.counts import either
from tests.edge.conftest import Front, Serve, Store
from tests.edge.family import SEAL, Database, Tess, until

NEWER, KINDS = 99, 9
VALUES = either(full=10_000, reduced=900)
Pair = tuple[bytes, bytes]
Poisoner = Callable[[random.Random], Pair]

pytestmark = pytest.mark.timeout(900)


class Bait:
    """What unpickles as an order to the system."""

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("exit 1",)


class Poisons:
    """What somebody could write under the keys of one teen who can write to Redis, and has not the key of the seal."""

    def __init__(self, tess: Tess, other: Tess, store: Store):
        newer, names = tess.at(NEWER), store.keys_of(tess.teen)
        self.names = names
        self.old = sealed(SEAL, tess.at(1), names)
        self.good = sealed(SEAL, newer, names)
        self.of_another = sealed(SEAL, other.at(NEWER), store.keys_of(other.teen))
        self.forged = sealed(Seal("of somebody else"), newer, names)
        self.bare = newer.encode_tag(), newer.encode_body()

    @property
    def kinds(self) -> dict[str, Poisoner]:
        """Return how each kind is made."""
        return {
            "random": lambda chance: (chance.randbytes(chance.randrange(200)), chance.randbytes(99)),
            "old": lambda chance: self.old,
            "of another teen": lambda chance: self.of_another,
            "sealed by somebody else": lambda chance: self.forged,
            "not sealed": lambda chance: (self.bare[0] + chance.randbytes(16), self.bare[1] + chance.randbytes(16)),
            "cut short": lambda chance: (cut(chance, self.good[0]), cut(chance, self.good[1])),
            "one bit turned": lambda chance: (turned(chance, self.good[0]), turned(chance, self.good[1])),
            "a pickle": lambda chance: (pickle.dumps(Bait()), pickle.dumps(Bait(), protocol=chance.randrange(6))),
            "tag and body exchanged": lambda chance: (self.good[1], self.good[0]),
        }


def test_nothing_looser_is_read_and_nothing_is_run(
    serve: Serve, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    front = serve(database, store, settings_a_minute=0)
    with unpickled() as found:
        believed, reads = poisoned(front, store, cache, tess, VALUES)
    print(f"{reads:,} poisons of {KINDS} kinds were read")
    assert not found
    assert not believed
    # Each was there, and was not used.
    assert reads == VALUES


def test_a_seal_that_is_not_looked_at_would_be_seen(
    serve: Serve, store: Store, cache: Cache, database: Database, tess: Tess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Seal, "open", lambda self, name, value: value[:-PROOF_BYTES])
    believed, _ = poisoned(serve(database, store, settings_a_minute=0), store, cache, tess, 4 * KINDS)
    assert believed == "of another teen"


def test_an_unpickling_would_be_seen() -> None:
    with unpickled() as found:
        pickle.loads(pickle.dumps(Bait))
    assert found


def poisoned(front: Front, store: Store, cache: Cache, tess: Tess, values: int) -> tuple[str, int]:
    """Write poison before each of so many reads; return the first that is believed, and how many were not used."""
    tess.change(cache)
    database, chance = tess.database, random.Random("poison")
    poisons = Poisons(tess, Tess(database), store)
    ours, kinds = SEAL.close(poisons.names.body, tess.snapshot.encode_body()), list(poisons.kinds.items())
    assert len(kinds) == KINDS
    # Otherwise nobody would look at Redis at all.
    until(lambda: front.edge.watch.trusts(tess.teen))
    assert front.settings(tess).content == tess.snapshot.body
    reads = 0
    for number in range(values):
        kind, poison = kinds[number % KINDS]
        store.client.mset(dict(zip((poisons.names.tag, poisons.names.body), poison(chance), strict=True)))
        # Otherwise it might end between a read and its fill.
        store.client.delete(poisons.names.ticket)
        before = database.reads
        if front.settings(tess).content != tess.snapshot.body:
            return kind, reads
        reads += database.reads - before
        until(lambda: store.client.get(poisons.names.body) == ours)
    return "", reads


def sealed(seal: Seal, snapshot: Snapshot, names: Keys) -> Pair:
    """Return a snapshot as it would stand under these keys."""
    return seal.close(names.tag, snapshot.encode_tag()), seal.close(names.body, snapshot.encode_body())


def cut(chance: random.Random, value: bytes) -> bytes:
    """Return the beginning of a value, never all of it."""
    return value[: chance.randrange(len(value))]


def turned(chance: random.Random, value: bytes) -> bytes:
    """Return a value with one bit turned."""
    place = chance.randrange(len(value))
    return value[:place] + bytes([value[place] ^ 1 << chance.randrange(8)]) + value[place + 1 :]


_heard: Final[list[list[str]]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "pickle.find_class":
        for each in _heard:
            each.append(str(arguments))


sys.addaudithook(_hear)


@contextmanager
def unpickled() -> Generator[list[str], None, None]:
    """Note every class that is unpickled in this process until the block ends: the interpreter itself tells."""
    found: list[str] = []
    _heard.append(found)
    try:
        yield found
    finally:
        _heard.remove(found)
