"""Messages on the wire: kinds, sizes, order, and receives that are given up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress

from tests.servers.clients import BINARY, CLOSE, PING, PONG, TEXT, connection, dialled, ending, raw
from tests.servers.deeds import PATIENT_MESSAGES
from tests.servers.matrix import check
from tests.servers.processes import PATIENCE, Server
from websockets.exceptions import ConnectionClosed

Expected = Callable[[object], object]
MIB = 1024 * 1024
CLIENTS = 1000


@check("text and binary", essential=True)
async def test_text_and_binary(server: Server, kind: str, expected: Expected) -> None:
    sent: list[str | bytes] = ["a", "tschüss, 世界 🎉", b"\x00\xff", "\x00"]
    async with dialled(server.ws(f"{kind}/do/echo")) as client:
        for each in sent:
            await client.send(each)
        seen = [await client.recv() for _ in sent]
    assert seen == expected(sent)


@check("empty messages", essential=True)
async def test_empty_messages(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/echo")) as client:
        for each in ("", b"", "end"):
            await client.send(each)
        seen = [await client.recv()]
        while seen[-1] != "end":
            seen.append(await client.recv())
    assert seen == expected(["", b"", "end"])


@check("a mebibyte", essential=True)
async def test_messages_of_a_mebibyte(server: Server, kind: str, expected: Expected) -> None:
    seen: list[object] = []
    async with dialled(server.ws(f"{kind}/do/echo")) as client:
        for each in ("x" * MIB, "ü" * (MIB // 2), b"\xff" * MIB):
            await client.send(each)
            seen.append(await client.recv() == each)
    assert seen == expected([True, True, True])


@check("too big", essential=True)
async def test_messages_that_are_too_big(server: Server, kind: str, expected: Expected) -> None:
    ends: list[object] = []
    for path, size in (("limited/7", 1001), ("do/echo", MIB + 1)):
        who = server.visitor()
        async with dialled(server.ws(f"{kind}/{path}", who=who)) as client:
            await client.send("x" * size)
            ends.append(await ending(client))
            await server.told(who, "torn down", within=1)
    assert ends == expected([(1009, "the message is too big")] * 2)


@check("beyond the server's own limit")
async def test_a_message_beyond_the_servers_limit(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    async with raw(server, f"{kind}/do/echo", who=who) as client:
        client.send(BINARY, bytes(17 * MIB))
        opcode, payload = await client.frame()
    prompt = await server.tells(who, "torn down")
    assert (opcode, int.from_bytes(payload[:2]), prompt) == expected((CLOSE, 1009, True))


@check("fragments and pings", essential=True)
async def test_fragments_and_pings(server: Server, kind: str, expected: Expected) -> None:
    async with raw(server, f"{kind}/do/echo") as client:
        client.send(TEXT, b"on", fin=False)
        client.send(PING, b"there?")
        client.send(0, b"", fin=False)
        client.send(0, b"e")
        frames = [await client.frame() for _ in range(2)]
    assert sorted(frames) == expected([(TEXT, b"one"), (PONG, b"there?")])


@check("order of sends", essential=True)
async def test_order_of_sends_of_many_tasks(server: Server, kind: str, expected: Expected) -> None:
    counts: dict[int, list[int]] = {}
    async with dialled(server.ws(f"{kind}/do/crowd")) as client:
        for _ in range(200):
            number, count = json.loads(await client.recv())
            counts.setdefault(number, []).append(count)
    assert counts == expected({number: list(range(20)) for number in range(10)})


@check("receives that are given up", essential=True)
async def test_receives_that_are_given_up_lose_nothing(
    server: Server, kind: str, expected: Expected
) -> None:
    sent: list[str] = []
    async with dialled(server.ws(f"{kind}/do/patient")) as client:
        while (text := await client.recv()) == "next":
            if len(sent) < PATIENT_MESSAGES:
                sent.append(str(len(sent)))
                await client.send(sent[-1])
        assert json.loads(text) == expected([True, sent])


@check("rate", essential=True)
async def test_more_messages_than_the_rate(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/limited/7")) as client:
        for _ in range(20):
            await client.send('{"type":"typing"}')
        closed = asyncio.ensure_future(client.wait_closed())
        while not closed.done():  # one by one: a server that closes with some unread resets
            with suppress(ConnectionClosed):
                await client.send('{"type":"typing"}')
            await asyncio.wait((closed,), timeout=0.02)
        assert await ending(client) == expected((1008, "too many messages"))


@check("idle", essential=True)
async def test_silence_for_too_long(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    async with dialled(server.ws(f"{kind}/idle/7", who=who)) as client:
        assert await ending(client) == expected((1001, "idle for too long"))
        await server.told(who, "torn down", within=1)


@check("invalid data", essential=True)
async def test_invalid_data(server: Server, kind: str, expected: Expected) -> None:
    ends: list[object] = []
    for payload in ('{"type":"say","text":7}', '{"type":"shout"}', "["):
        async with dialled(server.ws(f"{kind}/rooms/7")) as client:
            await client.send(payload)
            ends.append((await ending(client))[0])
    assert ends == expected([1007, 1007, 1007])


@check("wrong frame", essential=True)
async def test_a_frame_of_the_wrong_kind(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/rooms/7")) as client:
        await client.send(b'{"type":"typing"}')
        assert (await ending(client))[0] == expected(1003)


@check("a thousand connections")
async def test_a_thousand_connections(server: Server, kind: str, expected: Expected) -> None:
    ready = asyncio.Barrier(CLIENTS)
    gate = asyncio.Semaphore(50)
    crowd = server.visitor()

    async def one(number: int) -> object:
        url = server.ws(f"{kind}/rooms/{number}", who=crowd, token=number)
        async with gate:
            client = await connection(url)
        async with client:
            await ready.wait()
            await client.send('{"type":"say","text":"hi"}')
            return json.loads(await client.recv())["by"]

    async with asyncio.timeout(3 * PATIENCE), asyncio.TaskGroup() as group:
        clients = [group.create_task(one(number)) for number in range(CLIENTS)]
    said = [client.result() for client in clients]
    assert said == expected([str(number) for number in range(CLIENTS)])
    await server.logged_times(crowd, "torn down", CLIENTS)
