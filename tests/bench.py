"""The runtime against a hand-written ASGI loop, side by side: `uv run poe bench`.

In one process and without a network, in turns, so that drift hits both alike. Read the ratios:
microseconds differ from machine to machine and from minute to minute.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import msgspec

from tests.comparison.in_wsgen import talk
from tests.comparison.talk import messages as m
from tests.comparison.world import World

App: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]

ROUNDS: Final = 15
MESSAGES: Final = 5000
CONNECTIONS: Final = 500
CONNECT: Final = {"type": "websocket.connect"}
SAY: Final = {"type": "websocket.receive", "text": '{"type":"say","text":"hello world"}'}
LEAVE: Final = {"type": "websocket.disconnect", "code": 1000}


def by_hand() -> App:
    """What one would write without a framework."""
    decode = msgspec.json.Decoder(m.Say | m.Typing).decode
    encode = msgspec.json.Encoder().encode

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            message = decode(event["text"])
            if isinstance(message, m.Say):
                reply = encode(m.Said(text=message.text))
                await send({"type": "websocket.send", "text": reply.decode()})

    return app


async def played(app: App, messages: int, connections: int) -> float:
    """Seconds that connections with so many messages each take."""

    async def receive() -> Any:
        return script.pop()

    async def send(event: Any) -> None:
        pass

    started = time.perf_counter()
    for _ in range(connections):
        script = [LEAVE, *[SAY] * messages, CONNECT]
        scope = {
            "type": "websocket",
            "path": "/rooms/7",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "subprotocols": [],
        }
        await app(scope, receive, send)
    return time.perf_counter() - started


async def ratio(app: App, limit: App, messages: int, connections: int) -> tuple[float, float]:
    """The median of the rounds' ratios, and the fastest time of the application."""
    ratios: list[float] = []
    times: list[float] = []
    for _ in range(ROUNDS):
        ours = await played(app, messages, connections)
        ratios.append(ours / await played(limit, messages, connections))
        times.append(ours)
    return statistics.median(ratios), min(times)


async def main() -> None:
    """Print two lines."""
    app, limit = talk(World()), by_hand()
    await ratio(app, limit, 100, 10)
    found, seconds = await ratio(app, limit, MESSAGES, 1)
    print(f"a message     {found:5.2f} × by hand   {seconds / MESSAGES * 1e6:6.2f} µs")
    found, seconds = await ratio(app, limit, 0, CONNECTIONS)
    print(f"a connection  {found:5.2f} × by hand   {seconds / CONNECTIONS * 1e6:6.2f} µs")


if __name__ == "__main__":
    asyncio.run(main())
