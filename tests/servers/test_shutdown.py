"""SIGTERM: what clients see, what handlers see, and when the server is gone."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable

from tests.servers.clients import dialled, ending
from tests.servers.matrix import check
from tests.servers.processes import GRACE, running

Expected = Callable[[object], object]
MARGIN = 3.0
"""Seconds that a server may take besides what it was told to give to handlers."""

CALM = {0, -signal.SIGTERM}
"""Statuses of a process that ended as it was told: uvicorn repeats the signal when it is done."""


@check("SIGTERM, idle")
async def test_sigterm_with_idle_connections(name: str, kind: str, expected: Expected) -> None:
    with running(name) as server, server.shown():
        visitors = [server.visitor() for _ in range(3)]
        urls = (
            server.ws(f"{kind}/{path}", who=who, then="wait")
            for path, who in zip(("rooms/7", "do/stay", "clock"), visitors, strict=True)
        )
        async with (
            dialled(next(urls)) as room,
            dialled(next(urls)) as stay,
            dialled(next(urls)) as clock,
        ):
            await asyncio.gather(*map(server.told, visitors, ["entered", "entered", "busy"]))
            server.process.terminate()
            ends = [(await ending(each))[0] for each in (room, stay, clock)]
        calm = await server.ended(GRACE + MARGIN) in CALM
        torn_down = [server.count(who, "torn down") for who in visitors]
    assert (ends, torn_down, calm) == expected(([1012] * 3, [1] * 3, True))


@check("SIGTERM, busy")
async def test_sigterm_with_a_busy_handler(name: str, kind: str, expected: Expected) -> None:
    with running(name) as server, server.shown():
        talking, mute = server.visitor(), server.visitor()
        async with (
            dialled(server.ws(f"{kind}/rooms/7", who=talking)) as room,
            dialled(server.ws(f"{kind}/do/mute", who=mute)) as other,
        ):
            await room.send('{"type":"say","text":"busy"}')
            await asyncio.gather(*(server.told(who, "busy") for who in (talking, mute)))
            server.process.terminate()
            ends = [(await ending(each))[0] for each in (room, other)]
        calm = await server.ended(GRACE + MARGIN) in CALM
        torn_down = [server.count(who, "torn down") for who in (talking, mute)]
    assert (ends, torn_down, calm) == expected(([1012] * 2, [1] * 2, True))
