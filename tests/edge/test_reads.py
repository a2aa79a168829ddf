"""A read that starts after a change was acknowledged never returns an older version, whatever fails meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import orjson
import pytest

from edge.ports import Settings
from edge.reader import Reader
from edge.redis import Redis
from edge.watch import TRUST_S, Watch
from ledger.cache import LAYOUT, Cache, Keys, Snapshot, Version
from tests.edge.conftest import Front, Serve, Store
from tests.edge.family import PACK, RING, SEAL, Database, Tess, until


def seq_of(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    return Version.parse(answer.json()["version"]).seq


@contextmanager
def in_background(call: Callable[[], httpx.Response]) -> Generator[Callable[[], httpx.Response], None, None]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(call).result


@pytest.fixture
def front(serve: Serve, store: Store, database: Database, tess: Tess) -> Front:
    """Return an edge that trusts a Redis which holds nothing yet."""
    database.debts.discard(tess.teen)
    return serve(database, store)


def stored_seq(store: Store, tess: Tess) -> int | None:
    (raw,) = [store.client.get(key) for key in store.client.keys("*:tag")] or [None]
    return None if raw is None else int(raw.split(b".")[1])


def test_a_read_from_before_a_change_does_not_fill_after_it(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    gate = database.hold_reads()
    with in_background(lambda: front.settings(tess)) as old:
        assert gate.reached.wait(5)
        tess.change(cache)
        database.release(gate)
        assert seq_of(old()) == 1
    assert seq_of(front.settings(tess)) == 2
    assert stored_seq(store, tess) == 2


def test_a_read_from_before_a_change_does_not_fill_between_fence_and_commit(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    gate = database.hold_reads()
    with in_background(lambda: front.settings(tess)) as old:
        assert gate.reached.wait(5)
        assert cache.fence(1, tess.teen, 2)
        database.release(gate)
        assert seq_of(old()) == 1
    # What is committed may still be read, but is not kept.
    assert seq_of(front.settings(tess)) == 1
    assert stored_seq(store, tess) is None
    tess.commit(2)
    tess.settle(cache)
    assert seq_of(front.settings(tess)) == 2


def test_a_read_never_joins_one_that_began_earlier(front: Front, cache: Cache, database: Database, tess: Tess) -> None:
    gate = database.hold_reads()
    with in_background(lambda: front.settings(tess)) as old:
        assert gate.reached.wait(5)
        database.gate = None
        cache.fence(1, tess.teen, 2)
        tess.commit(2)
        assert seq_of(front.settings(tess)) == 2
        gate.opened.set()
        assert seq_of(old()) == 1


def test_a_redis_restarted_during_a_read_is_not_filled_by_it(
    serve: Serve, own_store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, own_store)
    former = front.edge.redis.line
    gate = database.hold_reads()
    with in_background(lambda: front.settings(tess)) as old:
        assert gate.reached.wait(5)
        own_store.restart()
        until(lambda: front.edge.redis.line not in (None, former))
        database.release(gate)
        assert seq_of(old()) == 1
    assert own_store.client.keys("*:tag") == []
    assert front.settings(tess).status_code == 200
    until(lambda: own_store.client.keys("*:tag"))


def test_a_debt_that_a_poll_saw_is_read_from_postgres(
    front: Front, cache: Cache, database: Database, tess: Tess
) -> None:
    tess.settle(cache)
    assert seq_of(front.settings(tess)) == 1
    # Neither fence nor fill: what Redis holds is old, and only the debt says so.
    tess.commit(2)
    until(lambda: not front.edge.watch.trusts(tess.teen))
    assert [seq_of(front.settings(tess)) for _ in range(5)] == [2] * 5
    tess.settle(cache)
    until(lambda: front.edge.watch.trusts(tess.teen))
    reads = database.reads
    assert seq_of(front.settings(tess)) == 2
    assert database.reads == reads


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_redis_is_trusted_from_when_a_poll_began_and_not_from_when_it_was_applied(database: Database) -> None:
    clock = Clock()
    watch = Watch(database.ports, clock=clock)
    assert not watch.trusts("tess")

    def slow() -> tuple[int, frozenset[str]]:
        seen = frozenset(database.debts)
        # The change commits while the poll is on its way back, so the poll does not know its debt.
        database.debts.add("tess")
        clock.now += 1.0
        return 1, seen

    object.__setattr__(watch._ports, "open_debts", slow)
    asyncio.run(watch.poll_debts())
    assert watch.trusts("tess")
    # The change was acknowledged at 101.5 at the earliest (1.5 s after a commit after 100.0).
    clock.now = 100.0 + TRUST_S
    assert not watch.trusts("tess")
    asyncio.run(watch.poll_debts())
    assert watch.trusts("paula")
    assert not watch.trusts("tess")
    assert TRUST_S < 1.5


def test_a_poll_that_fails_takes_no_trust_and_gives_none(database: Database) -> None:
    clock = Clock()
    watch = Watch(database.ports, clock=clock)
    asyncio.run(watch.poll_debts())
    database.is_down = True
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the port raises
        asyncio.run(watch.poll_debts())
    assert watch.trusts("tess")
    clock.now += TRUST_S
    assert not watch.trusts("tess")


def test_without_postgres_redis_answers_for_a_moment_and_then_nobody_does(
    front: Front, cache: Cache, database: Database, tess: Tess
) -> None:
    tess.settle(cache)
    assert seq_of(front.settings(tess)) == 1
    database.is_down = True
    assert seq_of(front.settings(tess)) == 1
    until(lambda: not front.edge.watch.trusts(tess.teen))
    answer = front.settings(tess)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"].isdigit()
    assert answer.headers["cache-control"] == "no-store"
    database.is_down = False
    until(lambda: front.edge.watch.trusts(tess.teen))
    assert seq_of(front.settings(tess)) == 1


def test_a_new_epoch_ends_what_was_kept_under_the_former_one(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    for _ in range(9):
        tess.change(cache)
    assert seq_of(front.settings(tess)) == 10
    # A restore: older content under a new epoch, and a change in it before the edge has heard of the epoch.
    database.epoch = 2
    tess.commit(3)
    cache.fence(2, tess.teen, 4)
    tess.commit(4)
    assert seq_of(front.settings(tess)) == 4
    until(lambda: front.edge.watch.epoch == 2)
    tess.settle(cache)
    assert seq_of(front.settings(tess)) == 4
    assert stored_seq(store, tess) == 4


def test_a_snapshot_of_a_former_epoch_is_not_used(front: Front, cache: Cache, database: Database, tess: Tess) -> None:
    tess.settle(cache)
    database.epoch = 2
    tess.commit(1)
    database.debts.clear()
    until(lambda: front.edge.watch.epoch == 2)
    assert front.settings(tess).json()["version"].startswith("2.")


def poisons(tess: Tess, names: Keys) -> dict[str, tuple[bytes, bytes]]:
    good = tess.at(1)

    def tag_of(snapshot: Snapshot) -> bytes:
        return SEAL.close(names.tag, snapshot.encode_tag())

    tag, body = tag_of(good), SEAL.close(names.body, good.encode_body())
    layout = good.encode_tag().replace(b'"l":%d' % LAYOUT, b'"l":%d' % (LAYOUT + 1))
    return {
        "garbage": (b"\xff\x00", b"\xff"),
        "empty": (b"", b""),
        "cut short": (tag[:-1], body),
        "a tag that nobody has sealed": (good.encode_tag(), body),
        "a body that nobody has sealed": (tag, good.encode_body()),
        "a body in the place of the tag": (body, body),
        "forged, and newer": (tess.at(9_999).encode_tag() + bytes(16), tess.at(9_999).encode_body() + bytes(16)),
        "another layout": (SEAL.close(names.tag, layout), body),
        "another pack": (tag_of(good._replace(pack="baseline/2020-01-01")), body),
        "past its time": (tag_of(good._replace(valid_until=int(time.time()) - 1)), body),
        "a body of another version": (tag, SEAL.close(names.body, tess.at(7).encode_body())),
        "no body": (tag, b""),
    }


def test_what_was_not_written_by_us_is_not_used(front: Front, store: Store, database: Database, tess: Tess) -> None:
    names = store.keys_of(tess.teen)
    sealed = SEAL.close(names.body, tess.snapshot.encode_body())
    for reads, (poison, (tag, body)) in enumerate(poisons(tess, names).items(), 1):
        store.client.mset({names.tag: tag, names.body: body})
        assert front.settings(tess).content == tess.snapshot.body, poison
        assert database.reads == reads, poison
        until(lambda: store.client.get(names.body) == sealed)


def test_keys_of_another_type_are_not_used(front: Front, store: Store, database: Database, tess: Tess) -> None:
    for name in store.keys_of(tess.teen):
        store.client.rpush(name, "poison")
    assert front.settings(tess).content == tess.snapshot.body
    assert front.settings(tess, **{"If-None-Match": "*"}).status_code == 304
    assert database.reads == 2


def test_a_frozen_redis_costs_one_wait_and_then_none(
    serve: Serve, own_store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, own_store)
    own_store.freeze()
    begun = time.monotonic()
    assert seq_of(front.settings(tess)) == 1
    assert time.monotonic() - begun < 1.0
    begun = time.monotonic()
    assert seq_of(front.settings(tess)) == 1
    assert time.monotonic() - begun < 0.2
    own_store.thaw()
    until(lambda: front.edge.redis.line is not None)
    assert seq_of(front.settings(tess)) == 1


def test_without_redis_postgres_answers_and_nobody_is_counted(
    serve: Serve, own_store: Store, database: Database, tess: Tess
) -> None:
    own_store.kill()
    front = serve(database, own_store, ready=False, settings_a_minute=1)
    assert [seq_of(front.settings(tess)) for _ in range(5)] == [1] * 5
    own_store.restart()
    until(lambda: front.edge.redis.line is not None)
    until(lambda: front.settings(tess).status_code == 429)


def test_a_read_that_took_long_does_not_fill(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    for ticket_ends, kept in ((True, None), (False, 1)):
        gate = database.hold_reads()
        with in_background(lambda: front.settings(tess)) as old:
            assert gate.reached.wait(5)
            if ticket_ends:
                # As it does by itself after five seconds.
                assert store.client.delete(store.keys_of(tess.teen).ticket)
            database.release(gate)
            assert seq_of(old()) == 1
        assert store.client.ping()
        until(lambda kept=kept: stored_seq(store, tess) == kept)  # type: ignore[misc]  # bound at once


def test_a_redis_emptied_during_a_read_is_not_filled_by_it(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    gate = database.hold_reads()
    with in_background(lambda: front.settings(tess)) as old:
        assert gate.reached.wait(5)
        database.gate = None
        tess.change(cache)
        # The fence is gone with everything else.
        store.client.flushall()
        gate.opened.set()
        assert seq_of(old()) == 1
    assert [seq_of(front.settings(tess)) for _ in range(5)] == [2] * 5
    assert stored_seq(store, tess) == 2


def test_what_this_process_knows_to_be_old_is_not_used(
    front: Front, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    names = store.keys_of(tess.teen)
    tess.settle(cache)
    former = store.client.mget(names.tag, names.body)
    tess.change(cache)
    assert seq_of(front.settings(tess)) == 2
    # Our own words of before, in their own place: the seal is good, and still they are old.
    store.client.mset(dict(zip((names.tag, names.body), former, strict=True)))
    reads = database.reads
    assert seq_of(front.settings(tess)) == 2
    assert database.reads == reads + 1


def test_who_holds_a_newer_version_is_not_given_an_older_one(
    serve: Serve, store: Store, cache: Cache, database: Database, tess: Tess
) -> None:
    tess.settle(cache)
    names = store.keys_of(tess.teen)
    former = store.client.mget(names.tag, names.body)
    front, other = serve(database, store), serve(database, store)
    # Committed and not acknowledged, with an unlucky fence: one process has seen the debt, the other knows of none.
    tess.commit(2)
    until(lambda: not front.edge.watch.trusts(tess.teen))
    held = front.settings(tess).headers["etag"]
    assert held.startswith('"1.2.')
    # Nor did its fill arrive.
    until(lambda: stored_seq(store, tess) == 2)
    store.client.mset(dict(zip((names.tag, names.body), former, strict=True)))
    database.debts.clear()
    until(lambda: other.edge.watch.trusts(tess.teen))
    assert seq_of(other.settings(tess)) == 1
    assert other.settings(tess, **{"If-None-Match": held}).status_code == 304
    assert other.settings(tess, **{"If-None-Match": '"1.1.0-other-1"'}).status_code == 200


def test_time_is_the_databases(front: Front, cache: Cache, database: Database, tess: Tess) -> None:
    until_noon = int(time.time()) + 600
    tess.commit(2, valid_until=until_noon)
    tess.settle(cache)
    reads = database.reads
    assert seq_of(front.settings(tess)) == 2
    assert database.reads == reads
    # Its clock is eleven minutes ahead of the edge's, so there the values have ended.
    database.ahead = 660
    assert seq_of(front.settings(tess)) == 2
    assert database.reads == reads + 1


def test_reads_of_one_moment_share_the_line_and_get_their_own_answers(
    store: Store, cache: Cache, database: Database
) -> None:
    teens = [Tess(database) for _ in range(200)]
    for number, teen in enumerate(teens):
        teen.commit(number + 1)
        assert teen.settle(cache)

    async def ask(redis: Redis) -> None:
        watch = Watch(database.ports)
        await watch.poll_debts()
        reader = Reader(database.ports, Settings(store.url, RING, SEAL, PACK), redis, watch)
        found = await asyncio.gather(*(reader.read(teen.teen, with_body=True) for teen in teens))
        assert [each and each.body for each in found] == [teen.snapshot.body for teen in teens]
        line = redis.line
        assert line is not None
        left = line.ask(("GET", "x"))
        left.cancel()
        assert await line.ask(("ECHO", "a"), ("ECHO", "b")) == [b"a", b"b"]
        reader.close()

    run_with_redis(store, ask)
    assert database.reads == 0


def run_with_redis(store: Store, work: Callable[[Redis], Awaitable[Any]]) -> None:
    async def run() -> None:
        redis = Redis(store.url, timeout=0.25, cool_off=0.1)
        task = asyncio.ensure_future(redis.run())
        await asyncio.to_thread(until, lambda: redis.line is not None)
        await work(redis)
        task.cancel()

    asyncio.run(run())


class Storm:
    """Changes and reads at once; remembers the reads that were older than what was acknowledged before they began."""

    def __init__(self, front: Front, tess: Tess, cache: Cache):
        self.front, self.tess, self.cache = front, tess, cache
        self.acknowledged = tess.snapshot.version.seq
        self.reads = 0
        self.stale: list[str] = []
        self._is_over = threading.Event()

    def read(self) -> None:
        with httpx.Client(base_url=self.front.url, timeout=10, verify=False) as client:
            while not self._is_over.is_set():
                known = self.acknowledged
                answer = client.get("/v1/me/settings", headers=self.tess.bearer)
                seen = orjson.loads(answer.content).get("version", "0.0.0")
                self.reads += 1
                if answer.status_code != 200 or Version.parse(seen).seq < known:
                    self.stale.append(f"{answer.status_code} {seen}, acknowledged {known}")

    def change(self, *, unlucky: bool = False) -> None:
        self.acknowledged = self.tess.change(self.cache, unlucky=unlucky).version.seq
        seen = self.reads
        until(lambda: self.reads > seen + 5)

    @contextmanager
    def raging(self) -> Generator[None, None, None]:
        threads = [threading.Thread(target=self.read) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()


def test_in_a_storm_no_read_is_older_than_what_was_acknowledged(
    serve: Serve, own_store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, own_store, settings_a_minute=0)
    storm = Storm(front, tess, Cache(own_store.url, SEAL, cool_off=0.2))
    with storm.raging():
        for disturb, changes in (
            (own_store.thaw, 10),
            (own_store.freeze, 1),
            (own_store.thaw, 10),
            (own_store.restart, 10),
        ):
            disturb()
            for _ in range(changes):
                storm.change()
        storm.change(unlucky=True)
    assert storm.stale == []
    assert storm.acknowledged > 30


def test_the_storm_notices_an_edge_that_trusts_redis_blindly(
    serve: Serve, own_store: Store, database: Database, tess: Tess, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = serve(database, own_store, settings_a_minute=0)
    storm = Storm(front, tess, Cache(own_store.url, SEAL))
    monkeypatch.setattr(Watch, "trusts", lambda watch, teen: True)
    with storm.raging():
        storm.change()
        storm.change(unlucky=True)
    assert storm.stale != []
