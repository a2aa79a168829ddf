"""A web process that believes the clock of its own host."""

from __future__ import annotations

import time

from django.utils import timezone

from ledger import clock

clock.now = timezone.now
clock.unix_now = time.time

from family_pairing.asgi import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
