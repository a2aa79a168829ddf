"""What a new policy changes for every stored account: `python -m bench impact`.

A Postgres of its own is filled with families of many places and ages, a third of them paired, a third with choices of
the teen's own. Beside the assessment stand what nothing can be faster than, the same rows read and thrown away by the
same processes, and what it would be without grouping: each account resolved by itself under both policies.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.servers import KEYS, ROOT, Servers

ACCOUNTS = 100_000


def main(arguments: list[str]) -> int:
    """Fill a database, measure in a process of its own, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench impact", description=__doc__)
    parser.add_argument("--accounts", type=int, default=ACCOUNTS)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    os.environ.update(KEYS)
    servers = Servers()
    try:
        os.environ.update(servers.environment("tests", servers.redis))
        servers.make_database("tests")
        numbers = [str(each) for each in (options.accounts, options.processes, options.runs)]
        done = subprocess.run([sys.executable, "-m", "bench._impact", *numbers], cwd=ROOT, check=False)
    finally:
        servers.stop()
    return done.returncode
