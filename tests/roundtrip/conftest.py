"""Hypothesis runs the same examples everywhere, however slow the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "roundtrip", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("roundtrip")
