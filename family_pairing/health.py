"""Whether this process may be sent requests: the database and its migrations, never Redis."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers and no migration is missing, else 503 with what is wrong."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return answer("database", 503)
    return answer("migrations", 503) if missing else answer("", 200)


def answer(missing: str, status: int) -> JsonResponse:
    """Return the answer; what is missing is named."""
    body = {"ready": not missing} | ({"missing": missing} if missing else {})
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "1"} if missing else {})
    return JsonResponse(body, status=status, headers=headers)
