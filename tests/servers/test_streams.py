"""Streams: they notice within a second that nobody listens any more."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.servers.clients import Raw, dialled, ending, raw
from tests.servers.matrix import check
from tests.servers.processes import Server

Expected = Callable[[object], object]


@check("stream", essential=True)
async def test_a_stream_to_its_end(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    async with dialled(server.ws(f"{kind}/clock", who=who)) as client:
        counters = [json.loads(await client.recv())["counter"] for _ in range(2)]
        assert (counters, await ending(client)) == expected(([0, 1], (1000, "")))
    await server.told(who, "stream closed", within=1)
    await server.told(who, "torn down", within=1)


@check("silent stream", essential=True)
async def test_a_silent_stream_notices_the_end(
    server: Server, kind: str, expected: Expected
) -> None:
    seen: list[bool] = []
    for leave in (say_goodbye, Raw.reset, hang_up):
        who = server.visitor()
        async with raw(server, f"{kind}/clock", who=who, then="wait") as client:
            await server.told(who, "busy")
            await leave(client)
            seen.append(await server.tells(who, "stream closed"))
            await server.told(who, "torn down", within=1)
    assert seen == expected([True, True, True])


@check("flooding stream", essential=True)
async def test_a_flooding_stream_notices_the_end(
    server: Server, kind: str, expected: Expected
) -> None:
    seen: list[bool] = []
    for leave, reads in ((say_goodbye, True), (Raw.reset, True), (Raw.reset, False)):
        who = server.visitor()
        async with raw(server, f"{kind}/clock", who=who, then="flood") as client:
            while reads and b'"counter":100,' not in (await client.frame())[1]:
                pass
            await leave(client)
            seen.append(await server.tells(who, "stream closed"))
            await server.told(who, "torn down", within=1)
    assert seen == expected([True, True, True])


async def say_goodbye(client: Raw) -> None:
    await client.leave(1000)


async def hang_up(client: Raw) -> None:
    client.writer.write_eof()
