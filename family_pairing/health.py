"""Whether this process may be sent requests: the database, its migrations and the released policy, never Redis."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from controls.desk.serving import Serving, serving
from ledger import clock


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, no migration is missing and nothing is looser than what was released.

    Else 503 with what is wrong.
    """
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return answer("migrations", 503)
        policy = serving(clock.now())
    except DatabaseError:
        return answer("database", 503)
    return answer("policy", 503) if policy is Serving.LOOSER else answer("", 200, policy)


def answer(missing: str, status: int, policy: Serving | None = None) -> JsonResponse:
    """Return the answer; what is missing is named, and a policy that is served before it was released."""
    body = {"ready": not missing} | ({"missing": missing} if missing else {})
    if policy is Serving.STRICTER:
        body["policy"] = "not the newest version, and nowhere looser"
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "1"} if missing else {})
    return JsonResponse(body, status=status, headers=headers)
