"""From the commit of a change to the frame on the teen's stream: `python -m bench arrival`.

The whole product runs: Postgres, Redis, web, worker and sweeper. Each change waits for its frame before the next one,
so this is a latency, not a rate.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence

from tests.servers import KEYS, ROOT, Servers
from tests.stack import Stack


def main(arguments: list[str]) -> int:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench arrival", description=__doc__)
    parser.add_argument("--changes", type=int, default=200)
    options = parser.parse_args(arguments)
    os.environ.update(KEYS)
    servers = Servers()
    try:
        os.environ.update(servers.environment("tests", servers.redis))
        stack = Stack(servers)
        try:
            stack.start("web", "worker", "sweeper")
            waits = measured(stack, options.changes)
        finally:
            stack.close()
    finally:
        servers.stop()
    figures = f"p50 {at(waits, 50):.1f} ms, p99 {at(waits, 99):.1f} ms, most {max(waits):.1f} ms"
    sys.stdout.write(f"commit to frame, {len(waits)} changes, {os.cpu_count()} cores: {figures}\n")
    return 0


def measured(stack: Stack, changes: int) -> list[float]:
    """Let a process of its own, with the stack's servers for settings, make the changes; returns milliseconds."""
    command = [sys.executable, "-m", "bench._changes", str(changes)]
    done = subprocess.run(command, cwd=ROOT, env=stack.env, stdout=subprocess.PIPE, text=True, check=True)
    waits: list[float] = json.loads(done.stdout)
    return waits


def at(waits: Sequence[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(waits, n=100, method="inclusive")[percent - 1]
