"""Pairing codes: `SSSS-VVVVV-VVVVV`, a public selector and a verifier of 50 bits in Crockford's base 32.

The selector names one invite, so that a wrong verifier is counted against that invite alone; the
verifier is kept as argon2id only. Read without regard to case, spaces, dashes, and O/0, I/L/1.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SELECTOR, VERIFIER = 4, 10
MEANT = str.maketrans("OIL", "011", " -")

hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# What an unknown selector is checked against, so that it takes as long as a known one.
NOBODYS = hasher.hash(secrets.token_hex(8))


class Code(NamedTuple):
    """One code, in its two parts."""

    selector: str
    verifier: str

    def __str__(self) -> str:
        return f"{self.selector}-{self.verifier[:5]}-{self.verifier[5:]}"


def new_code() -> Code:
    """Return a code drawn from the system's randomness."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(SELECTOR + VERIFIER))
    return Code(letters[:SELECTOR], letters[SELECTOR:])


def read_code(text: str) -> Code | None:
    """Return the code that a person typed, or None when it cannot be one."""
    letters = text.upper().translate(MEANT)
    if len(letters) != SELECTOR + VERIFIER or not set(letters) <= set(ALPHABET):
        return None
    return Code(letters[:SELECTOR], letters[SELECTOR:])


def verifier_hash(code: Code) -> str:
    """Return what is stored of a code's verifier."""
    return hasher.hash(code.verifier)


def is_verifier(code: Code, stored: str | None) -> bool:
    """Tell whether the code's verifier is the stored one; takes as long when nothing is stored."""
    try:
        hasher.verify(stored or NOBODYS, code.verifier)
    except (Argon2Error, InvalidHashError):
        return False
    return stored is not None


def new_token() -> str:
    """Return a token of 128 bits for the link that a QR code carries."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> bytes:
    """Return what is stored of a link's token."""
    return hashlib.sha256(token.encode()).digest()
