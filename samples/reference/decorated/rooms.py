"""A parameter in the path."""

from __future__ import annotations

from wsgen_runtime import WebSocket, websocket


@websocket("/rooms/{room_id:int}")
async def room(socket: WebSocket, room_id: int) -> None:
    await socket.accept()
    welcome = f"Welcome to room {room_id}"
    await socket.send_json({"type": "room_joined", "room_id": room_id, "message": welcome})
    async for message in socket.iter_json():
        await socket.send_json({"type": "room_message", "room_id": room_id, "data": message})
