"""How a connection ends: close codes in both directions, exceptions, teardown."""

from __future__ import annotations

import struct
from collections.abc import Callable

from tests.servers.clients import BINARY, CLOSE, TEXT, dialled, ending, raw
from tests.servers.deeds import SECRET
from tests.servers.matrix import check
from tests.servers.processes import Server

Expected = Callable[[object], object]
CODES = (1000, 1001, 1007, 1009, 1011, 1012, 3000, 4001, 4999)
LONG = "ü" * 70
"""Of 140 bytes, of which 123 may be sent: 61 characters."""


@check("close codes", essential=True)
async def test_close_codes(server: Server, kind: str, expected: Expected) -> None:
    seen: dict[int, int | None] = {}
    for code in CODES:
        async with dialled(server.ws(f"{kind}/do/close", code=code)) as client:
            seen[code], _ = await ending(client)
    assert seen == expected({code: code for code in CODES})


@check("close reasons", essential=True)
async def test_close_reasons(server: Server, kind: str, expected: Expected) -> None:
    seen: list[str | None] = []
    for reason in ("why", "tschüss, 世界", LONG):
        async with dialled(server.ws(f"{kind}/do/close", code=4001, reason=reason)) as client:
            seen.append((await ending(client))[1])
    assert seen == expected(["why", "tschüss, 世界", "ü" * 61])


@check("own close is remembered")
async def test_own_close_is_remembered(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    url = server.ws(f"{kind}/do/close", who=who, code=1011, reason="why")
    async with dialled(url) as client:
        await ending(client)
        assert await server.told(who, "handler left") == expected([1011, "why"])


@check("returning", essential=True)
async def test_returning(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/leave")) as client:
        assert await ending(client) == expected((1000, ""))


@check("exceptions", essential=True)
async def test_exceptions(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/fail")) as client:
        handler = await ending(client)
    async with dialled(server.ws(f"{kind}/rooms/7")) as client:
        await client.send('{"type":"say","text":"fail"}')
        listener = await ending(client)
    assert (handler, listener) == expected(((1011, ""), (1011, "")))


@check("exceptions leak nothing", essential=True)
async def test_exceptions_leak_nothing(server: Server, kind: str, expected: Expected) -> None:
    async with raw(server, f"{kind}/do/fail") as client:
        first = await client.frame()
        everything = first[1] + await client.leave(1011)
    assert SECRET.encode() not in everything
    assert b"Error" not in everything
    assert (first[0], everything) == expected((CLOSE, struct.pack(">H", 1011)))


@check("exceptions with a code", essential=True)
async def test_exceptions_with_a_code(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/complain")) as client:
        assert await ending(client) == expected((4123, "not like this"))


@check("client's close", essential=True)
async def test_the_clients_close(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    async with dialled(server.ws(f"{kind}/rooms/7", who=who)) as client:
        await client.close(4005, "why")
    assert await server.told(who, "ended", within=1) == expected([4005, "why"])
    assert await server.told(who, "torn down", within=1) == []


@check("client's close without a code")
async def test_the_clients_close_without_a_code(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    async with raw(server, f"{kind}/rooms/7", who=who) as client:
        await client.leave(None)
        assert await server.told(who, "ended", within=1) == expected([1005, ""])


@check("connection lost", essential=True)
async def test_a_lost_connection(server: Server, kind: str, expected: Expected) -> None:
    codes: list[object] = []
    for broken in ("reset", "end"):
        who = server.visitor()
        async with raw(server, f"{kind}/rooms/7", who=who) as client:
            if broken == "reset":
                await client.reset()
            else:
                client.writer.write_eof()
            codes += (await server.told(who, "ended", within=1))[:1]
        assert await server.told(who, "torn down", within=1) == []
    assert codes == expected([1006, 1006])


@check("sending after the end")
async def test_sending_after_the_end(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    async with raw(server, f"{kind}/do/late", who=who) as client:
        everything = await client.leave(1000)
        assert await server.told(who, "refused", within=1) == expected([3])
    assert b"late" not in everything


@check("torn down once", essential=True)
async def test_everything_is_torn_down_once(server: Server, kind: str, expected: Expected) -> None:
    who = server.visitor()
    for deed in ("close?code=4001", "leave?", "fail?", "complain?"):
        async with dialled(server.ws(f"{kind}/do/{deed}&who={who}")) as client:
            await ending(client)
    async with dialled(server.ws(f"{kind}/do/echo", who=who)) as client:
        await client.close()
    await server.logged_times(who, "torn down", 5)
    counts = server.count(who, "handler left"), server.count(who, "torn down")
    assert counts == expected((5, 5))


@check("kicking", essential=True)
async def test_kicking(server: Server, kind: str, expected: Expected) -> None:
    ends: list[object] = []
    for path in ("rooms/7", "do/stay"):
        who = server.visitor()
        async with dialled(server.ws(f"{kind}/{path}", who=who)) as client:
            await client.send('{"type":"typing"}')
            await server.told(who, "entered")
            async with dialled(server.ws(f"{kind}/do/kick", target=who)) as other:
                await ending(other)
            ends.append(await ending(client))
            await server.told(who, "torn down", within=1)
    assert ends == expected([(4010, "kicked")] * 2)


@check("client that never answers a close")
async def test_a_client_that_never_answers_a_close(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    async with raw(server, f"{kind}/do/close", who=who, code=4001) as client:
        opcode, payload = await client.frame()
        prompt = await server.tells(who, "torn down")
    assert (opcode, int.from_bytes(payload[:2]), prompt) == expected((CLOSE, 4001, True))


@check("messages before a close")
async def test_messages_before_a_close_in_one_segment(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    async with raw(server, f"{kind}/rooms/7", who=who) as client:
        for _ in range(3):
            client.send(TEXT, b'{"type":"typing"}')
        await client.leave(4005)
        await server.told(who, "ended", within=1)
    assert server.count(who, "typing") == expected(3)


@check("bytes that are no frames", essential=True)
async def test_bytes_that_are_no_frames(server: Server, kind: str, expected: Expected) -> None:
    seen: list[object] = []
    for opcode, payload in ((TEXT, b"\xff\xfe"), (BINARY | 0x40, b"x"), (5, b"x")):
        who = server.visitor()
        async with raw(server, f"{kind}/do/echo", who=who) as client:
            client.send(opcode, payload)
            answer, body = await client.frame()
            await client.finish()
            await server.told(who, "torn down", within=1)
        seen.append(int.from_bytes(body[:2]) if answer == CLOSE else None)
    assert seen == expected([1007, 1002, 1002])
