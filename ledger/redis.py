"""This process's one cache client, and what its values are sealed with."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from ledger.cache import Cache
from ledger.seal import Seal


@lru_cache(maxsize=1)
def cache() -> Cache:
    """Return the client of the cache; it connects when it is first used."""
    return Cache(settings.REDIS_URL, seal())


def seal() -> Seal:
    """Return what closes and opens the values of the cache; another secret key reads none of the former ones."""
    return Seal(settings.SECRET_KEY)
