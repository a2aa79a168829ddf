"""This process's one cache client."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from ledger.cache import Cache


@lru_cache(maxsize=1)
def cache() -> Cache:
    """Return the client of the cache; it connects when it is first used."""
    return Cache(settings.REDIS_URL)
