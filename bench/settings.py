"""GET /v1/me/settings beside the fastest that the same server can do: `python -m bench settings`.

Real uvicorn, real Redis, the edge as it is served, with tokens, limits and receipts. The ports are in memory because a
read that finds its snapshot never reaches Postgres; the run fails if one does. All candidates take turns in one run,
under the same load, because a figure alone says more about the machine than about us.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID

import redis.asyncio

from accounts.tokens import Ring, mint_device
from bench import load
from bench.serving import BODY, Turn, answer, answer_with_fixed_bytes, served, unreached
from edge.app import Edge
from edge.http import App, Receive, Scope, Send
from edge.ports import Ports, Settings
from family_pairing.embedded import Redis
from family_pairing.programs import find_programs, server_account
from ledger.cache import Cache, Snapshot, Version, keys
from ledger.seal import Seal

TEENS: Final = 1_000
PACK: Final = "baseline/2026-11-01"
RING: Final = Ring({"k1": b"1" * 32})
SEAL: Final = Seal("of the bench")
FIXED, ONE_CALL, EDGE = "fixed bytes", "one redis.asyncio call", "edge"


def teen(number: int) -> tuple[str, str]:
    """Return the ids of a teen and of her device."""
    return str(UUID(int=number + 1)), str(UUID(int=number + 1_000_001))


def snapshot(number: int) -> Snapshot:
    """Return what is kept of a teen."""
    return Snapshot(Version(1, number + 1, 1_795_392_000), PACK, None, {teen(number)[1]: (1, None)}, BODY)


def app(candidate: str, url: str) -> App:
    """Return the application to be measured."""
    match candidate:
        case "fixed bytes":
            return answer_with_fixed_bytes
        case "one redis.asyncio call":
            return AnswerWithOneCall(url)
        case _:
            ports = Ports(
                unreached, lambda: (1, frozenset()), lambda _: {}, set, lambda _: None, dict, lambda _: {}, time.time
            )
            return Edge(ports, Settings(url, RING, SEAL, PACK, settings_a_minute=10**9), answer_with_fixed_bytes)


class AnswerWithOneCall:
    """Answers what one call of the usual client returns."""

    def __init__(self, url: str):
        self._client = redis.asyncio.Redis.from_url(url)
        self._name = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        del receive
        if not self._name:
            info: dict[str, Any] = await self._client.info("server")
            self._name = keys(info["run_id"], teen(0)[0]).body
        body = await self._client.get(self._name)
        await answer(send, cast(bytes, body))


def requests(*, unchanged: bool) -> list[bytes]:
    """Return one request of each teen's device."""
    made = []
    for number in range(TEENS):
        token = mint_device(RING, *teen(number), 1)
        held = f"If-None-Match: {snapshot(number).etag}\r\n" if unchanged else ""
        head = f"GET /v1/me/settings HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n{held}\r\n"
        made.append(head.encode())
    return made


@contextlib.contextmanager
def a_redis() -> Generator[str, None, None]:
    """Run a Redis that knows every teen, and give its address."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix="family-pairing-bench-")).resolve()
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    server = Redis(folder, find_programs(account, postgres=False), account, secrets.token_hex(16))
    try:
        server.start(subprocess.DEVNULL)
        cache = Cache(server.url, SEAL, quick=2.0)
        for number in range(TEENS):
            ticket = cache.ticket(teen(number)[0])
            if ticket is None or not cache.fill(teen(number)[0], snapshot(number), ticket):
                raise LookupError("the cache could not be filled")
        yield server.url
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def measure(rounds: int, seconds: float, workers: int) -> dict[str, list[Turn]]:
    """Let the candidates take turns, and return what each did in every round."""
    plain, held = requests(unchanged=False), requests(unchanged=True)
    done: dict[str, list[Turn]] = {}
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(a_redis())
        candidates = {
            name: stack.enter_context(served(partial(app, name, url), workers)) for name in (FIXED, ONE_CALL, EDGE)
        }
        turns = [(name, name, plain, 200) for name in (FIXED, ONE_CALL)]
        turns += [("edge, 200", EDGE, plain, 200), ("edge, 304", EDGE, held, 304)]
        # The edge begins to trust Redis with its first poll.
        time.sleep(1.5)
        for _ in range(rounds):
            for label, name, sent, status in turns:
                before = candidates[name].cpu()
                rate = load.run(candidates[name].port, sent, status=status, seconds=seconds).a_second
                used = candidates[name].cpu() - before
                done.setdefault(label, []).append(Turn(rate, used / (rate * seconds) * 1e6))
    return done


def ratio(done: dict[str, list[Turn]], label: str, other: str) -> float:
    """Return the median of the ratios within each round: what slows the machine down slows both."""
    return statistics.median(one.a_second / two.a_second for one, two in zip(done[label], done[other], strict=True))


def main(arguments: list[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench settings", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    done = measure(options.rounds, options.seconds, options.workers)
    lines = [
        f"{options.workers} workers, {os.cpu_count()} cores, {load.CONNECTIONS} connections ({load.generator()})",
        f"{len(BODY):,} bytes, {TEENS:,} teens, median of {options.rounds}",
        "",
        f"{'':24}{'a second':>10}{'of fixed':>10}{'of one call':>13}{'spread':>9}{'CPU each':>11}",
    ]
    for label, turns in done.items():
        rates = [turn.a_second for turn in turns]
        median = statistics.median(rates)
        spread = (max(rates) - min(rates)) / median
        cpu = statistics.median(turn.cpu_us for turn in turns)
        ratios = f"{ratio(done, label, FIXED):>10.2f}{ratio(done, label, ONE_CALL):>13.2f}"
        lines.append(f"{label:24}{median:>10,.0f}{ratios}{spread:>9.0%}{cpu:>8.0f} µs")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
