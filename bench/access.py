"""Decisions over HTTP beside the least that the edge can answer: `python -m bench access`.

The evaluator says yes and looks at nothing, so what is measured is the layer: who asks, reading the question, writing
the answer. All candidates take turns in one run and on the same processes; processor time says more than the rate where
the load generator needs as much of the machine as the server.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import sys
import time
from collections.abc import Sequence
from typing import Final

import orjson

from accounts.tokens import LiveKey, Ring
from bench import load
from bench.serving import Turn, answer_with_fixed_bytes, served, unreached
from edge.app import Edge
from edge.authzen.evaluator import Decided, Page, Question
from edge.http import App
from edge.ports import Ports, Settings
from ledger.seal import Seal

KEY: Final = "fps_bench_" + "k" * 43
KEYS: Final = {"bench": LiveKey(hashlib.sha256(KEY.encode()).digest(), frozenset({"decide"}))}
ACCOUNTS: Final = 1_000
BATCH: Final = 50
LIVE: Final = "GET /livez"


class Yes:
    """Says yes."""

    async def evaluate(self, questions: Sequence[Question]) -> list[Decided]:
        """Allow everything."""
        return [Decided(True)] * len(questions)

    async def subjects(self, search: Question, after: str, limit: int) -> Page:
        """Find nothing."""
        del search, after, limit
        return Page()

    resources = actions = subjects


def message(number: int) -> dict[str, object]:
    """Return a question as a platform asks it."""
    sender, receiver = number % ACCOUNTS, (number * 7 + 1) % ACCOUNTS
    return {
        "subject": {"type": "account", "id": f"account-{sender}"},
        "action": {"name": "message.send", "properties": {"content_type": "text"}},
        "resource": {"type": "account", "id": f"account-{receiver}", "properties": {"relationship": "friend"}},
    }


def posts(path: str, bodies: Sequence[object]) -> list[bytes]:
    """Return requests that post these."""
    made = []
    for each in bodies:
        body = orjson.dumps(each)
        head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n"
        made.append(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    return made


def candidates() -> dict[str, list[bytes]]:
    """Return what is asked, by its name."""
    batches = [
        {**message(at), "evaluations": [{"resource": message(at + n)["resource"]} for n in range(BATCH)]}
        for at in range(ACCOUNTS)
    ]
    return {
        LIVE: [b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"] * load.CONNECTIONS,
        "one decision": posts("/access/v1/evaluation", [message(at) for at in range(ACCOUNTS)]),
        f"{BATCH} decisions": posts("/access/v1/evaluations", batches),
    }


def app() -> App:
    """Return the application to be measured."""
    ports = Ports(
        unreached, lambda: (1, frozenset()), lambda _: {}, set, lambda _: None, lambda: KEYS, lambda _: {}, time.time
    )
    settings = Settings("redis://127.0.0.1:9/0", Ring({"k1": b"1" * 32}), Seal("of the bench"), "pack")
    return Edge(ports, settings, answer_with_fixed_bytes, lambda _: Yes())


def measure(rounds: int, seconds: float, workers: int) -> dict[str, list[Turn]]:
    """Let the candidates take turns, and return what each did in every round."""
    done: dict[str, list[Turn]] = {}
    asked = candidates()
    with served(app, workers) as server:
        for _ in range(rounds):
            for label, sent in asked.items():
                before = server.cpu()
                rate = load.run(server.port, sent, status=200, seconds=seconds).a_second
                done.setdefault(label, []).append(Turn(rate, (server.cpu() - before) / (rate * seconds) * 1e6))
    return done


def main(arguments: list[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench access", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    done = measure(options.rounds, options.seconds, options.workers)
    title = f"{options.workers} workers, {os.cpu_count()} cores, {load.CONNECTIONS} connections ({load.generator()})"
    lines = [title, f"median of {options.rounds}", "", f"{'':16}{'a second':>10}{'CPU each':>12}{'over ' + LIVE:>18}"]
    for label, turns in done.items():
        rate, each = (statistics.median(values) for values in zip(*turns, strict=True))
        more = statistics.median(one.cpu_us - two.cpu_us for one, two in zip(turns, done[LIVE], strict=True))
        lines.append(f"{label:16}{rate:>10,.0f}{each:>9.1f} µs{more:>15.1f} µs")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
