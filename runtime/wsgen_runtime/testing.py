"""A client for tests: ASGI without a server, in the test's own event loop.

    async def test_say() -> None:
        async with WebSocketTestClient(app, wire=WIRE) as client:
            async with client.connect("/rooms/7/ws", query={"token": "t"}) as session:
                await session.send(m.Say(text="hi"))
                assert (await session.receive(m.Said)).text == "hi"

`SyncWebSocketTestClient` is the same for plain functions. Every wait has a timeout. Leaving a
session sends a disconnect with 1000, waits for the application and raises what it raised. An
application that breaks the order of events fails the test, and what a generated handler sends is
decoded as its clients would: in a test, a handler that sends what its schema does not allow ends
with 1011 and a `SerializationError` in the log.
"""

from __future__ import annotations

from wsgen_runtime._testing_client import WebSocketTestClient
from wsgen_runtime._testing_session import Rejected, WebSocketTestSession
from wsgen_runtime._testing_sync import SyncWebSocketTestClient, SyncWebSocketTestSession

__all__ = [
    "Rejected",
    "SyncWebSocketTestClient",
    "SyncWebSocketTestSession",
    "WebSocketTestClient",
    "WebSocketTestSession",
]
