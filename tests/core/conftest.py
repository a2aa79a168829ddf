"""The settings of the property tests; nothing here needs a database."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.core.proving import EXAMPLES

settings.register_profile(
    "core",
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("core")
