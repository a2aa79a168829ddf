"""The environment: typed readers that fail by the variable's name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

MISSING = object()


class EnvironmentFault(Exception):
    """A variable is missing or cannot be read; the text names it and says what was expected."""


def text(name: str, default: str | object = MISSING) -> str:
    """Return the variable as text.

    Raises EnvironmentFault when it is missing and there is no default.
    """
    value = os.environ.get(name)
    if value is not None:
        return value
    if isinstance(default, str):
        return default
    raise EnvironmentFault(f"`{name}` is not set; `make run` sets it, see docs/operations.md")


def secret(name: str, default: str | object = MISSING) -> str:
    """Return a secret from `NAME`, or from the file that `NAME_FILE` names.

    Raises EnvironmentFault when there is neither and no default, when both are set, or when the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return text(name, default)
    if name in os.environ:
        raise EnvironmentFault(f"both `{name}` and `{name}_FILE` are set; expected one of them")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentFault(f"`{name}_FILE` names a file that cannot be read: {error.strerror}") from error


def integer(name: str, default: int, *, at_least: int = 0) -> int:
    """Return the variable as a whole number of at least `at_least`.

    Raises EnvironmentFault for anything else.
    """
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < at_least:
        raise EnvironmentFault(f"`{name}` is `{value}`; expected a whole number of at least {at_least}")
    return int(value)


def flag(name: str, default: bool = False) -> bool:
    """Return the variable as a flag, `0` or `1`.

    Raises EnvironmentFault for anything else.
    """
    value = text(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise EnvironmentFault(f"`{name}` is `{value}`; expected `0` or `1`")
    return value == "1"


def choice(name: str, values: Sequence[str], default: str) -> str:
    """Return the variable as one of several words.

    Raises EnvironmentFault for anything else.
    """
    value = text(name, default)
    if value not in values:
        raise EnvironmentFault(f"`{name}` is `{value}`; expected one of {', '.join(f'`{each}`' for each in values)}")
    return value


def words(name: str, default: str | object = MISSING) -> list[str]:
    """Return the comma-separated parts of the variable, without blanks and empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def ring(name: str) -> dict[str, bytes]:
    """Return keys by key id from `id:hex[,id:hex]`, each of at least 32 bytes; the first one signs.

    Raises EnvironmentFault when the text has another form.
    """
    keys: dict[str, bytes] = {}
    for part in secret(name).split(","):
        key_id, _, digits = part.strip().partition(":")
        try:
            keys[key_id] = bytes.fromhex(digits)
        except ValueError:
            keys[key_id] = b""
        if not key_id or len(keys[key_id]) < 32:
            raise EnvironmentFault(f"`{name}` has a wrong part; expected `id:hex` with at least 64 hex digits")
    return keys
