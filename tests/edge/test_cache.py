"""The cache never goes backwards, whatever order fences and fills arrive in, and never stands in the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.cache import (
    FENCE,
    FILL,
    LAYOUT,
    Cache,
    Snapshot,
    Tag,
    Version,
    decode_brief,
    decode_head,
    decode_part,
    decode_tag,
    decode_tickle,
    encode_tickle,
    fence_arguments,
    fill_arguments,
    keys,
    ticket_commands,
)
from ledger.seal import PROOF_BYTES, Seal, Unreadable
from tests.edge.conftest import Store
from tests.edge.family import SEAL, Database, Tess, until

Step = tuple[Literal["fence", "fill"], Version]
small = st.integers(0, 3)
versions = st.builds(Version, st.integers(1, 2), small, small)
steps = st.lists(st.tuples(st.sampled_from(["fence", "fill"]), versions), max_size=12)
devices = st.dictionaries(st.text(), st.tuples(st.integers(0, 9), st.none() | st.integers(0, 2**40)))
tags = st.builds(Tag, versions, st.text(), st.none() | st.integers(0, 2**40), devices)


def a_snapshot(version: Version) -> Snapshot:
    return Snapshot(version, "baseline/2026-11-01", None, {"phone": (1, None)}, b"{}", b"brief", b"ties")


def play(client: Any, fence: str, fill: str, story: list[Step]) -> None:
    """Run the scripts in this order; fail when the cache ever went backwards."""
    names = keys("run", "tess")
    client.delete(*names)
    client.set(names.ticket, "good")
    fenced, held = (0, 0), Version(0, 0, 0)
    for verb, version in story:
        if verb == "fence":
            assert client.eval(fence, len(names), *names, *fence_arguments(version.epoch, version.seq)) == 1
            fenced = max(fenced, version[:2])
            held = held if held[:2] >= version[:2] else Version(0, 0, 0)
        else:
            answer = client.eval(fill, len(names), *names, *fill_arguments(a_snapshot(version), names, SEAL, "good"))
            assert answer == (0 if version[:2] < fenced else 2 if version < held else 1)
            held = version if answer == 1 else held
        raw_tag, raw_body, raw_brief = client.mget(names.tag, names.body, names.brief)
        if not held.epoch:
            assert (raw_tag, raw_body, raw_brief) == (None, None, None)
            continue
        assert decode_tag(SEAL.open(names.tag, raw_tag)).version == decode_head(raw_tag).version == held
        assert decode_part(SEAL.open(names.body, raw_body), held) == b"{}"
        assert decode_brief(SEAL.open(names.brief, raw_brief, raw_tag)) == (b"brief", b"ties")
        assert held[:2] >= fenced


@given(steps)
@settings(deadline=None, max_examples=150)
@example([("fence", Version(1, 2, 0)), ("fill", Version(1, 1, 3))])
def test_no_order_of_fences_and_fills_brings_an_older_version_back(shared_store: Store, story: list[Step]) -> None:
    play(shared_store.client, FENCE, FILL, story)


@pytest.mark.parametrize(
    ("script", "guard", "story"),
    [
        ("fill", "return 0", [("fence", Version(1, 2, 0)), ("fill", Version(1, 1, 0))]),
        ("fill", "return 2", [("fill", Version(1, 2, 0)), ("fill", Version(1, 1, 0))]),
        ("fill", "return 2", [("fill", Version(2, 0, 0)), ("fill", Version(1, 1, 0))]),
        (
            "fence",
            "redis.call('DEL', KEYS[1], KEYS[2], KEYS[5])",
            [("fill", Version(1, 1, 0)), ("fence", Version(1, 2, 0))],
        ),
        (
            "fence",
            "fence = redis.call('GET', KEYS[3])",
            [("fence", Version(1, 3, 0)), ("fence", Version(1, 2, 0)), ("fill", Version(1, 2, 0))],
        ),
    ],
)
def test_the_story_notices_when_a_guard_is_missing(
    shared_store: Store, script: str, guard: str, story: list[Step]
) -> None:
    scripts = {"fence": FENCE, "fill": FILL}
    assert guard in scripts[script]
    play(shared_store.client, **scripts, story=story)
    scripts[script] = scripts[script].replace(guard, "local _")
    with pytest.raises(AssertionError):
        play(shared_store.client, **scripts, story=story)


class Protocol:
    """Verbs and readers as they are, one small step at a time; Redis may be emptied between any two."""

    def __init__(self, client: Any, fill: str):
        self.client = client
        self.fill_script = fill
        self.names = keys("run", "tess")
        client.delete(*self.names)
        self.committed, self.acknowledged, self.is_fenced = 1, 0, False
        # What each reader has in hand: a ticket, and the version that it has read since.
        self.readers: dict[int, tuple[str, int]] = {}

    def ticket(self) -> str:
        return str([self.client.execute_command(*each) for each in ticket_commands(self.names)][-1].decode())

    def fill(self, ticket: str, seq: int) -> int:
        arguments = fill_arguments(a_snapshot(Version(1, seq, 0)), self.names, SEAL, ticket)
        return int(self.client.eval(self.fill_script, len(self.names), *self.names, *arguments))

    def fence(self, _: int) -> None:
        self.client.eval(FENCE, len(self.names), *self.names, *fence_arguments(1, self.committed + 1))
        self.is_fenced = True

    def commit(self, _: int) -> None:
        self.committed += self.is_fenced
        self.is_fenced = False

    def acknowledge(self, _: int) -> None:
        ticket = self.ticket()
        if self.fill(ticket, self.committed) in (1, 2):
            self.acknowledged = self.committed

    def begin(self, reader: int) -> None:
        self.readers[reader] = (self.ticket(), self.committed)

    def end(self, reader: int) -> None:
        if reader in self.readers:
            self.fill(*self.readers.pop(reader))

    def flush(self, _: int) -> None:
        self.client.delete(*self.names)

    def check(self) -> None:
        raw = self.client.get(self.names.tag)
        assert raw is None or decode_tag(SEAL.open(self.names.tag, raw)).version.seq >= self.acknowledged

    def play(self, story: list[tuple[str, int]]) -> None:
        for step, reader in story:
            getattr(self, step)(reader)
            self.check()


moves = st.sampled_from(["fence", "commit", "acknowledge", "begin", "begin", "end", "end", "flush"])


@given(st.lists(st.tuples(moves, st.integers(0, 2)), max_size=20))
@settings(deadline=None, max_examples=150)
def test_wherever_redis_is_emptied_nothing_older_than_acknowledged_comes_back(
    shared_store: Store, story: list[tuple[str, int]]
) -> None:
    Protocol(shared_store.client, FILL).play(story)


def test_a_fill_without_a_ticket_would_bring_an_older_version_back(shared_store: Store) -> None:
    told = ("begin", "fence", "commit", "acknowledge", "flush", "end")
    story = [(step, 0) for step in told]
    Protocol(shared_store.client, FILL).play(story)
    guard = "~= ARGV[5] then return 0 end"
    assert guard in FILL
    with pytest.raises(AssertionError):
        Protocol(shared_store.client, FILL.replace(guard, "== '' then return 0 end")).play(story)


def test_a_fence_ends_by_itself_and_a_snapshot_after_a_day(cache: Cache, store: Store, tess: Tess) -> None:
    names = store.keys_of(tess.teen)
    assert cache.fence(1, tess.teen, 1)
    assert tess.settle(cache)
    assert 4_000 < store.client.pttl(names.ticket) <= 5_000
    assert 29_000 < store.client.pttl(names.fence) <= 30_000
    assert 86_000 < store.client.ttl(names.tag) <= 86_400
    assert 86_000 < store.client.ttl(names.body) <= 86_400


def test_what_cannot_be_read_is_forgotten_by_the_next_fence(cache: Cache, store: Store, tess: Tess) -> None:
    names = store.keys_of(tess.teen)
    for name in names[:3]:
        store.client.rpush(name, "poison")
    assert not tess.settle(cache)
    assert cache.fence(1, tess.teen, 1)
    assert tess.settle(cache)
    store.client.set(names.tag, "poison")
    assert tess.settle(cache)
    assert decode_tag(SEAL.open(names.tag, store.client.get(names.tag))) == tess.snapshot.tag


def test_a_ticket_that_cannot_be_read_fills_nothing(cache: Cache, store: Store, tess: Tess) -> None:
    store.client.rpush(store.keys_of(tess.teen).ticket, "poison")
    assert cache.ticket(tess.teen) is None
    assert not cache.fill(tess.teen, tess.snapshot, "poison")


@given(st.binary(), st.text())
def test_a_value_is_opened_where_it_was_closed_and_nowhere_else(value: bytes, place: str) -> None:
    closed = SEAL.close(place, value)
    assert SEAL.open(place, closed) == value
    for seal, where, raw in (
        (SEAL, place + ":", closed),
        (Seal("of somebody else"), place, closed),
        (SEAL, place, closed[:-1]),
        (SEAL, place, closed + b"0"),
        (SEAL, place, value),
        (SEAL, place, value + bytes(PROOF_BYTES)),
    ):
        with pytest.raises(Unreadable):
            seal.open(where, raw)


@given(st.binary(), st.binary(), st.binary())
@example(b"value", b"tag", b"tagv")
@example(b"", b"1", b"")
def test_a_value_is_opened_beside_what_it_was_closed_beside(value: bytes, beside: bytes, other: bytes) -> None:
    closed = SEAL.close("place", value, beside)
    assert SEAL.open("place", closed, beside) == value
    # A beginning of the value is no end of what stands beside it, and the other way round.
    for near, raw in ((beside + closed[:1], closed[1:]), (beside[:-1], beside[-1:] + closed), (other, closed)):
        if near != beside:
            with pytest.raises(Unreadable):
                SEAL.open("place", raw, near)


@given(tags)
def test_a_tag_is_read_as_it_was_written(tag: Tag) -> None:
    assert decode_tag(tag.encode()) == tag


@given(tags)
def test_the_head_of_a_tag_says_the_same_or_cannot_be_read(tag: Tag) -> None:
    if orjson.dumps(tag.pack) == b'"%b"' % tag.pack.encode():
        assert decode_head(SEAL.close("place", tag.encode())) == tag._replace(devices={})
    else:
        with pytest.raises(Unreadable):
            decode_head(tag.encode())


@pytest.mark.parametrize("layout", [0, LAYOUT - 1, LAYOUT + 1, LAYOUT * 10])
def test_the_head_of_another_layout_is_not_read(layout: int) -> None:
    raw = Tag(Version(1, 2, 3), "baseline/2026-11-01", None, {}).encode()
    with pytest.raises(Unreadable):
        decode_head(raw.replace(b'"l":%d,' % LAYOUT, b'"l":%d,' % layout))


@given(st.binary() | tags.map(Tag.encode).flatmap(lambda raw: st.integers(0, len(raw) - 1).map(lambda n: raw[:n])))
@example(b"1.2.3 {}")
@example(b'1.2.3 {"p":"a","l":1,"u":null,"d":{}}')
@example(b'1.2.3 {"p":"a","l":2,"u":null,"d":{"x":["1",null]}}')
@example(b'1.2.3 {"p":"a","l":2,"u":"soon","d":{}}')
@example(b'1.-2.3 {"p":"a","l":2,"u":null,"d":{}}')
@example(b"1.2.3 [1]")
def test_a_tag_that_was_not_written_so_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_tag(raw)


@given(st.binary())
@example(b'{"teen":"x","version":"1"}')
@example(b'{"teen":"x","version":1}')
@example(b"[]")
def test_a_tickle_that_was_not_written_so_is_unreadable(raw: bytes) -> None:
    assert decode_tickle(encode_tickle("tess", 1, 42)) == ("tess", 1, 42)
    with pytest.raises(Unreadable):
        decode_tickle(raw)


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", "1..3", "1.2.³", " 1.2.3", "1.2." + "9" * 16]
)
def test_only_three_numbers_are_a_version(text: str) -> None:
    assert str(Version.parse("1.42.1795392000")) == "1.42.1795392000"
    assert Version.parse("1.42.9") < Version.parse("1.42.10") < Version.parse("1.43.0") < Version.parse("2.0.0")
    with pytest.raises(ValueError, match="expected"):
        Version.parse(text)


def seconds(call: Callable[[], object]) -> float:
    begun = time.monotonic()
    assert call() is False
    return time.monotonic() - begun


def test_a_frozen_redis_is_waited_for_once(own_store: Store, tess: Tess) -> None:
    cache = Cache(own_store.url, SEAL)
    assert cache.fence(1, tess.teen, 1)
    own_store.freeze()
    assert 0.2 < seconds(lambda: cache.fence(1, tess.teen, 2)) < 0.5
    assert not cache.is_well()
    assert seconds(lambda: cache.fill(tess.teen, tess.snapshot, "ticket")) < 0.05
    assert seconds(lambda: cache.tickle(tess.teen, 1, 2)) < 0.05
    own_store.thaw()
    until(lambda: cache.fence(1, tess.teen, 2))


def test_a_redis_that_is_gone_is_no_error_and_its_successor_is_another_run(own_store: Store, tess: Tess) -> None:
    cache = Cache(own_store.url, SEAL, cool_off=0.05)
    former = cache.ticket(tess.teen)
    assert former is not None
    assert cache.fill(tess.teen, tess.snapshot, former)
    own_store.kill()
    assert not cache.ping()
    assert cache.ticket(tess.teen) is None
    own_store.restart()
    until(cache.ping)
    assert not cache.fill(tess.teen, tess.snapshot, former)
    assert own_store.client.dbsize() == 0
    assert tess.settle(cache)


def test_a_connection_of_a_former_run_is_never_used_for_the_present_one(own_store: Store, tess: Tess) -> None:
    cache = Cache(own_store.url, SEAL)
    assert tess.settle(cache)
    own_store.restart()
    assert tess.settle(cache)
    (run,) = {key.split(b":")[1] for key in own_store.client.keys("fp:*")}
    assert run.decode() == own_store.client.info("server")["run_id"]


def test_a_wrong_password_and_a_full_redis_are_told_as_failure(own_store: Store, database: Database) -> None:
    tess = Tess(database)
    assert not Cache(own_store.url.replace(own_store.password, "wrong"), SEAL).fence(1, tess.teen, 1)
    cache = Cache(own_store.url, SEAL)
    own_store.client.config_set("maxmemory", 1)
    assert not tess.settle(cache)
    assert cache.is_well()
    own_store.client.config_set("maxmemory", 0)
    assert tess.settle(cache)
