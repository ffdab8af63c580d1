"""Thousands of connections: memory, tasks and descriptors are flat afterwards, or the test fails.

A short version is part of every run; `-m soak` is the long one: 10,000 connections without a
server and over uvicorn, and 500 clients for as many seconds as WSGEN_SOAK_SECONDS says (120).
What is asserted leaves room for caches, and none for one object for each connection.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import logging
import os
import sys
import tracemalloc
from collections.abc import Iterator
from typing import Final

import pytest
from tests.soak.clients import crowd, reporting, server, visits
from tests.soak.driving import SCENARIOS, decorated, generated

KIB: Final = 1024
MIB: Final = 1024 * KIB
SECONDS: Final = float(os.environ.get("WSGEN_SOAK_SECONDS", "120"))
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process holds")


def long(*values: float) -> object:
    """Values of the long version."""
    return pytest.param(*values, marks=pytest.mark.soak)


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No log records: pytest would keep them all."""
    monkeypatch.setattr(logging.getLogger("wsgen_runtime"), "disabled", True)


@pytest.fixture
def traced() -> Iterator[None]:
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    yield
    tracemalloc.stop()
    gc.unfreeze()


@pytest.mark.slow
@pytest.mark.parametrize("connections", [1_000, long(10_000)])
async def test_connections_without_a_server_leave_nothing(connections: int, traced: None) -> None:
    apps = {make.__name__: make(None) for make in (decorated, generated)}
    quick = [each for name, each in SCENARIOS.items() if name != "silence"]
    turns = itertools.cycle(quick)

    async def play(count: int) -> tuple[int, int, int]:
        for _, scenario in zip(range(count), turns, strict=False):
            await scenario.play(apps[scenario.make.__name__])
            await asyncio.sleep(0)  # as between events of a server
        gc.collect()
        objects = len(gc.get_objects())
        return tracemalloc.get_traced_memory()[0], objects, len(asyncio.all_tasks())

    await play(300)
    memory, objects, tasks = await play(300)
    memory_after, objects_after, tasks_after = await play(connections)
    print(f"{connections}: {memory_after - memory} bytes, {objects_after - objects} objects")
    assert tasks_after == tasks
    assert memory_after - memory < 16 * connections + 32 * KIB
    assert objects_after - objects < connections // 20


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize(("connections", "traced"), [(600, False), long(10_000, True)])
async def test_connections_over_uvicorn_leave_nothing(connections: int, traced: bool) -> None:
    with server(traced=traced) as base:
        async with reporting(base) as reporter:
            await visits(base, 1_000 if traced else 300)
            before = await reporter.calm()
            await visits(base, connections)
            after = await reporter.calm()
    print(f"{connections}: before {before}\nafter {after}")
    assert after.tasks <= before.tasks + 2
    assert after.descriptors <= before.descriptors + 2
    assert after.objects - before.objects < connections // 10
    assert after.rss - before.rss < 4 * MIB
    if traced:
        assert after.traced - before.traced < 16 * connections + 128 * KIB


@LINUX
@pytest.mark.slow
@pytest.mark.parametrize(("clients", "seconds"), [(100, 4.0), long(500, SECONDS)])
async def test_a_crowd_for_a_while_leaves_nothing(clients: int, seconds: float) -> None:
    with server() as base:
        async with reporting(base) as reporter:
            first = await crowd(base, clients, seconds / 4)  # as many at once as later
            before = await reporter.calm()
            second = await crowd(base, clients, seconds)
            after = await reporter.calm()
    print(f"{first} and {second} connections: before {before}\nafter {after}")
    assert second > first
    assert after.tasks <= before.tasks + 2
    assert after.descriptors <= before.descriptors + 2
    assert after.objects - before.objects < max(second // 10, 200)
    assert after.rss - before.rss < 8 * MIB
