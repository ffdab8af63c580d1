"""One server at a time, and each for as many tests as possible."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

import pytest
from tests.servers.deviations import DEVIATIONS
from tests.servers.matrix import CHECKS
from tests.servers.processes import COMMANDS, Server, running

T = TypeVar("T")
Expected = Callable[[T], T]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The essential checks belong to the matrix too, for runs that ask for it."""
    if "not servers" in config.option.markexpr:
        return
    for each in items:
        if isinstance(each, pytest.Function) and getattr(each.function, "essential", False):
            each.add_marker(pytest.mark.servers)


@pytest.fixture(scope="session", params=COMMANDS)
def shared(request: pytest.FixtureRequest) -> Generator[Server]:
    """A server for many tests."""
    with running(request.param) as server:
        yield server


@pytest.fixture
def server(shared: Server) -> Generator[Server]:
    """The server, which shows what it said during a test that fails."""
    with shared.shown():
        yield shared


@pytest.fixture(params=COMMANDS)
def name(request: pytest.FixtureRequest) -> str:
    """A server's name, for tests that start one of their own."""
    named: str = request.param
    return named


@pytest.fixture(params=["decorated", "generated"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which handlers: the paths of one kind begin with this."""
    named: str = request.param
    return f"/{named}"


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Callable[[object], object]:
    """What the test's check must come to on its server: the right outcome, or the known other."""
    check: str = request.function.check
    assert check in CHECKS, f"matrix.py does not know the check {check!r}"
    named = request.node.callspec.params
    deviation = DEVIATIONS.get(named.get("shared") or named["name"], {}).get(check)

    def outcome(right: object) -> object:
        if deviation is None:
            return right
        assert deviation.outcome != right, f"{check}: no deviation at all"
        return deviation.outcome

    return outcome
