"""WebSocket APIs on any ASGI server: decorators, the `WebSocket`, the base of generated code."""

from collections.abc import AsyncIterator as _AsyncIterator
from typing import Any as _Any
from typing import TypeAlias as _TypeAlias

from wsgen_runtime._app import WebSocketApp
from wsgen_runtime._asgi import WebSocketMessage
from wsgen_runtime._decorators import websocket, websocket_listener, websocket_stream
from wsgen_runtime._ending import Closed
from wsgen_runtime._listeners import WebsocketListener, WebsocketListenerRouteHandler
from wsgen_runtime._options import Dependency
from wsgen_runtime._request import ASGIConnection
from wsgen_runtime._route_handlers import BaseRouteHandler, WebsocketRouteHandler
from wsgen_runtime._state import WebSocketState
from wsgen_runtime._streams import send_websocket_stream
from wsgen_runtime._terms import Limits
from wsgen_runtime._websocket import WebSocket
from wsgen_runtime.close_codes import (
    WS_1000_NORMAL_CLOSURE,
    WS_1001_GOING_AWAY,
    WS_1002_PROTOCOL_ERROR,
    WS_1003_UNSUPPORTED_DATA,
    WS_1007_INVALID_FRAME_PAYLOAD_DATA,
    WS_1008_POLICY_VIOLATION,
    WS_1009_MESSAGE_TOO_BIG,
    WS_1010_MANDATORY_EXTENSION,
    WS_1011_INTERNAL_ERROR,
    WS_1012_SERVICE_RESTART,
    WS_1013_TRY_AGAIN_LATER,
    WS_4001_UNAUTHORIZED,
    WS_4003_FORBIDDEN,
    WS_4004_NOT_FOUND,
)
from wsgen_runtime.concurrency import sync_to_thread
from wsgen_runtime.exceptions import WebSocketDisconnect, WebSocketException

AsyncTextIterator: _TypeAlias = _AsyncIterator[str]
AsyncBytesIterator: _TypeAlias = _AsyncIterator[bytes]
AsyncJSONIterator: _TypeAlias = _AsyncIterator[_Any]

__all__ = [
    "WS_1000_NORMAL_CLOSURE",
    "WS_1001_GOING_AWAY",
    "WS_1002_PROTOCOL_ERROR",
    "WS_1003_UNSUPPORTED_DATA",
    "WS_1007_INVALID_FRAME_PAYLOAD_DATA",
    "WS_1008_POLICY_VIOLATION",
    "WS_1009_MESSAGE_TOO_BIG",
    "WS_1010_MANDATORY_EXTENSION",
    "WS_1011_INTERNAL_ERROR",
    "WS_1012_SERVICE_RESTART",
    "WS_1013_TRY_AGAIN_LATER",
    "WS_4001_UNAUTHORIZED",
    "WS_4003_FORBIDDEN",
    "WS_4004_NOT_FOUND",
    "ASGIConnection",
    "AsyncBytesIterator",
    "AsyncJSONIterator",
    "AsyncTextIterator",
    "BaseRouteHandler",
    "Closed",
    "Dependency",
    "Limits",
    "WebSocket",
    "WebSocketApp",
    "WebSocketDisconnect",
    "WebSocketException",
    "WebSocketMessage",
    "WebSocketState",
    "WebsocketListener",
    "WebsocketListenerRouteHandler",
    "WebsocketRouteHandler",
    "send_websocket_stream",
    "sync_to_thread",
    "websocket",
    "websocket_listener",
    "websocket_stream",
]
