"""Decisions over HTTP beside Cerbos: `python -m bench decisions http`.

Three questions in turn, one at a time: a direct message between two teens, a video with three labels, the profile of a
stranger; and batches of 50 messages from one sender. Everybody is drawn from 100,000 accounts with settings of their
own, who stand in a real Redis under the product's keys and seals; nothing reads Postgres. Ours is asked as the product
answers, once with nobody decoded in process and once with nine of ten. Cerbos has the same policy and is sent the
settings of both with each question. Both give the same answers, which is looked at first. All take turns, and processor
time (Redis included) says more than the rate where the machine is shared or the load generator needs much of it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import multiprocessing
import os
import platform
import random
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
import psutil
import redis
import uvicorn
import uvloop

from accounts.ties import Ties, dump_ties
from accounts.tokens import Ring
from bench import load
from bench.access import KEYS, posts
from bench.decisions import _cerbos as cerbos
from bench.serving import Served, answer_with_fixed_bytes, unreached
from controls.decisions import hours
from controls.decisions.briefs import UNKNOWN, Brief, brief_of, dump_brief
from controls.packs import baseline_at
from controls.policy.facts import Birth, Chosen, Setting, World
from controls.policy.resolve import resolve
from edge.app import Edge
from edge.decisions import Evaluator, Rules
from edge.people import Held, People
from edge.ports import Ports, Settings
from family_pairing.embedded import Redis
from family_pairing.programs import find_programs, server_account
from ledger.cache import Snapshot, Version, keys
from ledger.seal import Seal

ACCOUNTS: Final = 100_000
BATCH: Final = 50
# So many requests of each kind are sent round and round.
SINGLES, BATCHES = 30_000, 3_000
FRIENDS: Final = 20
AT: Final = datetime.now(UTC)
PACK: Final = "baseline/2026-11-01"
SEAL: Final = Seal("of the bench")
PLACES: Final = {
    "GB": "Europe/London",
    "FR": "Europe/Paris",
    "US-CA": "America/Los_Angeles",
    "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney",
    "IN": "Asia/Kolkata",
}
LABELS: Final = {"violence": 1, "profanity": 1, "drugs": 1}
CHOICES: Final[Sequence[Mapping[str, Any]]] = ({}, {"dm.who_can_send": "friends"}, {"comment.who": "nobody"})
SAID: Final[Sequence[Mapping[str, Any]]] = ({}, {"content.level": "limited"}, {"dm.who_can_send": "nobody"})
SINGLE, MANY = "single", f"batch of {BATCH}"


def teen(number: int) -> str:
    """Return our id of an account."""
    return str(UUID(int=number + 1))


def people() -> list[Brief]:
    """Return what decisions read of teens of several ages, places, parents and choices."""
    return [
        a_brief(place, zone, age, chosen, said)
        for (place, zone) in PLACES.items()
        for age in (13, 15, 16, 17)
        for chosen in CHOICES
        for said in SAID
    ]


def a_brief(place: str, zone: str, age: int, chosen: Mapping[str, Any], said: Mapping[str, Any]) -> Brief:
    born = date(AT.year - age, 1, 1)
    pack = baseline_at(AT)
    band = resolve(World(Birth(born), place, zone), pack, AT).band
    settings = tuple(Setting("paula", True, key, value) for key, value in said.items())
    choices = tuple(Chosen(key, value, band=band) for key, value in chosen.items())
    return brief_of(resolve(World(Birth(born), place, zone, True, settings, choices), pack, AT), adult=False)


class Crowd:
    """Everybody: each has one of those briefs, a version and an end of their own, and friends."""

    def __init__(self) -> None:
        self._briefs = people()

    def brief(self, number: int) -> Brief:
        """Return the brief of an account, without its version and end."""
        return self._briefs[number * 7919 % len(self._briefs)]

    def snapshot(self, number: int) -> Snapshot:
        """Return what is kept of an account."""
        chance = random.Random(number)
        at = Version(1, 1 + number % 90, int(AT.timestamp()) - chance.randrange(10**7))
        until = int((AT + timedelta(days=chance.randrange(1, 900))).timestamp())
        brief = dump_brief(replace(self.brief(number), version=str(at), valid_until=until))
        ties = Ties(friends=frozenset(name(chance.randrange(ACCOUNTS)) for _ in range(FRIENDS)))
        return Snapshot(at, PACK, until, {teen(number): (1, None)}, b"{}", brief, dump_ties(ties))

    def attributes(self, number: int, now: int) -> dict[str, Any]:
        """Return the settings of an account as Cerbos is told them."""
        brief = self.brief(number)
        values = brief.values
        return {
            "dm": values["dm.who_can_send"],
            "media": values["dm.media"],
            "adults": values["contact.adults"],
            "visibility": values["account.visibility"],
            "adult": brief.adult,
            "paused": values["time.pause"] == "on",
            "away": hours.covers(values["time.away"], now),
            "bedtime": values["time.bedtime_action"] != "remind" and hours.covers(values["time.bedtime"], now),
            "level": ("limited", "teen", "mature").index(values["content.level"]),
            "blocked": [],
            **{label: values["content.labels"][label] for label in LABELS},
        }


def name(number: int) -> str:
    """Return the platform's id of an account."""
    return f"account-{number}"


# What is asked


class Asked(NamedTuple):
    """The same questions to us and to Cerbos."""

    ours: list[bytes]
    theirs: list[bytes]


def singles(crowd: Crowd) -> Asked:
    """Return the three questions in turn, about accounts drawn at random."""
    chance, asked = random.Random(1), Asked([], [])
    now = int(time.time())
    bodies = []
    for at in range(SINGLES):
        me, other = chance.randrange(ACCOUNTS), chance.randrange(ACCOUNTS)
        action, kind, told, resource = QUESTIONS[at % len(QUESTIONS)](crowd, other, now)
        bodies.append({"subject": {"type": "account", "id": name(me)}, "action": action, "resource": resource})
        asked.theirs.append(cerbos.request(name(me), crowd.attributes(me, now), [(kind, resource["id"], told)]))
    asked.ours.extend(posts("/access/v1/evaluation", bodies))
    return asked


def message(crowd: Crowd, other: int, now: int) -> tuple[Any, str, Any, Any]:
    """Return a message to a friend: action, kind, what Cerbos is told, and the resource."""
    told = {**crowd.attributes(other, now), "relationship": "friend", "content_type": "text"}
    action = {"name": "message.send", "properties": {"content_type": "text"}}
    resource = {"relationship": "friend", "is_new_contact": False}
    return action, "message", told, {"type": "account", "id": name(other), "properties": resource}


def content(crowd: Crowd, other: int, now: int) -> tuple[Any, str, Any, Any]:
    """Return a video with three labels."""
    del crowd, now
    told = {**LABELS, "level": 1, "author": name(other)}
    properties = {"labels": LABELS, "level": "teen", "topics": ["music"], "author": name(other), "text": "a song"}
    return (
        {"name": "content.view"},
        "content",
        told,
        {"type": "content", "id": f"video-{other}", "properties": properties},
    )


def profile(crowd: Crowd, other: int, now: int) -> tuple[Any, str, Any, Any]:
    """Return the profile of a teen for a stranger."""
    told = {**crowd.attributes(other, now), "relationship": "none"}
    resource = {"type": "profile", "id": name(other), "properties": {"relationship": "none"}}
    return {"name": "profile.view"}, "profile", told, resource


QUESTIONS: Final = (message, content, profile)


def batches(crowd: Crowd) -> Asked:
    """Return messages of one sender to many receivers."""
    chance, asked = random.Random(2), Asked([], [])
    now = int(time.time())
    bodies = []
    for _ in range(BATCHES):
        me, others = chance.randrange(ACCOUNTS), [chance.randrange(ACCOUNTS) for _ in range(BATCH)]
        each = [message(crowd, other, now) for other in others]
        bodies.append(
            {
                "subject": {"type": "account", "id": name(me)},
                "action": each[0][0],
                "evaluations": [{"resource": resource} for _, _, _, resource in each],
            }
        )
        resources = [(kind, resource["id"], told) for _, kind, told, resource in each]
        asked.theirs.append(cerbos.request(name(me), crowd.attributes(me, now), resources))
    asked.ours.extend(posts("/access/v1/evaluations", bodies))
    return asked


# Who answers


@contextlib.contextmanager
def a_redis(crowd: Crowd) -> Generator[Redis, None, None]:
    """Run a Redis that holds everybody as the product would."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix="family-pairing-bench-")).resolve()
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    server = Redis(folder, find_programs(account, postgres=False), account, secrets.token_hex(16))
    try:
        server.start(subprocess.DEVNULL)
        fill(redis.Redis.from_url(server.url), crowd)
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def fill(client: Any, crowd: Crowd) -> None:
    """Write everybody at once; the product's script would write one after the other."""
    run_id = client.info("server")["run_id"]
    for start in range(0, ACCOUNTS, 1000):
        written: dict[str, bytes] = {}
        for number in range(start, start + 1000):
            names = keys(run_id, teen(number))
            written[names.tag], _, written[names.brief] = crowd.snapshot(number).sealed(names, SEAL)
        client.mset(written)


class Forgetful(People):
    """Keeps some accounts of ten decoded, and looks the others up each time."""

    kept = 0

    def _keep(self, teen: str, held: Held) -> None:
        if int(teen[-6:], 16) % 10 < self.kept:
            super()._keep(teen, held)


def serve(kept: int, url: str, listening: socket.socket, is_ready: Any) -> None:
    """Serve in this process until it is ended; it is ready when it has looked at everybody once."""
    ids = {name(number): teen(number) for number in range(ACCOUNTS)}
    rules = Rules(lambda _: None, lambda: UNKNOWN, lambda _: (), time.time, ties_kept_by_us=False)

    def teens_of(names: list[str]) -> dict[str, str]:
        return {each: ids[each] for each in names}

    made: list[Forgetful] = []

    def deciding(edge: Edge) -> Evaluator:
        made.append(Forgetful(edge.reader, teens_of))
        made[0].kept = kept
        return Evaluator(made[0], rules)

    ports = Ports(
        *(unreached, lambda: (1, frozenset()), lambda _: {}, set, lambda _: None, lambda: KEYS), teens_of, time.time
    )
    edge = Edge(ports, Settings(url, Ring({"k1": b"1" * 32}), SEAL, PACK), answer_with_fixed_bytes, deciding)
    config = uvicorn.Config(edge, log_level="error", access_log=False, http="httptools")

    async def run() -> None:
        serving = asyncio.ensure_future(uvicorn.Server(config).serve(sockets=[listening]))
        # The edge begins to trust Redis with its first poll.
        await asyncio.sleep(2)
        for start in range(0, ACCOUNTS, 500):
            await made[0].read([name(number) for number in range(start, start + 500)])
        is_ready.release()
        await serving

    uvloop.run(run())


@contextlib.contextmanager
def served(kept: int, store: Redis, workers: int) -> Generator[Served, None, None]:
    """Run workers that share one address; the Redis that they ask is counted with them."""
    assert store.process is not None
    context = multiprocessing.get_context("fork")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        is_ready = context.Semaphore(0)
        processes = [context.Process(target=serve, args=(kept, store.url, listening, is_ready)) for _ in range(workers)]
        for process in processes:
            process.start()
        try:
            if not all(is_ready.acquire(timeout=120) for _ in processes):
                raise LookupError("a worker did not come up")
            counted = [store.process.pid, *(process.pid for process in processes)]
            yield Served(listening.getsockname()[1], [psutil.Process(pid) for pid in counted])
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.join()


def answers(port: int, request: bytes) -> list[bool]:
    """Send one request, and return what is decided."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    line = http.client.HTTPConnection("127.0.0.1", port)
    line.request("POST", first.split()[1], body, dict(each.split(": ", 1) for each in lines))
    told = orjson.loads(line.getresponse().read())
    line.close()
    if "results" in told:
        return cerbos.allowed(told)
    return [each["decision"] for each in told.get("evaluations", [told])]


def compare(asked: Asked, ours: Sequence[Served], theirs: Served, first: int) -> int:
    """Ask everybody the same, and return how many decisions agree.

    Raises LookupError where two answer otherwise.
    """
    count = 0
    for our, their in zip(asked.ours[:first], asked.theirs[:first], strict=True):
        expected = answers(theirs.port, their)
        for each in ours:
            if answers(each.port, our) != expected:
                raise LookupError(f"answered otherwise: {our!r}")
        count += len(expected)
    return count


# What is measured


class Turn(NamedTuple):
    """What one candidate did in one round: at its best, and at half of that."""

    a_second: float
    cpu_us: float
    p50: float
    p99: float
    half: float
    half_p99: float


def turn(server: Served, sent: Sequence[bytes], seconds: float) -> Turn:
    """Let one candidate answer as much as it can, then half of it."""
    before = server.cpu()
    full = load.run(server.port, sent, status=200, seconds=seconds)
    cpu = (server.cpu() - before) / (full.a_second * seconds) * 1e6
    half = load.run(server.port, sent, status=200, seconds=seconds, pace=full.a_second / 2)
    return Turn(full.a_second, cpu, full.p50, full.p99, half.a_second, half.p99)


Turns = dict[str, dict[str, list[Turn]]]
CERBOS: Final = "Cerbos"
OURS: Final[Mapping[str, int]] = {"family pairing, 0 % in process": 0, "family pairing, 90 %": 9}


def measure(program: Path, rounds: int, seconds: float, workers: int) -> tuple[Turns, int]:
    """Let the candidates take turns; returns what each did in every round, and how many answers were compared."""
    crowd = Crowd()
    questions = {SINGLE: singles(crowd), MANY: batches(crowd)}
    done: Turns = {kind: {label: [] for label in (CERBOS, *OURS)} for kind in questions}
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(a_redis(crowd))
        theirs = stack.enter_context(cerbos.served(program))
        ours = {label: stack.enter_context(served(kept, store, workers)) for label, kept in OURS.items()}
        same = compare(questions[SINGLE], [*ours.values()], theirs, 300) + compare(
            questions[MANY], [*ours.values()], theirs, 20
        )
        for _ in range(rounds):
            for kind, asked in questions.items():
                done[kind][CERBOS].append(turn(theirs, asked.theirs, seconds))
                for label, server in ours.items():
                    done[kind][label].append(turn(server, asked.ours, seconds))
    return done, same


def report(done: Turns) -> list[str]:
    """Write the table: medians, and the ratio of rates within each round."""
    heads = ("a second", "of Cerbos", "CPU each", "p50 ms", "p99 ms", "at half", "p99 ms")
    lines = []
    for kind, by_label in done.items():
        lines.append(f"{kind:34}" + "".join(f"{head:>12}" for head in heads))
        for label, turns in by_label.items():
            rate, cpu, p50, p99, half, half_p99 = (statistics.median(each) for each in zip(*turns, strict=True))
            pairs = zip(turns, by_label[CERBOS], strict=True)
            ratio = statistics.median(mine.a_second / other.a_second for mine, other in pairs)
            figures = (
                f"{rate:>12,.0f}{ratio:>11.2f}×{cpu:>9,.0f} µs{p50:>12.1f}{p99:>12.1f}{half:>12,.0f}{half_p99:>12.1f}"
            )
            lines.append(f"  {label:32}{figures}")
        lines.append("")
    return lines


def main(arguments: list[str]) -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench decisions http", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cerbos", type=Path, help="its program; npm brings one where none is named")
    options = parser.parse_args(arguments)
    with cerbos.program(options.cerbos) as program:
        done, same = measure(program, options.rounds, options.seconds, options.workers)
        versions = f"Cerbos {cerbos.version(program)}, uvicorn {version('uvicorn')}, Python {platform.python_version()}"
    title = f"{versions}; {options.workers} workers, {os.cpu_count()} cores (load {os.getloadavg()[0]:.0f})"
    more = f"{load.CONNECTIONS} connections ({load.generator()}), {ACCOUNTS:,} accounts, median of {options.rounds}"
    sys.stdout.write("\n".join([title, more, f"{same:,} decisions compared: the same", "", *report(done)]) + "\n")
    return 0
