"""The shapes of answers about devices and pairings (`http.md`, Shapes)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import segno
from django.conf import settings

from accounts.models import Pairing, State, User
from accounts.pairing import Offer
from ledger.moments import iso

POLL_SECONDS = 5


def offered(offer: Offer) -> dict[str, Any]:
    """Return a started pairing with what is shown once."""
    # The token stands in the fragment, which no server and no log ever sees.
    link = f"{settings.BASE_URL}/pair#{offer.token}"
    once = {"code": offer.code, "qr": link, "qr_image": picture(link)}
    return {**polled(offer.pairing, offer.pairing.invited_at), **once}


def picture(link: str) -> str:
    """Return a link as a QR code: an image in a `data:` address, dark on white with the margin that cameras need."""
    return segno.make(link, error="m", micro=False).svg_data_uri(border=4, light="#fff", omitsize=True)


def polled(pairing: Pairing, at: datetime) -> dict[str, Any]:
    """Return a pairing as the teen's device polls it; a claimed one shows the parent."""
    is_late = pairing.state in (State.INVITED, State.CLAIMED) and pairing.expires_at <= at
    body: dict[str, Any] = {
        "id": str(pairing.pk),
        "state": State.EXPIRED.value if is_late else pairing.state,
        "expires_at": iso(pairing.expires_at),
        "interval": POLL_SECONDS,
    }
    if pairing.parent is not None and pairing.state != State.INVITED:
        body["parent"] = shown(pairing.parent, at)
    if pairing.ends_at is not None:
        body["ends_at"] = iso(pairing.ends_at)
    return body


def shown(parent: User, at: datetime) -> dict[str, Any]:
    """Return what a teen sees of a parent before confirming."""
    return {
        "id": str(parent.pk),
        "display_name": parent.display_name,
        "email_masked": parent.masked_email,
        "account_age_days": (at - parent.date_joined).days,
    }


def claimed(pairing: Pairing) -> dict[str, Any]:
    """Return a pairing as the parent who claimed it sees it."""
    return {"id": str(pairing.pk), "state": pairing.state, "teen": {"display_name": pairing.teen.handle}}
