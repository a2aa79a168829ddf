"""One push that stands still when it first tells: `python -m tests.faults.planted.teller NAME TEEN LOG [no_token]`.

With `no_token` a lease is settled by whoever comes, also when it is another's by now.
"""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from itertools import count
from pathlib import Path
from uuid import UUID

import django
from django.db.models import F
from django.db.models.functions import Greatest

django.setup()

from ledger import deliveries, ports  # noqa: E402 models can be imported only now
from ledger.models import Debt, Teen  # noqa: E402

_tellings = count()


def tell(name: str, log: Path, subscriber: str, teen_id: UUID) -> int:
    """Tell the present state; in the middle of the first time stop, until somebody lets this process go on."""
    del subscriber
    seq = Teen.objects.get(pk=teen_id).seq
    note(log, f"{name} begins")
    if next(_tellings) == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
    note(log, f"{name} ends")
    return int(seq)


def note(log: Path, line: str) -> None:
    """Append a line, whole."""
    with log.open("a") as file:
        file.write(f"{line}\n")


def settle_anyhow(debt: Debt, token: UUID, told: int) -> bool:
    """Note what was told, and end the lease, whoever has it."""
    del token
    held = Debt.objects.filter(pk=debt.pk)
    return bool(held.update(acked=Greatest(F("acked"), told), lease_until=None, lease_token=None))


def main() -> None:
    """Push once."""
    name, teen, log, *bugs = sys.argv[1:]
    ports.senders["stream"] = partial(tell, name, Path(log))
    if "no_token" in bugs:
        deliveries.settle = settle_anyhow
    deliveries.push(UUID(teen))


if __name__ == "__main__":
    main()
