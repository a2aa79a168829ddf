"""A load generator: wrk where it is installed, else a small one of our own; both keep their connections."""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

CONNECTIONS: Final = 32
# One: wrk starts its threads one after the other, and counts what the first does before it looks at the clock.
THREADS: Final = 1
# Each connection walks through all of them, so that no two requests in a row are about the same account. Where there is
# a pace, a thread sends each request when it is due, whichever connection is free.
_SCRIPT: Final = """
local ffi = require("ffi")
ffi.cdef[[ typedef struct {{ long s; long ns; }} moment; int clock_gettime(int, moment *); ]]
local moment = ffi.new("moment")
local function now()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.s) * 1000 + tonumber(moment.ns) / 1e6
end
local file, all = io.open("{requests}", "rb"), {{}}
for size in function() return file:read(8) end do all[#all + 1] = file:read(tonumber(size)) end
local n, every, due = 0, {every}, nil
function init() math.randomseed(now()); n = math.random(#all) end
request = function()
  n = n % #all + 1
  return all[n]
end
response = function(status)
  if status ~= {status} then wrk.thread:stop() end
end
local function wait()
  local at = now()
  due = math.max(at - 100, (due or at) + every)
  return math.max(0, math.floor(due - at + 0.5))
end
if every > 0 then delay = wait end
done = function(_, latency) io.write("late ", latency:percentile(50), " ", latency:percentile(99), "\\n") end
"""


class Load(NamedTuple):
    """What came back, and after how many milliseconds."""

    a_second: float
    generator: str
    p50: float = 0.0
    p99: float = 0.0


class Unexpected(Exception):
    """The server answered something else than what is measured."""


def generator() -> str:
    """Return which generator is used."""
    return "wrk" if shutil.which("wrk") else "asyncio"


def run(port: int, requests: Sequence[bytes], *, status: int, seconds: float, pace: float = 0.0) -> Load:
    """Send these requests round and round, and return how many answers came a second; `pace` is the most a second.

    Raises Unexpected when an answer has another status.
    """
    if generator() == "wrk":
        return _wrk(port, requests, status, seconds, pace)
    return asyncio.run(_own(port, requests, status, seconds, pace))


def _wrk(port: int, requests: Sequence[bytes], status: int, seconds: float, pace: float) -> Load:
    every = THREADS / pace * 1000 if pace else 0
    with tempfile.TemporaryDirectory() as folder:
        script, sent = Path(folder, "requests.lua"), Path(folder, "requests")
        sent.write_bytes(b"".join(b"%8d%b" % (len(each), each) for each in requests))
        script.write_text(_SCRIPT.format(requests=sent, status=status, every=every))
        command = ["wrk", "-t", str(THREADS), "-c", str(CONNECTIONS), "-d", f"{round(seconds)}s", "-s", str(script)]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True)
    found = re.search(r"(\d+) requests in ([\d.]+)s", done.stdout)
    late = re.search(r"^late ([\d.]+) ([\d.]+)$", done.stdout, re.MULTILINE)
    if "Non-2xx or 3xx" in done.stdout or found is None or late is None or float(found[2]) < seconds / 2:
        raise Unexpected(done.stdout)
    return Load(int(found[1]) / float(found[2]), "wrk", float(late[1]) / 1000, float(late[2]) / 1000)


async def _own(port: int, requests: Sequence[bytes], status: int, seconds: float, pace: float) -> Load:
    ends = time.monotonic() + seconds
    walks = await asyncio.gather(
        *(_walk(port, requests[number::CONNECTIONS], status, ends, pace / CONNECTIONS) for number in range(CONNECTIONS))
    )
    took = [each for walk in walks for each in walk]
    by_percent = statistics.quantiles(took, n=100, method="inclusive")
    return Load(len(took) / seconds, "asyncio", by_percent[49] * 1000, by_percent[98] * 1000)


async def _walk(port: int, requests: Sequence[bytes], status: int, ends: float, pace: float) -> list[float]:
    """Send one after the other on one connection; returns how long each answer took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    took: list[float] = []
    due = time.monotonic()
    while (at := time.monotonic()) < ends:
        if pace:
            await asyncio.sleep(due - at)
            due, at = max(due, at) + 1 / pace, time.monotonic()
        writer.write(requests[len(took) % len(requests)])
        await _answered(reader, status)
        took.append(time.monotonic() - at)
    writer.close()
    return took


async def _answered(reader: asyncio.StreamReader, status: int) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 %d" % status):
        raise Unexpected(head.decode())
    length = re.search(rb"content-length: (\d+)", head.lower())
    if length is not None:
        await reader.readexactly(int(length[1]))
    elif b"chunked" in head:
        await reader.readuntil(b"0\r\n\r\n")
