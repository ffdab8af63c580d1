"""Who connects is known before the connection is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from wsgen_runtime import (
    WS_4001_UNAUTHORIZED,
    WS_4003_FORBIDDEN,
    Dependency,
    WebSocket,
    WebSocketException,
    websocket,
)


@dataclass(frozen=True)
class User:
    id: int
    name: str


USERS = {"alice-token": User(id=123, name="alice")}


async def authenticate(socket: WebSocket) -> User:
    token = socket.query_params.get("token")
    if not token:
        raise WebSocketException("Authentication required", code=WS_4001_UNAUTHORIZED)
    if token not in USERS:
        raise WebSocketException("Invalid token", code=WS_4003_FORBIDDEN)
    return USERS[token]


@websocket("/secure", dependencies={"user": Dependency(authenticate)})
async def secure(socket: WebSocket, user: User) -> None:
    await socket.accept()
    await socket.send_json({"type": "welcome", "user": user.name})
    async for message in socket.iter_json():
        await socket.send_json({"type": "response", "user_id": user.id, "echo": message})
