"""Our output: whole lines with a name before them, and never a reason to wait."""

from __future__ import annotations

import os
import select
from collections import deque

MOST_WAITING = 5_000
ONE_WRITE = select.PIPE_BUF


class Terminal:
    """Lines on a file descriptor. A reader who has stopped reading loses lines; the product goes on."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.waiting: deque[bytes] = deque()
        self.lost = 0
        self.closed = False  # nobody will ever read what we say

    def say(self, text: str) -> None:
        """Put out a line of our own."""
        self.put(f"{text}\n".encode())

    def line(self, name: str, text: bytes) -> None:
        """Put out a line of a process."""
        self.put(f"{name:<8} | ".encode() + text + b"\n")

    def put(self, line: bytes) -> None:
        """Queue a line and write what can be written now."""
        if self.closed:
            return
        if len(self.waiting) >= MOST_WAITING:
            self.waiting.popleft()
            self.lost += 1
        self.waiting.append(line)
        self.flush()

    def flush(self, within: float = 0) -> None:
        """Write what can be written without waiting, or while waiting at most `within` seconds for each piece."""
        while self.waiting and self.ready(within):
            if self.lost:
                self.waiting.appendleft(f"({self.lost} lines were not read in time and are lost)\n".encode())
                self.lost = 0
            # So much goes into a pipe at once when there is room at all, and is not torn.
            piece, rest = self.waiting[0][:ONE_WRITE], self.waiting[0][ONE_WRITE:]
            try:
                os.write(self.descriptor, piece)
            except OSError:
                self.closed = True
                self.waiting.clear()
                return
            if rest:
                self.waiting[0] = rest
            else:
                self.waiting.popleft()

    def ready(self, within: float) -> bool:
        """Return whether a write would not wait."""
        poll = select.poll()
        poll.register(self.descriptor, select.POLLOUT)
        return bool(poll.poll(within * 1000))
