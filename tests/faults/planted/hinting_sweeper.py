"""A sweeper that only asks the workers to deliver: without a broker nobody hears it."""

from __future__ import annotations

import threading

import django

django.setup()

from ledger.models import Debt  # noqa: E402 models can be imported only now
from ledger.tasks import hint  # noqa: E402

while not threading.Event().wait(0.1):
    for teen_id in Debt.objects.open().values_list("teen_id", flat=True).distinct():
        hint(teen_id)
