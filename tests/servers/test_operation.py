"""What an operator sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.servers.clients import Raw, dialled, ending, raw, refusal
from tests.servers.matrix import check
from tests.servers.processes import Server

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


async def say_goodbye(client: Raw) -> None:
    await client.leave(1000)
