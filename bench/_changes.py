"""Makes changes by the verb itself, and prints how long after each commit its frame came, as JSON in milliseconds."""

from __future__ import annotations

import http.client
import json
import os
import queue
import sys
import threading
import time
from typing import Final

import django

django.setup()

from django.db import transaction  # noqa: E402 models can be imported only now
from django.utils import timezone  # noqa: E402

from accounts.models import Account  # noqa: E402
from controls.actions import choose  # noqa: E402
from controls.policy.catalogue import control  # noqa: E402
from tests.builders import a_device, a_teen  # noqa: E402

PATIENCE_S: Final = 20.0
WARM_UP: Final = 10
Frames = queue.SimpleQueue[tuple[str, float]]


def listen(token: str, frames: Frames) -> None:
    """Note each frame of the stream with its moment."""
    line = http.client.HTTPConnection("127.0.0.1", int(os.environ["PORT"]))
    line.request("GET", "/ofrep/v1/stream", headers={"Authorization": f"Bearer {token}"})
    for text in line.getresponse():
        if text.startswith(b"id: "):
            frames.put((text[4:].strip().decode(), time.monotonic()))


def change(teen: Account, value: str | None) -> tuple[str, float]:
    """Choose a value; returns the stamp that the frame will carry, and the moment of the commit."""
    committed = 0.0

    def note() -> None:
        nonlocal committed
        committed = time.monotonic()

    with transaction.atomic():
        # Before the verb's own, so it runs as soon as the commit is done.
        transaction.on_commit(note)
        done = choose(teen, control("comment.who"), value, actor=teen.actor, at=timezone.now())
    version = done.after.version
    return f"{version.epoch}.{version.seq}", committed


def arrived(frames: Frames, stamp: str) -> float:
    """Return when the frame of this stamp came; raises queue.Empty when it does not come."""
    while True:
        told, moment = frames.get(timeout=PATIENCE_S)
        if told == stamp:
            return moment


def main() -> None:
    """Make the changes, each after the frame of the one before."""
    teen = a_teen(at=timezone.now())
    frames: Frames = queue.SimpleQueue()
    threading.Thread(target=listen, args=(a_device(teen, at=timezone.now()).token, frames), daemon=True).start()
    frames.get(timeout=PATIENCE_S)
    waits = []
    for number in range(int(sys.argv[1]) + WARM_UP):
        stamp, committed = change(teen, None if number % 2 else "nobody")
        waits.append((arrived(frames, stamp) - committed) * 1000)
    print(json.dumps(waits[WARM_UP:]))


main()
