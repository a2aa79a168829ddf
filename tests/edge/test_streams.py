"""GET /ofrep/v1/stream: says "read again", at once and no more than needed, and ends when it must."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from accounts.tokens import mint_ticket
from edge import streams as edge_streams
from edge.http import Message, Request
from edge.ports import Settings
from edge.reader import Found
from edge.streams import Stream, Streams, Talk, Who
from ledger.cache import TICKLES, Cache
from tests.edge.conftest import Front, Serve, Store
from tests.edge.family import PACK, RING, SEAL, Database, Tess, until

ROOT = Path(__file__).resolve().parent.parent.parent


class Heard:
    """One open stream, and what came on it."""

    def __init__(self, answer: httpx.Response):
        self.answer = answer
        self.lines: list[str] = []
        self.has_ended = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def leave(self) -> None:
        """Hang up, as an app does that is closed."""
        hanging: socket.socket = self.answer.extensions["network_stream"].get_extra_info("socket")
        with contextlib.suppress(OSError):
            hanging.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def _listen(self) -> None:
        with contextlib.suppress(httpx.TransportError):
            for line in self.answer.iter_lines():
                self.lines.append(line)
        self.has_ended.set()

    @property
    def ids(self) -> list[str]:
        return [line.removeprefix("id: ") for line in self.lines if line.startswith("id: ")]


@contextmanager
def listening(front: Front, tess: Tess, **headers: str) -> Generator[Heard, None, None]:
    with front.client.stream("GET", "/ofrep/v1/stream", headers={**tess.bearer, **headers}) as answer:
        heard = Heard(answer)
        yield heard
        heard.leave()


@pytest.fixture
def front(serve: Serve, store: Store, database: Database, tess: Tess) -> Front:
    database.debts.discard(tess.teen)
    return serve(database, store)


def test_a_stream_begins_with_when_to_come_back_and_what_applies(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        assert heard.answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert heard.answer.headers["cache-control"] == "no-store, no-transform"
        assert heard.answer.headers["x-accel-buffering"] == "no"
        until(lambda: len(heard.lines) >= 6)
        name, wait = heard.lines[0].split(": ")
        assert name == "retry"
        assert 3000 <= int(wait) <= 6000
        assert heard.lines[2:4] == ["id: 1.1", "event: message"]
        data = json.loads(heard.lines[4].removeprefix("data: "))
        assert (data["type"], data["etag"]) == ("refetchEvaluation", tess.snapshot.etag)
        assert abs(data["lastModified"] - time.time()) < 60
        assert heard.lines[5] == ""


@pytest.mark.parametrize(("last", "told"), [("1.1", []), ("1.0", ["1.1"]), ("nonsense", ["1.1"])])
def test_only_who_missed_something_is_told_on_coming_back(
    front: Front, tess: Tess, cache: Cache, last: str, told: list[str]
) -> None:
    tess.settle(cache)
    with listening(front, tess, **{"Last-Event-ID": last}) as heard:
        until(lambda: heard.lines)
        tess.change(cache)
        until(lambda: "1.2" in heard.ids)
        assert heard.ids == [*told, "1.2"]


def test_a_change_is_told_within_moments_and_read_again_is_never_older(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        for seq in range(2, 12):
            begun = time.monotonic()
            tess.change(cache)
            until(lambda: f"1.{seq}" in heard.ids)  # noqa: B023 - used at once
            assert time.monotonic() - begun < 0.4, "a tickle is quicker than the poll"
            assert front.settings(tess).json()["version"].startswith(f"1.{seq}.")
    assert heard.ids == [f"1.{seq}" for seq in range(1, 12)]


def test_without_redis_changes_are_told_within_a_second_and_once_more_when_all_know(
    serve: Serve, own_store: Store, database: Database, tess: Tess
) -> None:
    own_store.kill()
    front = serve(database, own_store, ready=False)
    with listening(front, tess, **{"Last-Event-ID": "1.1"}) as heard:
        until(lambda: heard.lines)
        tess.commit(2)
        until(lambda: heard.ids == ["1.2"], within=1.2)
        until(lambda: heard.ids == ["1.2", "1.2"], within=2.5)


def test_a_tickle_that_was_lost_is_made_up_for(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        until(lambda: heard.ids == ["1.1"])
        tess.commit(2)
        assert tess.settle(cache)
        until(lambda: heard.ids == ["1.1", "1.2"], within=1.2)


def test_tickles_that_are_wrong_tell_nothing(front: Front, store: Store, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        until(lambda: heard.ids == ["1.1"])
        store.client.publish(TICKLES, b"\xff")
        cache.tickle(tess.teen, 1, 1)
        cache.tickle(tess.teen, 9, 9)
        cache.tickle("somebody else", 1, 5)
        tess.change(cache)
        until(lambda: "1.2" in heard.ids)
        assert heard.ids == ["1.1", "1.2"]


def test_changes_that_come_together_are_told_as_one(database: Database, tess: Tess) -> None:
    told: list[bytes] = []

    class SlowReader:
        async def read(self, teen: str, *, with_body: bool, at_least: tuple[int, int]) -> Found:
            for seq in range(at_least[1], 8):
                stream.hear((1, seq))
                await asyncio.sleep(0)
            return Found(tess.at(7).tag, None, in_redis=True)

    async def send(message: Message) -> None:
        told.append(message["body"])
        if b"id: 1.7" in message["body"]:
            stream.close()

    async def talk() -> None:
        stream.hear((1, 2))
        settings = Settings("", RING, SEAL, PACK)
        reader: Any = SlowReader()
        await Talk(stream, reader, settings, time.time, send).run(Found(tess.snapshot.tag, None, in_redis=True), b"1.1")

    stream = Stream(Who(tess.teen, tess.device, 1))
    asyncio.run(talk())
    assert [text for text in told if b"id:" in text] == told[1:]
    assert len(told) == 2


def test_a_client_that_takes_nothing_is_let_go(tess: Tess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_streams, "SLOW_S", 0.01)
    found = Found(tess.snapshot.tag, None, in_redis=True)

    class QuickReader:
        async def read(self, teen: str, **_: object) -> Found:
            return found

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def answer() -> None:
        reader: Any = QuickReader()
        streams = Streams(reader, Settings("", RING, SEAL, PACK), time.time)
        headers = [(b"authorization", tess.bearer["Authorization"].encode())]
        scope = {"type": "http", "method": "GET", "headers": headers, "query_string": b""}
        async with asyncio.timeout(5):
            await streams.answer(Request(scope, receive), send)
        assert streams.teens() == streams.devices() == []

    asyncio.run(answer())


def test_a_revoked_device_is_cut_off_and_does_not_come_back(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        until(lambda: heard.ids)
        tess.change(cache, devices={})
        assert heard.has_ended.wait(5)
        assert "1.2" not in heard.ids
    with listening(front, tess) as again:
        assert again.answer.status_code == 401


def test_a_device_revoked_without_a_word_is_found_within_five_seconds(
    front: Front, database: Database, tess: Tess, cache: Cache
) -> None:
    tess.settle(cache)
    with listening(front, tess) as heard:
        until(lambda: heard.ids)
        database.revoked.add(tess.device)
        assert heard.has_ended.wait(5)


def test_a_device_holds_three_streams(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    with listening(front, tess), listening(front, tess), listening(front, tess) as third:
        with listening(front, tess) as fourth:
            assert fourth.answer.status_code == 429
            assert fourth.answer.headers["retry-after"].isdigit()
        with listening(front, Tess(tess.database)) as another:
            assert another.answer.status_code == 200
        third.leave()
        until(lambda: len(front.edge.streams.devices()) == 1 and front.edge.streams._count == 2)
        with listening(front, tess) as next_one:
            assert next_one.answer.status_code == 200
    until(lambda: not front.edge.streams.teens())


def test_a_full_process_asks_to_come_back(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    front = serve(database, store, streams=1)
    with listening(front, tess), listening(front, Tess(database)) as second:
        assert second.answer.status_code == 503
        assert int(second.answer.headers["retry-after"]) >= 3


def test_streams_that_are_switched_off_say_so_for_good(
    serve: Serve, store: Store, database: Database, tess: Tess
) -> None:
    front = serve(database, store, streams=0)
    with listening(front, tess) as heard:
        assert heard.answer.status_code == 204


def test_a_quiet_stream_beats_and_ends(serve: Serve, store: Store, database: Database, tess: Tess) -> None:
    front = serve(database, store, heartbeat_s=0.05, stream_ends_s=(0.4, 0.5))
    with listening(front, tess, **{"Last-Event-ID": "1.1"}) as heard:
        assert heard.has_ended.wait(5)
        assert heard.lines[2:4] == [": k", ""]
        assert heard.ids == []
        assert heard.lines.count(": k") >= 3


def test_a_ticket_opens_a_stream_and_nothing_else(front: Front, tess: Tess, cache: Cache) -> None:
    tess.settle(cache)
    today = int(time.time() // 86_400)
    tickets = {
        tess.ticket: 200,
        mint_ticket(RING, tess.teen, tess.device, today - 2): 401,
        mint_ticket(RING, tess.teen, tess.teen, today): 401,
        tess.token: 401,
        "": 401,
    }
    for ticket, status in tickets.items():
        with front.client.stream("GET", "/ofrep/v1/stream", params={"ticket": ticket}) as answer:
            assert answer.status_code == status
    assert front.client.get("/v1/me/settings", params={"ticket": tess.ticket}).status_code == 401
    head = front.client.head("/ofrep/v1/stream", headers=tess.bearer)
    assert (head.status_code, head.content) == (200, b"")


@contextmanager
def a_process(store: Store, log: Path) -> Generator[tuple[subprocess.Popen[bytes], str, Tess], None, None]:
    """Run the edge alone in a process that hears signals; it has one teen, made by `tests.edge.alone`."""
    command = [sys.executable, "-m", "tests.edge.alone", store.url]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=output, env={**os.environ})
    assert process.stdout is not None
    try:
        port, teen, device = process.stdout.readline().decode().split()
        tess = Tess(Database())
        tess.teen, tess.device = teen, device
        yield process, f"http://127.0.0.1:{port}", tess
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_process_that_is_told_to_end_ends_its_streams_first(
    store: Store, tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "log"
    with (
        a_process(store, log) as (process, url, tess),
        httpx.stream("GET", f"{url}/ofrep/v1/stream", params={"ticket": tess.ticket}) as answer,
    ):
        heard = Heard(answer)
        until(lambda: heard.ids)
        begun = time.monotonic()
        process.send_signal(number)
        assert heard.has_ended.wait(2)
        process.wait(5)
        # Well before the 3 s after which the server would cut it.
        assert time.monotonic() - begun < 2
    text = log.read_text()
    assert "exceeded" not in text
    assert "/ofrep/v1/stream" in text
    assert tess.ticket not in text
    assert "Traceback" not in text or number == signal.SIGINT
