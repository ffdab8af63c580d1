"""A method that is called for each message; what it returns is sent."""

from __future__ import annotations

from typing import final

from typing_extensions import override

from reference_api.handlers.listener import ListenerHandler


@final
class Listener(ListenerHandler):
    @override
    async def on_message(self, message: str, /) -> str:
        return f"Received: {message}"
