"""What may go wrong with a host, a server or a process, each done to the real one while everybody is at work."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeAlias

import redis
from django.db import connection

from tests.counts import either
from tests.faults.endings import open_debts
from tests.faults.history import Mark
from tests.faults.planted import planted
from tests.faults.skewed import skewed
from tests.faults.storms import Storm
from tests.faults.waiting import wait_for
from tests.stack import Process, Stack

# How often Redis is killed and emptied, web is killed, Postgres is killed or cut off; and the changes before a crash.
KILLS, FLUSHES, DEATHS, CRASHES = either(full=(10, 3, 10, 5), reduced=(2, 2, 2, 2))
CHANGES_A_CRASH: Final = either(full=2_000, reduced=15)
# How long Redis is frozen, nobody delivers, a dump is old, and Postgres is down, in seconds.
FROZEN_S, ALONE_S, DUMP_AGE_S, DOWN_S = either(full=(30, 60, 60, 60), reduced=(4, 4, 1, 3))
# Changes and reads while one thing after the other goes wrong.
OPERATIONS: Final = either(full=200_000, reduced=1_400)
SKEW: Final = timedelta(minutes=10)
# Without a restart of anything (A24).
WELL_AGAIN_S: Final = 10.0
LEFT: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND state_change < now() - interval '1 second'
"""


class Scene:
    """A stack in a storm."""

    def __init__(self, stack: Stack, storm: Storm):
        self.stack = stack
        self.storm = storm
        self.webs = (stack.web, stack.other_web)
        self._logged: dict[str, int] = {}

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.stack.redis.url)

    def go_on(self, changes: int = 15) -> None:
        """Let everybody go on until all changes so far, and so many more, were made."""
        self.storm.allow(changes)
        wait_for(lambda: self.storm.made >= self.storm.allowed, f"{changes} changes more", within=90 + changes / 5)

    def go_on_for(self, seconds: float) -> None:
        """Let everybody go on for so long."""
        over = threading.Event()
        timer = threading.Timer(seconds, over.set)
        timer.start()
        while not over.is_set():
            self.go_on(4)

    def note(self, what: str) -> None:
        """Write into the history what is done now."""
        self.storm.history.marks.append(Mark(time.monotonic(), what))

    def kill(self, process: Process) -> None:
        """Kill a process while changes are made, and start it again."""
        with self.storm.rough():
            self.storm.allow(10)
            self.note(f"{process.name} is killed")
            process.kill9()
            self.start(process)
            self.go_on(0)

    def start(self, *processes: Process) -> None:
        """Start processes, and wait until the web processes answer."""
        self.stack.start(*(each.name for each in processes))

    def be_well(self) -> None:
        """Wait until both web processes answer again, without a restart."""
        ports = (self.stack.port, self.stack.other_port)
        wait_for(lambda: all(map(self.storm.answers, ports)), "both web processes are well", within=WELL_AGAIN_S)

    def end_of_trouble(self) -> None:
        """Note that from here on no process has a reason to complain."""
        self._logged = {web.name: len(web.log_text()) for web in self.webs}

    def complaints(self) -> list[str]:
        """Return what the web processes have said since then of connections that are no longer any."""
        said = [line for web in self.webs for line in web.log_text()[self._logged[web.name] :].splitlines()]
        return [line for line in said if "InterfaceError" in line]

    def transactions_left(self) -> int:
        """Return how many sessions of Postgres have stood in a transaction for a second without going on."""
        with self.stack.inside(), connection.cursor() as cursor:
            cursor.execute(LEFT)
            return int(cursor.fetchone()[0])

    def settle(self) -> None:
        """Wait until nothing is owed to anybody; a lease that somebody took along is good for 10 s."""
        with self.stack.inside():
            wait_for(lambda: not open_debts(self.storm.members), "nothing is owed", within=20)


Fault: TypeAlias = Callable[[Scene], None]


def redis_is_killed_and_restored(scene: Scene) -> None:
    """Kill Redis, and give it back what it held some time ago, each time."""
    disturb(scene)
    scene.redis.save()
    scene.go_on_for(DUMP_AGE_S)
    for _ in range(KILLS):
        scene.note("Redis is killed")
        scene.stack.redis.kill()
        scene.go_on(6)
        scene.stack.restart_redis()
        scene.note("Redis is back, with a dump of before")
        # What it held is there, and nobody may believe it.
        assert len(scene.redis.keys("fp:*:tag")) >= len(scene.storm.members)
        scene.go_on()


def redis_is_emptied(scene: Scene) -> None:
    """Empty a Redis that goes on living."""
    disturb(scene)
    for _ in range(FLUSHES):
        scene.go_on()
        scene.redis.flushall()
        scene.note("Redis is empty")


def redis_is_frozen(scene: Scene) -> None:
    """Let Redis stand still while changes are made, and then go on from where it was."""
    disturb(scene)
    scene.stack.redis_signal(signal.SIGSTOP)
    scene.note("Redis stands still")
    scene.go_on_for(FROZEN_S)
    scene.stack.redis_signal(signal.SIGCONT)
    scene.note("Redis goes on")


def web_is_killed(scene: Scene) -> None:
    """Kill one of two web processes, again and again."""
    for _ in range(DEATHS):
        scene.go_on()
        scene.kill(scene.stack.web)


def web_dies_between_commit_and_cache(scene: Scene) -> None:
    """Let one of two web processes die each time that it has committed and told nobody."""
    web = scene.stack.web
    with scene.storm.rough():
        web.kill9()
        web.command = planted(web.usual, "mortal")
        for _ in range(DEATHS):
            scene.start(web)
            wait_for(lambda: has_died(scene, web), "the web process dies by itself", within=60)
            scene.note("web has died between a commit and the cache")
        web.command = web.usual
        scene.start(web)
        scene.go_on(0)


def has_died(scene: Scene, web: Process) -> bool:
    """Return whether a process has ended; as long as it lives, let changes be made."""
    if scene.storm.made >= scene.storm.allowed:
        scene.storm.allow(10)
    return not web.running


def postgres_is_stopped(scene: Scene) -> None:
    """Stop Postgres for a while, as for an upgrade."""
    with scene.storm.rough():
        scene.storm.allow(10)
        scene.stack.postgres.stop()
        scene.note("Postgres is stopped")
        # The time for which it is down; this is no wait for something.
        threading.Event().wait(DOWN_S)
        scene.stack.servers.start_postgres()
        scene.be_well()
        scene.go_on(0)


def postgres_crashes(scene: Scene) -> None:
    """Kill Postgres in the middle of changes."""
    for _ in range(CRASHES):
        scene.go_on(CHANGES_A_CRASH)
        with scene.storm.rough():
            scene.storm.allow(10)
            scene.stack.postgres.kill()
            scene.note("Postgres is killed")
            scene.stack.servers.start_postgres()
            scene.be_well()
            scene.go_on(0)


def connections_are_cut(scene: Scene) -> None:
    """End every session of Postgres, as a failover does."""
    for _ in range(CRASHES):
        scene.go_on()
        with scene.storm.rough():
            scene.storm.allow(10)
            cut(scene)
            scene.be_well()
            scene.go_on(0)


def connections_run_out(scene: Scene) -> None:
    """Let nobody connect anew, after the sessions were ended."""
    with scene.storm.rough():
        scene.stack.as_superuser("ALTER ROLE fp_app CONNECTION LIMIT 2")
        cut(scene)
        scene.go_on()
        scene.stack.as_superuser("ALTER ROLE fp_app CONNECTION LIMIT -1")
        scene.be_well()
        scene.go_on(0)


def who_delivers_stands_still(scene: Scene) -> None:
    """Freeze worker and sweeper in their work, let another sweeper take over, and thaw them."""
    stack = scene.stack
    for process in (stack.worker, stack.sweeper):
        process.freeze()
    scene.note("worker and sweeper stand still, and another sweeper begins")
    scene.start(stack.other_sweeper)
    scene.go_on(40)
    scene.settle()
    for process in (stack.worker, stack.sweeper):
        process.thaw()
    scene.note("worker and sweeper go on")


def nobody_delivers_and_then_two_do(scene: Scene) -> None:
    """Do without worker and sweeper for a while, and go on with two sweepers."""
    stack = scene.stack
    for process in (stack.worker, stack.sweeper):
        process.kill9()
    scene.note("nobody delivers")
    scene.go_on_for(ALONE_S)
    scene.note("two sweepers begin")
    scene.start(stack.sweeper, stack.other_sweeper)
    scene.go_on(40)
    scene.settle()
    scene.start(stack.worker)


def clocks_differ(scene: Scene) -> None:
    """Let a web process, the sweeper and the worker have clocks that are ten minutes off, one way or the other."""
    stack = scene.stack
    with scene.storm.rough():
        for process, off in ((stack.other_web, SKEW), (stack.sweeper, -SKEW), (stack.worker, SKEW)):
            process.kill9()
            process.command = skewed(process.usual, off)
            scene.start(process)
        scene.go_on(0)
    scene.go_on(60)
    scene.settle()


def one_thing_after_the_other(scene: Scene) -> None:
    """Empty and kill Redis, kill web, and let deliverers stand still, until enough was read and changed."""
    history = scene.storm.history
    while len(history.changes) + len(history.reads) < OPERATIONS:
        for fault in IN_TURN:
            fault(scene)


IN_TURN: Final[tuple[Fault, ...]] = (
    redis_is_emptied,
    web_is_killed,
    who_delivers_stands_still,
    redis_is_killed_and_restored,
)
OTHERS: Final[tuple[Fault, ...]] = (
    redis_is_frozen,
    web_dies_between_commit_and_cache,
    postgres_is_stopped,
    postgres_crashes,
    connections_are_cut,
    connections_run_out,
    nobody_delivers_and_then_two_do,
    clocks_differ,
    one_thing_after_the_other,
)
# What happens in turn anyhow happens alone only when everything is proved.
FAULTS: Final = OTHERS + either(full=IN_TURN, reduced=())


def cut(scene: Scene) -> None:
    """End every session that Postgres has with the product."""
    scene.stack.as_superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'live'")
    scene.note("the connections to Postgres are cut")


def disturb(scene: Scene) -> None:
    """Note that Redis was disturbed, so that only what was acknowledged is promised."""
    scene.storm.history.is_calm = False
