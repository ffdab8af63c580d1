"""Messages of several types. What they look like is known to this function alone."""

from __future__ import annotations

from typing import Any

from wsgen_runtime import websocket_listener


@websocket_listener("/api")
async def commands(data: dict[str, Any]) -> dict[str, Any]:
    match data:
        case {"type": "ping"}:
            return {"type": "pong"}
        case {"type": "repeat", "data": payload}:
            return {"type": "repeated", "data": payload}
        case {"type": "repeat"}:
            return mistake("invalid_message", "$", "Object missing required field `data`")
        case _:
            return mistake("unknown_type", "$.type", "Expected a known tag")


def mistake(code: str, path: str, detail: str) -> dict[str, Any]:
    return {"type": "error", "code": code, "path": path, "detail": detail}
