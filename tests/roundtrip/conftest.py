"""What random schemas leave behind."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def kept_out_of_sight() -> Iterator[None]:
    """What was built here stays (see `tests.building`): the collector need not look at it again."""
    yield
    gc.freeze()
