"""Children that cannot outlive us: each in a session of its own, with a signal that comes when we end."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

Output = int | IO[bytes] | None


class Account(NamedTuple):
    """The system account that the servers run as, when it is not our own."""

    uid: int
    gid: int


def spawn(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: Output = subprocess.DEVNULL,
    output: Output = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own that gets `death_signal` when the calling thread ends.

    Call it from a thread that lives as long as the child should: the kernel watches the thread, not the process.
    """
    changed: dict[str, Any] = {}
    if account is not None:
        changed = {"user": account.uid, "group": account.gid, "extra_groups": [], "umask": 0o077}
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(os.environ if env is None else env),
        cwd=cwd,
        stdin=stdin,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        pass_fds=pass_fds,
        start_new_session=True,
        # Runs after the change of account, which would clear the signal again.
        preexec_fn=functools.partial(die_with, os.getpid(), death_signal),
        **changed,
    )


def die_with(parent: int, death_signal: signal.Signals) -> None:
    """Ask the kernel to signal this process when its parent ends; elsewhere than on Linux there is no such thing."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:
            # The parent ended before the kernel was asked.
            os._exit(1)


PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LIBC = ctypes.CDLL(None)


def adopt_orphans() -> None:
    """Become the parent of what our children leave behind, so that `reap_orphans` can bury it."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(ours: Collection[int]) -> None:
    """Bury what has ended and is not among our own children, which are asked for their exit codes elsewhere."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in ours:
                return
            os.waitpid(ended.si_pid, 0)


def end(process: subprocess.Popen[bytes], how: signal.Signals, *, within: float) -> None:
    """Ask a child to end, and kill its whole session when it takes longer than `within` seconds."""
    if not has_ended(process):
        process.send_signal(how)
        until = time.monotonic() + within
        while not has_ended(process) and time.monotonic() < until:
            time.sleep(0.02)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and everything that it has started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a child has ended.

    Its number is not given back, so that what it has started can still be killed by it.
    """
    if process.returncode is not None:
        return True
    if sys.platform == "darwin":
        return process.poll() is not None
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
