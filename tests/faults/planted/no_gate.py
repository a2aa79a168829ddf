"""A web process that believes Redis also about an account that somebody is still owed news of."""

from __future__ import annotations

from edge.watch import TRUST_S, Watch


def trusts(self: Watch, teen: str) -> bool:
    """Look at the time alone."""
    del teen
    return self._clock() - self._begun < TRUST_S


Watch.trusts = trusts  # type: ignore[method-assign]  # the planted bug

from family_pairing.asgi import application  # noqa: E402 the plant has to be there first

__all__ = ["application"]
