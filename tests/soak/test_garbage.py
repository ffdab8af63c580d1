"""An ended connection is gone at once: nothing of it waits for the garbage collector (41).

Objects that refer to each other, such as an exception and the frame that holds it, pile up until
the collector runs; under load that is memory, and then a pause. So there must be none, for every
kind of connection, with an observer and without.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from tests.soak.driving import SCENARIOS, Scenario

from wsgen_runtime.observe import Counters, Observer

CONNECTIONS = [200, pytest.param(1000, marks=pytest.mark.soak)]


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log records: pytest keeps them, and with them the exceptions of a thousand failures."""
    monkeypatch.setattr(logging.getLogger("wsgen_runtime"), "disabled", True)


@pytest.fixture(autouse=True, scope="module")
def _frozen() -> Iterator[None]:
    """What there is now is left alone, so that collecting is quick."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@contextmanager
def collecting() -> Iterator[list[object]]:
    """What becomes garbage meanwhile, once `gc.collect()` is called."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        yield gc.garbage
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.collect()


@pytest.mark.parametrize("connections", CONNECTIONS)
@pytest.mark.parametrize("observer", [None, Counters()], ids=["unobserved", "observed"])
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
async def test_b41_a_connection_leaves_no_garbage(
    scenario: Scenario, observer: Observer | None, connections: int
) -> None:
    app = scenario.make(observer)
    await scenario.play(app)  # what is made once
    with collecting() as garbage:
        for _ in range(connections):
            await scenario.play(app)
        await asyncio.sleep(0)
        found = gc.collect()
        where = places(garbage) if found else set()
    assert found < connections / 20, where  # not one object for each


def places(garbage: list[object]) -> set[str]:
    """The frames among some garbage, or else its types."""
    frames = [each for each in garbage if isinstance(each, FrameType)]
    return {f"{each.f_code.co_filename}:{each.f_lineno}" for each in frames} or {
        type(each).__qualname__ for each in garbage
    }
