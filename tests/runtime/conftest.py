"""What tests of the runtime share: a look at the log."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

Logged = Callable[[], list[logging.LogRecord]]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Logged:
    """The records of the runtime so far, from warnings upwards, and those of asyncio."""

    def records() -> list[logging.LogRecord]:
        return [
            each
            for each in caplog.records
            if each.name in {"wsgen_runtime", "asyncio"} and each.levelno >= logging.WARNING
        ]

    return records
