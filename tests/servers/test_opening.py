"""The opening handshake, and how a connection is refused, as a client sees it."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.servers.clients import TEXT, connected, dialled, ending, fetched, raw, refusal, upgrade
from tests.servers.deeds import SECRET
from tests.servers.matrix import check
from tests.servers.processes import COMMANDS, Server, running

Expected = Callable[[object], object]
STATUSES = {
    1002: 400, 1008: 403, 1011: 500, 1013: 503, 3000: 401, 4001: 401, 4003: 403, 4004: 404,
    4400: 400, 4429: 429, 4999: 403,
}  # fmt: skip


@check("accepting", essential=True)
async def test_accepting(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/echo")) as client:
        await client.send("hello")
        assert await client.recv() == expected("hello")


@check("request", essential=True)
async def test_what_the_request_brings(server: Server, kind: str, expected: Expected) -> None:
    headers = (b"X-Name: Ada", b"Cookie: a=b; c=d")
    async with raw(server, f"{kind}/do/look", *headers, q=["one", "zwei+drei/ü"]) as client:
        opcode, payload = await client.frame()
    assert opcode == TEXT
    assert json.loads(payload) == expected(
        {
            "client": True,
            "server": True,
            "header": "Ada",
            "cookie": "d",
            "query": ["one", "zwei+drei/ü"],
            "origin": "ws",
        }
    )


@check("header beyond ASCII")
async def test_a_header_beyond_ascii(server: Server, kind: str, expected: Expected) -> None:
    async with connected(server) as client:
        client.writer.write(upgrade(server, f"{kind}/do/look", b"X-Name: caf\xe9"))
        status = int((await client.reader.readuntil(b"\r\n\r\n")).split()[1])
        _, payload = await client.frame() if status == 101 else (TEXT, b"{}")
    assert (status, json.loads(payload).get("header")) == expected((101, "caf\xe9"))


@check("subprotocols", essential=True)
async def test_subprotocols(server: Server, kind: str, expected: Expected) -> None:
    url = server.ws(f"{kind}/speaking/leave")
    chosen: list[object] = []
    for offered in (["chat.v1"], ["other", "chat.v1", "chat.v2"], []):
        async with dialled(url, subprotocols=offered) as client:
            chosen.append(client.subprotocol)
    assert chosen == expected(["chat.v1", "chat.v2", None])


@check("no common subprotocol")
async def test_no_common_subprotocol(server: Server, kind: str, expected: Expected) -> None:
    status, body, _ = await refusal(server.ws(f"{kind}/speaking/leave"), subprotocols=["other"])
    right = (400, "none of the offered subprotocols is spoken here")
    assert (status, body) == expected(right)


@check("accept headers")
async def test_headers_of_the_acceptance(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/do/echo")) as client:
        assert client.response is not None
        sent = client.response.headers.get("x-wsgen")
    assert sent == expected("yes")


@check("refusal statuses", essential=True)
async def test_statuses_of_refusals(server: Server, kind: str, expected: Expected) -> None:
    url = server.ws(f"{kind}/do/refuse")
    statuses = {code: (await refusal(f"{url}?code={code}"))[0] for code in STATUSES}
    assert statuses == expected(STATUSES)


@check("refusal body", essential=True)
async def test_body_of_a_refusal(server: Server, kind: str, expected: Expected) -> None:
    url = server.ws(f"{kind}/do/refuse", code=4001, reason="zuerst anmelden, bitte schön")
    _, body, headers = await refusal(url)
    seen = (body, headers.get("content-type"), headers.get("content-length"))
    right = ("zuerst anmelden, bitte schön", "text/plain; charset=utf-8", "29")
    assert seen == expected(right)


@check("declared refusal")
async def test_refusal_with_a_declared_status(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    status, body, _ = await refusal(server.ws(f"{kind}/rooms/7", who=who, full=1))
    assert (status, body) == expected((503, "No seat left"))


@check("refusal by close", essential=True)
async def test_refusal_by_a_close(server: Server, kind: str, expected: Expected) -> None:
    async with dialled(server.ws(f"{kind}/closing/refuse", code=4001, reason="no")) as client:
        assert await ending(client) == expected((4001, "no"))


@check("raising before accept", essential=True)
async def test_raising_before_accept(server: Server, kind: str, expected: Expected) -> None:
    status, body, headers = await refusal(server.ws(f"{kind}/do/fail_early"))
    assert SECRET not in body + str(headers)
    assert (status, body) == expected((500, ""))


@check("returning before accept")
async def test_returning_before_accept(server: Server, kind: str, expected: Expected) -> None:
    status, body, _ = await refusal(server.ws(f"{kind}/do/nothing"))
    assert (status, body) == expected((500, ""))


@check("teardown of a refused connection")
async def test_teardown_of_a_refused_connection(
    server: Server, kind: str, expected: Expected
) -> None:
    who = server.visitor()
    await refusal(server.ws(f"{kind}/do/refuse", who=who, code=4001))
    assert await server.told(who, "torn down", within=1) == expected([])


@check("foreign origin", essential=True)
async def test_a_foreign_origin(server: Server, kind: str, expected: Expected) -> None:
    url = server.ws(f"{kind}/do/leave")
    statuses = [(await refusal(url, origin="https://evil.example"))[0]]
    statuses.append((await refusal(server.ws(f"{kind}/closing/leave"), origin="null"))[0])
    async with dialled(url, origin=f"http://127.0.0.1:{server.port}") as client:
        await ending(client)
    assert statuses == expected([403, 403])


@check("unknown path", essential=True)
async def test_an_unknown_path(server: Server, kind: str, expected: Expected) -> None:
    urls = [server.ws(f"{kind}/nowhere"), server.ws(f"{kind}/rooms/seven")]
    assert [(await refusal(url))[:2] for url in urls] == expected([(404, "not found")] * 2)


@check("HTTP requests", essential=True)
async def test_http_requests(server: Server, kind: str, expected: Expected) -> None:
    status, _, body = await fetched(server, f"{kind}/nowhere")
    known, headers, _ = await fetched(server, f"{kind}/rooms/7")
    assert (status, body, known, headers.get("upgrade")) == expected(
        (404, "not found", 426, "websocket")
    )


@check("several paths", essential=True)
async def test_several_paths(server: Server, kind: str, expected: Expected) -> None:
    heard: list[object] = []
    for path in ("rooms/7", "r/-8", "rooms/7/"):
        async with dialled(server.ws(f"{kind}/{path}", token="Ada")) as client:
            await client.send('{"type":"say","text":"hi"}')
            heard.append(await client.recv())
    assert heard == expected(['{"type":"said","text":"hi","by":"Ada"}'] * 3)


@check("mounted at a path")
async def test_mounted_at_a_path(name: str, kind: str, expected: Expected) -> None:
    command = COMMANDS[name]
    with running(name, *command.root_path, prefix=command.prefix) as server, server.shown():
        async with dialled(server.ws(f"{kind}/do/where")) as client:
            seen = await client.recv()
        assert seen == expected(f"ws://127.0.0.1:{server.port}/mounted/generated/clock")
