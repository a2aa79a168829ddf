"""Proof that what stands in the cache was written by us, for the very place where it stands.

A value that somebody else wrote, cut short or moved from another account has no proof, and is not read at all.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

PROOF_BYTES: Final = 16
_PURPOSE: Final = b"fp cache"


class Unreadable(Exception):
    """What the cache holds is not what this release has written there."""


class Seal:
    """Closes and opens values with a key that every process derives from the installation's secret."""

    def __init__(self, secret: str):
        self._key = hashlib.blake2b(secret.encode(), digest_size=32, person=_PURPOSE).digest()

    def __repr__(self) -> str:
        return "Seal()"

    def close(self, place: str, value: bytes, beside: bytes = b"") -> bytes:
        """Return the value with the proof that it belongs under this key of the cache, beside that other value."""
        return value + self._proof(place, value, beside)

    def open(self, place: str, raw: bytes, beside: bytes = b"") -> bytes:
        """Return the value that stands under this key; with it `beside` is proven, as it was where this was closed.

        Raises Unreadable when it was not closed for this place, or beside something else.
        """
        value, proof = raw[:-PROOF_BYTES], raw[-PROOF_BYTES:]
        if not hmac.compare_digest(proof, self._proof(place, value, beside)):
            raise Unreadable("seal")
        return value

    def _proof(self, place: str, value: bytes, beside: bytes) -> bytes:
        # A keyed BLAKE2b is a MAC by itself (RFC 7693, 2.9); the place is of one length or ends in its kind, and
        # what stands beside is told from the value by its length.
        text = b"%b\n%d\n%b%b" % (place.encode(), len(beside), beside, value)
        return hashlib.blake2b(text, digest_size=PROOF_BYTES, key=self._key).digest()
