"""How Hypothesis draws: the same examples at every change, so that red is the change's doing; new ones when proving."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.core.proving import EXAMPLES, REDUCED

settings.register_profile(
    "family",
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == REDUCED,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("family")
