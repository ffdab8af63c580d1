"""Hypothesis runs the same examples everywhere, however slow the machine is."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "roundtrip", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("roundtrip")


@pytest.fixture(scope="package", autouse=True)
def kept_out_of_sight() -> Iterator[None]:
    """What was built here stays (see `tests.building`): the collector need not look at it again."""
    yield
    gc.freeze()
