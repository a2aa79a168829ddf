"""Each time somebody signs in, or types the password again, its moment is kept by the clock that is everybody's."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from django.http import HttpRequest

from accounts.access import note_proof
from accounts.models import User
from ledger import clock


def proved(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Keep the moment."""
    note_proof(request, user, at=clock.now())


authentication_step_completed.connect(proved)
