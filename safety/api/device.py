"""What a teen's device asks for help: always answered, whatever the settings say, and noted nowhere."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.doors import DeviceDoor
from ledger import clock
from safety.helplines.choosing import help_in
from safety.helplines.line import Audience
from safety.helplines.reading import recorded
from safety.telling import told


class MyHelp(DeviceDoor):
    """Helplines where the teen lives."""

    @extend_schema(operation_id="help_read", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Answer those who listen in the teen's place, those in the teen's language first; no parent learns of it."""
        account, at = self.account, clock.now()
        found = help_in(recorded(), account.place, [account.language], Audience.CHILD, at)
        answer: dict[str, Any] = {"place": account.place, **told(found, at)}
        return Response(answer, headers={"Cache-Control": "private, no-store"})
