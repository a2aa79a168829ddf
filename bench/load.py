"""A load generator: wrk where it is installed, else a small one of our own; both keep their connections."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

CONNECTIONS: Final = 32
THREADS: Final = 2
# Each connection walks through all of them, so that no two requests in a row are about the same account.
_SCRIPT: Final = """
local all = {{ {requests} }}
local n = math.random(#all)
request = function()
  n = n % #all + 1
  return all[n]
end
response = function(status)
  if status ~= {status} then wrk.thread:stop() end
end
"""


class Load(NamedTuple):
    """What came back."""

    a_second: float
    generator: str


class Unexpected(Exception):
    """The server answered something else than what is measured."""


def generator() -> str:
    """Return which generator is used."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def run(port: int, requests: Sequence[bytes], *, status: int, seconds: float) -> Load:
    """Send these requests round and round, and return how many answers came a second.

    Raises Unexpected when an answer has another status.
    """
    if generator() == "wrk":
        return Load(_wrk(port, requests, status, seconds), "wrk")
    return Load(asyncio.run(_own(port, requests, status, seconds)), "asyncio")


def _wrk(port: int, requests: Sequence[bytes], status: int, seconds: float) -> float:
    quoted = ", ".join("'" + text.decode().replace("\r\n", "\\r\\n") + "'" for text in requests)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "requests.lua")
        script.write_text(_SCRIPT.format(requests=quoted, status=status))
        command = ["wrk", "-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{round(seconds)}s", "-s", str(script)]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True)
    if "Non-2xx or 3xx" in done.stdout:
        raise Unexpected(done.stdout)
    found = re.search(r"(\d+) requests in ([\d.]+)s", done.stdout)
    if found is None or float(found[2]) < seconds / 2:
        raise Unexpected(done.stdout)
    return int(found[1]) / float(found[2])


async def _own(port: int, requests: Sequence[bytes], status: int, seconds: float) -> float:
    ends = time.monotonic() + seconds
    counts = await asyncio.gather(
        *(_walk(port, requests[number::CONNECTIONS], status, ends) for number in range(CONNECTIONS))
    )
    return sum(counts) / seconds


async def _walk(port: int, requests: Sequence[bytes], status: int, ends: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.monotonic() < ends:
        writer.write(requests[count % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 %d" % status):
            raise Unexpected(head.decode())
        length = re.search(rb"content-length: (\d+)", head)
        if length is not None:
            await reader.readexactly(int(length[1]))
        count += 1
    writer.close()
    return count
