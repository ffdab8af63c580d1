"""A function that is called for each message; what it returns is sent."""

from __future__ import annotations

from wsgen_runtime import websocket_listener


@websocket_listener("/listener")
async def listener(data: str) -> str:
    return f"Received: {data}"
