"""Tokens that a keyed hash proves, so that a hot path needs no database to know who asks.

Form: a prefix that names the kind, base64url(length of the key id · key id · teen · device · number), a dot,
base64url(HMAC-SHA256 over all that stands before the dot). The prefix is part of what is signed, so a credential
of one kind is never taken for another; the signature is compared as text, so one token has one spelling.

A service key is known by its SHA-256 instead: `fps_`, its id, `_`, and what nobody can guess.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from binascii import Error as NotBase64
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

DEVICE: Final = "fpd_"
TICKET: Final = "fpt_"
SERVICE: Final = "fps_"
KEY_BYTES: Final = 32
KEY_ID_BYTES: Final = 32
LONGEST: Final = 160
_TAIL: Final = struct.Struct(">16s16sI")
_NUMBER_MAX: Final = 2**32 - 1
# HMAC-SHA256 in base64url without padding.
_PROOF_CHARS: Final = 43
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")


class DeviceToken(NamedTuple):
    """What a genuine device token says; whether the device is still listed is another question."""

    teen: str
    device: str
    generation: int


class Ticket(NamedTuple):
    """What a genuine stream ticket says."""

    teen: str
    device: str


class LiveKey(NamedTuple):
    """What is kept of a service key that is not revoked."""

    sha256: bytes
    scopes: frozenset[str]


class Ring:
    """The keys that prove tokens, by key id: the first one mints, all of them are accepted."""

    def __init__(self, keys: Mapping[str, bytes]):
        if not keys:
            raise ValueError("a ring has no key; expected at least one")
        for key_id, key in keys.items():
            if not 1 <= len(key_id.encode()) <= KEY_ID_BYTES:
                raise ValueError(f"key id `{key_id}` is too long or empty; expected 1 to {KEY_ID_BYTES} bytes")
            if len(key) < KEY_BYTES:
                raise ValueError(f"key `{key_id}` is too short; expected at least {KEY_BYTES} bytes, got {len(key)}")
        self._keys = {key_id.encode(): key for key_id, key in keys.items()}
        self._mints = next(iter(self._keys))

    def __repr__(self) -> str:
        return f"Ring({len(self._keys)} keys)"

    def _mint(self, kind: str, teen: str, device: str, number: int) -> str:
        if not 0 <= number <= _NUMBER_MAX:
            raise ValueError(f"number is `{number}`; expected 0 to {_NUMBER_MAX}")
        payload = bytes((len(self._mints),)) + self._mints
        payload += _TAIL.pack(UUID(teen).bytes, UUID(device).bytes, number)
        signed = kind.encode() + b2a_base64(payload, newline=False).translate(_TO_URL).rstrip(b"=")
        return (signed + b"." + _proof(self._keys[self._mints], signed)).decode()

    def _read(self, kind: str, token: str) -> tuple[str, str, int] | None:
        if len(token) > LONGEST or not token.startswith(kind) or not token.isascii():
            return None
        signed, dot, proof = token.encode().rpartition(b".")
        if not dot or len(proof) != _PROOF_CHARS:
            return None
        try:
            payload = a2b_base64(signed[len(kind) :].translate(_FROM_URL) + b"==")
        except NotBase64:
            return None
        if not payload or len(payload) != 1 + payload[0] + _TAIL.size:
            return None
        key = self._keys.get(payload[1 : 1 + payload[0]])
        if key is None or not hmac.compare_digest(_proof(key, signed), proof):
            return None
        teen, device, number = _TAIL.unpack_from(payload, 1 + payload[0])
        return _text(teen), _text(device), number


def mint_device(ring: Ring, teen: str, device: str, generation: int) -> str:
    """Return the token that a device carries."""
    return ring._mint(DEVICE, teen, device, generation)


def read_device(ring: Ring, token: str) -> DeviceToken | None:
    """Return what a device token says; None when it is not genuine."""
    read = ring._read(DEVICE, token)
    return None if read is None else DeviceToken(*read)


def mint_ticket(ring: Ring, teen: str, device: str, day: int) -> str:
    """Return a ticket to listen to the stream; `day` is the number of days since 1970-01-01 UTC."""
    return ring._mint(TICKET, teen, device, day)


def read_ticket(ring: Ring, text: str, today: int) -> Ticket | None:
    """Return what a stream ticket of today or yesterday says; None when it is older or not genuine."""
    read = ring._read(TICKET, text)
    if read is None or not today - 1 <= read[2] <= today:
        return None
    return Ticket(read[0], read[1])


def service_key_id(text: str) -> str | None:
    """Return the id that a service key names; None where it is a credential of another kind."""
    if not text.startswith(SERVICE) or len(text) > LONGEST:
        return None
    return text[len(SERVICE) :].partition("_")[0]


def proves_service(text: str, sha256: bytes) -> bool:
    """Tell, in a time that does not depend on the answer, whether this is the key of which we keep the hash."""
    return hmac.compare_digest(hashlib.sha256(text.encode()).digest(), sha256)


def _proof(key: bytes, signed: bytes) -> bytes:
    return b2a_base64(hmac.digest(key, signed, "sha256")).translate(_TO_URL)[:_PROOF_CHARS]


def _text(raw: bytes) -> str:
    digits = raw.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
