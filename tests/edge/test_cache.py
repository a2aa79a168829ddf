"""The cache never goes backwards, whatever order fences and fills arrive in, and never stands in the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.cache import (
    FENCE,
    FILL,
    Cache,
    Snapshot,
    Tag,
    Unreadable,
    Version,
    decode_body,
    decode_tag,
    decode_tickle,
    encode_tickle,
    fence_arguments,
    fill_arguments,
    keys,
)
from tests.edge.conftest import Store
from tests.edge.family import Database, Tess, until

Step = tuple[Literal["fence", "fill"], Version]
small = st.integers(0, 3)
versions = st.builds(Version, st.integers(1, 2), small, small)
steps = st.lists(st.tuples(st.sampled_from(["fence", "fill"]), versions), max_size=12)
devices = st.dictionaries(st.text(), st.tuples(st.integers(0, 9), st.none() | st.integers(0, 2**40)))
tags = st.builds(Tag, versions, st.text(), st.none() | st.integers(0, 2**40), devices)


def a_snapshot(version: Version) -> Snapshot:
    return Snapshot(version, "baseline/2026-11-01", None, {"phone": (1, None)}, b"{}")


def play(client: Any, fence: str, fill: str, story: list[Step]) -> None:
    """Run the scripts in this order; fail when the cache ever went backwards."""
    names = keys("run", "tess")
    client.delete(*names)
    fenced, held = (0, 0), Version(0, 0, 0)
    for verb, version in story:
        if verb == "fence":
            assert client.eval(fence, 3, *names, *fence_arguments(version.epoch, version.seq)) == 1
            fenced = max(fenced, version[:2])
            held = held if held[:2] >= version[:2] else Version(0, 0, 0)
        else:
            answer = client.eval(fill, 3, *names, *fill_arguments(a_snapshot(version)))
            assert answer == (0 if version[:2] < fenced else 2 if version < held else 1)
            held = version if answer == 1 else held
        raw_tag, raw_body = client.mget(names.tag, names.body)
        if not held.epoch:
            assert (raw_tag, raw_body) == (None, None)
            continue
        assert decode_tag(raw_tag).version == held
        assert decode_body(raw_body, held) == b"{}"
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
        ("fence", "redis.call('DEL', KEYS[1], KEYS[2])", [("fill", Version(1, 1, 0)), ("fence", Version(1, 2, 0))]),
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


def test_a_fence_ends_by_itself_and_a_snapshot_after_a_day(cache: Cache, store: Store, tess: Tess) -> None:
    names = keys(str(cache.run_id()), tess.teen)
    assert cache.fence(1, tess.teen, 1)
    assert cache.fill(1, tess.snapshot, tess.teen)
    assert 29_000 < store.client.pttl(names.fence) <= 30_000
    assert 86_000 < store.client.ttl(names.tag) <= 86_400
    assert 86_000 < store.client.ttl(names.body) <= 86_400


def test_what_cannot_be_read_is_forgotten_by_the_next_fence(cache: Cache, store: Store, tess: Tess) -> None:
    names = keys(str(cache.run_id()), tess.teen)
    for name in names:
        store.client.rpush(name, "poison")
    assert not cache.fill(1, tess.snapshot, tess.teen)
    assert cache.fence(1, tess.teen, 1)
    assert cache.fill(1, tess.snapshot, tess.teen)
    store.client.set(names.tag, "poison")
    assert cache.fill(1, tess.snapshot, tess.teen)
    assert decode_tag(store.client.get(names.tag)) == tess.snapshot.tag


@given(tags)
def test_a_tag_is_read_as_it_was_written(tag: Tag) -> None:
    assert decode_tag(tag.encode()) == tag


@given(st.binary() | tags.map(Tag.encode).flatmap(lambda raw: st.integers(0, len(raw) - 1).map(lambda n: raw[:n])))
@example(b"1.2.3 {}")
@example(b'1.2.3 {"p":"a","l":2,"u":null,"d":{}}')
@example(b'1.2.3 {"p":"a","l":1,"u":null,"d":{"x":["1",null]}}')
@example(b'1.2.3 {"p":"a","l":1,"u":"soon","d":{}}')
@example(b'1.-2.3 {"p":"a","l":1,"u":null,"d":{}}')
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
    cache = Cache(own_store.url)
    assert cache.fence(1, tess.teen, 1)
    own_store.freeze()
    assert 0.2 < seconds(lambda: cache.fence(1, tess.teen, 2)) < 0.5
    assert not cache.is_well()
    assert seconds(lambda: cache.fill(1, tess.snapshot, tess.teen)) < 0.05
    assert seconds(lambda: cache.tickle(tess.teen, 1, 2)) < 0.05
    own_store.thaw()
    until(lambda: cache.fence(1, tess.teen, 2))


def test_a_redis_that_is_gone_is_no_error_and_its_successor_is_another_run(own_store: Store, tess: Tess) -> None:
    cache = Cache(own_store.url, cool_off=0.05)
    former = cache.run_id()
    assert cache.fill(1, tess.snapshot, tess.teen)
    own_store.kill()
    assert not cache.ping()
    assert cache.run_id() is None
    own_store.restart()
    until(cache.ping)
    assert cache.run_id() != former
    assert not cache.fill(1, tess.snapshot, tess.teen, run_id=former)
    assert own_store.client.dbsize() == 0
    assert cache.fill(1, tess.snapshot, tess.teen, run_id=cache.run_id())


def test_a_connection_of_a_former_run_is_never_used_for_the_present_one(own_store: Store, tess: Tess) -> None:
    cache = Cache(own_store.url)
    assert cache.fill(1, tess.snapshot, tess.teen)
    own_store.restart()
    assert cache.fill(1, tess.snapshot, tess.teen)
    (run,) = {key.split(b":")[1] for key in own_store.client.keys("fp:*")}
    assert run.decode() == own_store.client.info("server")["run_id"]


def test_a_wrong_password_and_a_full_redis_are_told_as_failure(own_store: Store, database: Database) -> None:
    tess = Tess(database)
    assert not Cache(own_store.url.replace(own_store.password, "wrong")).fence(1, tess.teen, 1)
    cache = Cache(own_store.url)
    own_store.client.config_set("maxmemory", 1)
    assert not cache.fill(1, tess.snapshot, tess.teen)
    assert cache.is_well()
    own_store.client.config_set("maxmemory", 0)
    assert cache.fill(1, tess.snapshot, tess.teen)
