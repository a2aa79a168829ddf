"""Receipts: a repeat under the same `Idempotency-Key` gets the first answer, not a second effect.

The header is the one of draft-ietf-httpapi-idempotency-key-header. What was answered is kept for a day, encrypted under
a key that only the caller's own header opens, because it may hold what is shown once.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from rest_framework.request import Request
from rest_framework.response import Response

from family_pairing.problems import Fault, Problem
from ledger import clock
from ledger.models import Receipt

KEPT = timedelta(hours=24)
# A receipt without an answer is of a request that is being worked on, or whose process died.
WORKED_ON = timedelta(seconds=30)
LONGEST = 255


def once(request: Request, principal: str, act: Callable[[], Response]) -> Response:
    """Answer `act`, or what it answered under this key before.

    Raises Problem `idempotency_mismatch` for another request under the key, `in_progress` while it is worked on.
    """
    key = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not key:
        return act()
    if len(key) > LONGEST:
        raise Problem(
            "invalid_value", faults=[Fault("", "invalid_value", f"Expected a key of at most {LONGEST} signs.")]
        )
    receipt = open_receipt(request, principal, hashlib.sha256(key.encode()).hexdigest(), clock.now())
    box = Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{settings.SECRET_KEY}:{principal}:{key}".encode()).digest()))
    if receipt.status is not None:
        return Response(opened(box, str(receipt.body)), status=receipt.status)
    try:
        response = act()
    except Exception:
        # Nothing was done, so the key is free again.
        receipt.delete()
        raise
    receipt.status = response.status_code
    receipt.body = box.encrypt(json.dumps(response.data, default=str).encode()).decode()
    receipt.save(update_fields=["status", "body"])
    return response


def opened(box: Fernet, sealed: str) -> Any:
    """Return the first answer.

    Raises Problem `gone` when the installation's secret is another one by now: it was done, and cannot be told again.
    """
    try:
        return json.loads(box.decrypt(sealed.encode()))
    except InvalidToken as error:
        raise Problem(
            "gone", "This was done under a key that has been replaced; use another `Idempotency-Key`."
        ) from error


def require_key(request: Request) -> None:
    """Check that a repeat of the request can be told from another one.

    Raises Problem `malformed` without an `Idempotency-Key`.
    """
    if not request.headers.get("Idempotency-Key", "").strip().strip('"'):
        raise Problem("malformed", "Expected the header `Idempotency-Key`.")


def open_receipt(request: Request, principal: str, key: str, at: datetime) -> Receipt:
    """Return the receipt under a key: a new one, or the one with the first answer."""
    said: list[Any] = [request.method, request.path, request.data]
    fingerprint = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    Receipt.objects.filter(principal=principal, key=key, at__lt=at - KEPT).delete()
    Receipt.objects.filter(principal=principal, key=key, status=None, at__lt=at - WORKED_ON).delete()
    try:
        with transaction.atomic():
            return Receipt.objects.create(principal=principal, key=key, fingerprint=fingerprint, at=at)
    except IntegrityError:
        receipt = Receipt.objects.filter(principal=principal, key=key).first()
    if receipt is None or (receipt.status is None and receipt.fingerprint == fingerprint):
        raise Problem("in_progress")
    if receipt.fingerprint != fingerprint:
        raise Problem("idempotency_mismatch", "The key was used with another body or address.")
    return receipt
