"""Cerbos for comparison: its server, the same policy in its language, and the same questions in its shape.

It keeps nobody's settings, so whoever asks sends those of both accounts along; hours it is told as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
import psutil

from bench.serving import Served

PACKAGE: Final = "cerbos@0.51.0"
_OPEN: Final = "!P.attr.paused && !P.attr.away && !P.attr.bedtime"
_FRIEND: Final = 'R.attr.relationship == "friend"'
_UNBLOCKED: Final = "!(R.id in P.attr.blocked) && !(P.id in R.attr.blocked)"
_POLICIES: Final[Mapping[str, tuple[str, list[str]]]] = {
    "message": (
        "send",
        [
            _OPEN,
            _UNBLOCKED,
            *(f'({side}.attr.dm == "everyone" || ({side}.attr.dm == "friends" && {_FRIEND}))' for side in "PR"),
            '(R.attr.content_type == "text" || (P.attr.media == "video" && R.attr.media == "video"))',
            f'(!R.attr.adult || P.attr.adults == "allowed" || {_FRIEND})',
            f'(!P.attr.adult || R.attr.adults == "allowed" || {_FRIEND})',
        ],
    ),
    "content": (
        "view",
        [
            _OPEN,
            "!(R.attr.author in P.attr.blocked)",
            "R.attr.level <= P.attr.level",
            *(f"R.attr.{label} <= P.attr.{label}" for label in ("violence", "profanity", "drugs")),
        ],
    ),
    "profile": (
        "view",
        [_OPEN, _UNBLOCKED, f'(R.attr.visibility == "public" || R.attr.relationship == "follows" || {_FRIEND})'],
    ),
}


def _policy(kind: str, action: str, conditions: Sequence[str]) -> str:
    """Write a policy of resources; JSON is YAML."""
    match = {"all": {"of": [{"expr": each} for each in conditions]}}
    rule = {"actions": [action], "effect": "EFFECT_ALLOW", "roles": ["teen"], "condition": {"match": match}}
    resource = {"version": "default", "resource": kind, "rules": [rule]}
    return json.dumps({"apiVersion": "api.cerbos.dev/v1", "resourcePolicy": resource})


@contextlib.contextmanager
def program(given: Path | None) -> Generator[Path, None, None]:
    """Give the program: the one that is named, else one that npm brings for as long as it is needed."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="family-pairing-cerbos-") as folder:
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, PACKAGE], check=True)
        yield next(Path(folder, "node_modules", "@cerbos").glob("cerbos-*/cerbos-*"))


def version(program: Path) -> str:
    """Return which release it is."""
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return told.splitlines()[0]


@contextlib.contextmanager
def served(program: Path) -> Generator[Served, None, None]:
    """Run the server with the policies, without a log of decisions."""
    with tempfile.TemporaryDirectory(prefix="family-pairing-cerbos-") as folder:
        (policies := Path(folder, "policies")).mkdir()
        for kind, (action, conditions) in _POLICIES.items():
            Path(policies, f"{kind}.yaml").write_text(_policy(kind, action, conditions))
        http, grpc = _free(), _free()
        config = {
            "server": {"httpListenAddr": f"127.0.0.1:{http}", "grpcListenAddr": f"127.0.0.1:{grpc}"},
            "storage": {"driver": "disk", "disk": {"directory": str(policies), "watchForChanges": False}},
            "telemetry": {"disabled": True},
        }
        Path(folder, "config.yaml").write_text(json.dumps(config))
        command = [str(program), "server", "--log-level=error", f"--config={folder}/config.yaml"]
        environment = {**os.environ, "CERBOS_NO_TELEMETRY": "1"}
        # It logs every request that a load generator ends before its answer.
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        try:
            _wait(f"http://127.0.0.1:{http}/_cerbos/health")
            yield Served(http, [psutil.Process(process.pid)])
        finally:
            process.terminate()
            process.wait()


def _free() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _wait(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.1)
    raise LookupError("Cerbos does not answer")


def request(me: str, mine: Mapping[str, Any], resources: Sequence[tuple[str, str, Mapping[str, Any]]]) -> bytes:
    """Return a request about some resources: of each its kind, its id and what is told of it."""
    asked = [
        {"actions": [_POLICIES[kind][0]], "resource": {"kind": kind, "id": id, "attr": attr}}
        for kind, id, attr in resources
    ]
    body = orjson.dumps({"principal": {"id": me, "roles": ["teen"], "attr": mine}, "resources": asked})
    head = "POST /api/check/resources HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def allowed(answer: Mapping[str, Any]) -> list[bool]:
    """Return what an answer decides."""
    return ["EFFECT_ALLOW" in each["actions"].values() for each in answer["results"]]
