"""A web process whose keys do not name the run of Redis: what a dump brings back is believed."""

from __future__ import annotations

from ledger import cache

_keys = cache.keys


def of_any_run(run_id: str, teen: str) -> cache.Keys:
    """Return the keys of one account, whatever Redis this is."""
    del run_id
    return _keys("any", teen)


cache.keys = of_any_run

from family_pairing.asgi import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
