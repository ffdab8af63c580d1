"""The three engines, two of them over real brokers, which are started where a test wants them."""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

import pytest
from tests.topics import brokers
from tests.topics.brokers import Broker

ENGINES: Final = ("memory", "redis", "nats")
BROKERS: Final = {"redis": brokers.redis, "nats": brokers.nats}


@pytest.fixture(scope="session")
def redis_server() -> Generator[Broker]:
    with brokers.redis() as broker:
        yield broker


@pytest.fixture(scope="session")
def nats_server() -> Generator[Broker]:
    with brokers.nats() as broker:
        yield broker


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str:
    """Of each engine in turn; the brokers are shared by all tests."""
    if request.param == "memory":
        return "memory://"
    broker: Broker = request.getfixturevalue(f"{request.param}_server")
    return broker.url


@pytest.fixture(params=["redis", "nats"])
def broker(request: pytest.FixtureRequest) -> Generator[Broker]:
    """A broker of the test's own, which it may kill."""
    with BROKERS[request.param]() as own:
        yield own
