"""A conversation that the handler leads itself."""

from __future__ import annotations

from wsgen_runtime import WebSocket, websocket


@websocket("/echo")
async def echo(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(f"Echo: {text}")
