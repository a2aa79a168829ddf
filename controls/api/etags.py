"""The validators of what is answered."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from controls.packs import release_at
from controls.snapshots import Present
from ledger.cache import LAYOUT


def etag_of(present: Present) -> str:
    """Return the validator of everything that applies to an account: it names the version and the release."""
    return f'"{present.version}-{release_at(present.at).replace("/", ":")}-{LAYOUT}"'


def version_of(etag: str) -> str:
    """Return the version that one of our validators names."""
    return etag.strip().removeprefix("W/").strip('"').partition("-")[0]


def etag_of_body(body: Any) -> str:
    """Return the validator of an answer that has no version."""
    return f'"{hashlib.sha256(orjson.dumps(body)).hexdigest()[:24]}"'
