"""What an operator sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.servers.clients import PING, Raw, dialled, ending, raw, refusal
from tests.servers.matrix import check
from tests.servers.processes import COMMANDS, Server, running

Expected = Callable[[object], object]
_TROUBLE = re.compile(r"(?:ERROR|CRITICAL|Exception|Traceback)\W*(.*)")


@check("quiet log", essential=True)
async def test_the_log_has_no_errors_where_nothing_is_wrong(
    server: Server, kind: str, expected: Expected
) -> None:
    """Refusals, kicks, own closes and clients that are lost are everyday life."""
    await refusal(server.ws(f"{kind}/do/refuse", code=4001))
    await refusal(server.ws(f"{kind}/nowhere"))
    await refusal(server.ws(f"{kind}/rooms/7", full=1))
    for path in ("close", "leave"):
        async with dialled(server.ws(f"{kind}/do/{path}", code=1011)) as client:
            await ending(client)
    for path, leave in (("do/echo", Raw.reset), ("clock", Raw.reset), ("rooms/7", say_goodbye)):
        who = server.visitor()
        async with raw(server, f"{kind}/{path}", who=who, then="flood") as client:
            await leave(client)
        await server.told(who, "torn down")
    assert sorted(set(_TROUBLE.findall(server.recent))) == expected([])


@check("pings")
async def test_a_silent_client_is_pinged(name: str, expected: Expected) -> None:
    options = COMMANDS[name].pings
    if options is not None:
        with running(name, *options) as server, server.shown():
            async with raw(server, "/decorated/do/stay") as client:
                opcode, _ = await client.frame()
    assert (options is not None and opcode == PING) == expected(True)


@check("path of the mount", essential=True)
async def test_no_client_says_where_the_application_is_mounted(
    server: Server, kind: str, expected: Expected
) -> None:
    async with raw(server, f"{kind}/do/where", b"Daphne-Root-Path: /evil") as client:
        _, url = await client.frame()
    path = url.decode().removeprefix(f"ws://127.0.0.1:{server.port}")
    assert path == expected("/generated/clock")


async def say_goodbye(client: Raw) -> None:
    await client.leave(1000)
