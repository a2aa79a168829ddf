"""What stands in front: the edge answers the hot paths, everything else goes to Django in worker threads."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections

from accounts.access import ring
from accounts.devices import live_devices
from controls.arrival import note_received
from controls.packs import release_at
from controls.snapshots import read_snapshot
from edge.app import Edge
from edge.http import App
from edge.ports import Ports, Settings
from family_pairing import env
from ledger import clock
from ledger.reads import open_cache_debts, versions
from ledger.redis import seal

P = ParamSpec("P")
R = TypeVar("R")


def fresh(call: Callable[P, R]) -> Callable[P, R]:
    """Give a call in the edge's own thread a connection that works, as Django does for a request."""

    @wraps(call)
    def with_connection(*args: P.args, **kwargs: P.kwargs) -> R:
        close_old_connections()
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return with_connection


def front() -> Edge:
    """Return the whole application."""
    return Edge(
        ports=Ports(
            read_snapshot=fresh(read_snapshot),
            open_debts=fresh(open_cache_debts),
            versions=fresh(versions),
            live_devices=fresh(live_devices),
            note_received=fresh(note_received),
            now=clock.unix_now,
        ),
        settings=Settings(
            redis_url=settings.REDIS_URL,
            ring=ring(),
            seal=seal(),
            pack_key=lambda: release_at(clock.now()),
            settings_a_minute=settings.DEVICE_SETTINGS_PER_MINUTE,
        ),
        fallback=django_in_threads(env.integer("WEB_THREADS", 24, at_least=1)),
    )


def django_in_threads(threads: int) -> App:
    """Return Django as an ASGI application whose requests run in worker threads."""
    # The two libraries describe the same protocol with types of their own.
    return cast("App", WSGIMiddleware(cast("Any", WSGIHandler()), workers=threads))
