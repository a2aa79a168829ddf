"""The client when the server is killed, frozen, slow, overloaded, or says something that is no decision."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TypeVar

import pytest

from family_pairing_client import Client, Clock, Options, Question, Unavailable, Unreadable, account
from family_pairing_client.asking import Tries
from tests.clients.conftest import Open
from tests.edge.family import until
from tests.stack import Stack

YES = b'{"decision":true}'
ASKED = Question(account("tess"), "message.send", account("theo"))
Say = Callable[[int], bytes]
T = TypeVar("T")


def answer(status: str, body: bytes, *headers: str) -> bytes:
    """Return the bytes of an answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Liar(socketserver.ThreadingTCPServer):
    """A server that says to the n-th request what a test wants; None closes without a word."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.said: Say = lambda _: answer("200 OK", YES)
        self.moments: list[float] = []
        # Between two bytes of an answer.
        self.pause = 0.0


class _Talk(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        liar = self.server
        assert isinstance(liar, Liar)
        if not self.request.recv(65_536):
            return
        liar.moments.append(time.monotonic())
        said = liar.said(len(liar.moments) - 1)
        try:
            for piece in [said[at : at + 1] for at in range(len(said))] if liar.pause else [said]:
                self.request.sendall(piece)
                time.sleep(liar.pause)
        except OSError:
            return


@pytest.fixture
def liar() -> Generator[Liar, None, None]:
    with Liar() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def took(decide: Callable[[], T]) -> tuple[T, float]:
    began = time.monotonic()
    return decide(), time.monotonic() - began


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"<html>", b"[]", b"null", b"{}", b'{"decision":1}', b'{"decision":"true"}', b'{"decision":true'),
        *(
            b'{"decision":true,"context":3}',
            b'{"decision":true,"context":{"obligations":{}}}',
            b"\xff\xfe",
            b"[" * 90_000,
        ),
        *(b'{"decision":true,"context":{"obligations":[{}]}}', b'{"decision":true,"context":{"obligations":["a"]}}'),
    ],
    ids=range(14),
)
def test_what_is_no_decision_is_no(liar: Liar, open_client: Open, body: bytes) -> None:
    liar.said = lambda _: answer("200 OK", body)
    decision = open_client(liar.url, "fps_x").decide(ASKED)
    assert not decision
    assert isinstance(decision.error, Unreadable)
    assert "address" in str(decision.error)


def always(said: bytes) -> Say:
    """Return what gives the same answer at each try."""
    return lambda _: said


@pytest.mark.parametrize("count", [0, 1, 3])
def test_decisions_of_which_it_is_not_known_whose_they_are_are_no(liar: Liar, open_client: Open, count: int) -> None:
    body = json.dumps({"evaluations": [{"decision": True}] * count}).encode()
    liar.said = lambda _: answer("200 OK", body)
    assert [bool(each) for each in open_client(liar.url, "fps_x").decide_all([ASKED, ASKED])] == [False, False]


@pytest.mark.parametrize("status", ["201 Created", "204 No Content", "301 Moved", "404 Not Found", "500 Oops"])
def test_another_status_than_200_is_no_decision(liar: Liar, open_client: Open, status: str) -> None:
    liar.said = lambda _: answer(status, YES, "Location: /elsewhere")
    assert not open_client(liar.url, "fps_x").decide(ASKED)
    assert len(liar.moments) == 1


def test_only_named_actions_may_be_let_through(liar: Liar, open_client: Open) -> None:
    liar.said = lambda _: answer("500 Oops", b"")
    client = open_client(liar.url, "fps_x", when_unsure={"content.recommend": "allow", "call.start": "refuse"})
    names = ["content.recommend", "call.start", "message.send", "help.open"]
    decisions = client.decide_all([Question(account("tess"), name, account("theo")) for name in names])
    assert [each.allowed for each in decisions] == [True, False, False, True]
    assert [isinstance(each.error, Unavailable) for each in decisions] == [True, True, True, False]


@pytest.mark.parametrize(("status", "retried"), [("503 Away", True), ("429 Many", True), ("502 Bad", False)])
def test_who_wants_to_be_asked_later_is(liar: Liar, open_client: Open, status: str, retried: bool) -> None:
    liar.said = lambda tried: answer("200 OK", YES) if tried else answer(status, b"{}", "Retry-After: 1")
    client = open_client(liar.url, "fps_x", patience=3.0)
    assert bool(client.decide(ASKED)) is retried
    assert len(liar.moments) == 1 + retried
    assert not retried or liar.moments[1] - liar.moments[0] >= 1


def test_503_without_a_time_and_a_time_beyond_patience_are_not_tried_again(liar: Liar, open_client: Open) -> None:
    for headers in ([], ["Retry-After: 60"], ["Retry-After: soon"]):
        liar.moments.clear()
        liar.said = always(answer("503 Away", b"{}", *headers))
        decision, seconds = took(lambda: open_client(liar.url, "fps_x").decide(ASKED))
        assert not decision
        assert (len(liar.moments), seconds < 1) == (1, True)


def test_a_connection_that_breaks_is_tried_again(liar: Liar, open_client: Open) -> None:
    liar.said = lambda tried: answer("200 OK", YES) if tried > 1 else b""
    assert open_client(liar.url, "fps_x").decide(ASKED)
    assert len(liar.moments) == 3
    liar.said = lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + YES
    assert not open_client(liar.url, "fps_x", retries=1).decide(ASKED)
    assert len(liar.moments) == 5


def test_who_answers_byte_by_byte_is_given_up(liar: Liar, open_client: Open) -> None:
    liar.said = lambda _: answer("200 OK", b'{"decision":true}' + b" " * 400)
    liar.pause = 0.01
    decision, seconds = took(lambda: open_client(liar.url, "fps_x", timeout=1.5, patience=2.0).decide(ASKED))
    assert not decision
    assert seconds < 3
    assert len(liar.moments) == 1


def test_waits_grow_differ_and_end_with_patience() -> None:
    now, chance = [0.0], [1.0]
    options = Options(
        retries=9, backoff=0.1, patience=2.0, clock=Clock(time.time, lambda: now[0]), chance=lambda: chance[0]
    )
    tries = Tries(options)
    assert [tries.wait(None) for _ in range(4)] == [0.1, 0.2, 0.4, 0.8]
    chance[0] = 0.25
    assert Tries(options).wait(1.0) == 1.025
    assert Tries(options).wait(2.0) is None
    now[0] = 1.9
    assert tries.wait(None) == 0.4 or tries.left() == pytest.approx(0.1)
    now[0] = 2.0
    with pytest.raises(Unavailable, match=r"within 2\.0 s"):
        tries.left()


@pytest.mark.stack
def test_a_server_that_is_frozen_killed_and_back(stack: Stack, tmp_path: Path, open_client: Open) -> None:
    stack.start("web")
    stack.manage("demo", "--write", str(tmp_path / "demo.json"))
    key = json.loads((tmp_path / "demo.json").read_text())["service_key"]
    client = open_client(stack.url, key, keep=0, timeout=2.0, patience=2.0, when_unsure={"ads.personalise": "allow"})
    app = Question(account("nobody"), "ads.personalise", account("x"))
    stranger = Question(account("a"), "message.send", account("b"))
    until(lambda: client.decide(stranger).error is None)
    for harm, cure in ((stack.web.freeze, stack.web.thaw), (stack.web.kill9, lambda: stack.start("web"))):
        harm()
        decisions, seconds = took(lambda: client.decide_all([stranger, app]))
        assert [each.allowed for each in decisions] == [False, True]
        assert seconds < 3
        cure()
        until(lambda: client.decide(stranger).error is None, within=20)


def test_nothing_listens(open_client: Open) -> None:
    decision, seconds = took(lambda: open_client("http://127.0.0.1:9", "fps_x").decide(ASKED))
    assert not decision
    assert "ConnectError" in str(decision.error)
    assert seconds < 1


def test_a_hundred_threads_share_one_client(liar: Liar) -> None:
    client = Client(liar.url, "fps_x", Options(patience=10.0, timeout=10.0))
    decided: list[bool] = []
    threads = [threading.Thread(target=lambda: decided.append(bool(client.decide(ASKED)))) for _ in range(100)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    client.close()
    assert decided == [True] * 100
