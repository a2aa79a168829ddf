"""A sweeper that looks at events with an id greater than the last: it never sees one that commits late."""

from __future__ import annotations

import threading

import django

django.setup()

from ledger.deliveries import push  # noqa: E402 models can be imported only now
from ledger.models import Event  # noqa: E402

last = 0
while not threading.Event().wait(0.1):
    for pk, teen_id in Event.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "teen"):
        last = pk
        if teen_id is not None:
            push(teen_id)
