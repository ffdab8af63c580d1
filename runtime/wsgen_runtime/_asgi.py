"""The types of ASGI, version 3, as far as WebSockets go (asgiref, specs/www.rst)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

WebSocketMessage: TypeAlias = dict[str, Any]
"""An ASGI event of either direction; its keys depend on its `type`."""

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
ASGIApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
