"""The lock of the released packs and laws: the SHA-256 of each file, so that what once applied can always be proved.

`packs.lock` has the format of `sha256sum`; `sha256sum -c packs.lock` checks it without us.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from controls.packs import FOLDER, PLACES
from controls.packs.reading import PackError

LOCK = "packs.lock"


def faults(folder: Path = FOLDER) -> list[str]:
    """Return what does not agree with the lock, a sentence for each pack."""
    locked, present = read_lock(folder), digests(folder)
    changed = [
        f"`{name}` was released and has changed" for name in locked if present.get(name, "") not in ("", locked[name])
    ]
    gone = [f"`{name}` was released and is gone" for name in locked if name not in present]
    new = [f"`{name}` is not in the lock" for name in present if name not in locked]
    return changed + gone + new


def lock(folder: Path = FOLDER, *, is_dry_run: bool = False) -> list[str]:
    """Add the packs that are new to the lock; returns their names.

    Raises PackError when a released pack has changed or is gone: a new pack takes its place, with a date of its own.
    """
    locked, present = read_lock(folder), digests(folder)
    broken = [name for name, digest in locked.items() if present.get(name) != digest]
    if broken:
        raise PackError(f"released packs are never edited or removed: {', '.join(broken)}")
    new = [name for name in present if name not in locked]
    if new and not is_dry_run:
        lines = [f"{digest}  {name}\n" for name, digest in present.items()]
        (folder / LOCK).write_text("".join(lines), encoding="utf-8")
    return new


def read_lock(folder: Path) -> dict[str, str]:
    """Return the digest of every pack in the lock, by the name of its file."""
    path = folder / LOCK
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in lines}


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every pack that is here, by the name of its file."""
    files = [*sorted(folder.glob("*.toml")), *sorted((folder / PLACES).glob("*.toml"))]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
