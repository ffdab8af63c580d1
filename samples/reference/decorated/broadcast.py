"""What one client says, all of them hear."""

from __future__ import annotations

import asyncio

from wsgen_runtime import WebSocket, websocket_listener

crowd: set[WebSocket] = set()


def enter(socket: WebSocket) -> None:
    crowd.add(socket)


def leave(socket: WebSocket) -> None:
    crowd.discard(socket)


@websocket_listener("/broadcast", on_accept=enter, on_disconnect=leave)
async def broadcast(data: str) -> None:
    telling = (each.send_text(f"Somebody says: {data}") for each in crowd)
    await asyncio.gather(*telling, return_exceptions=True)  # some may just have left
