"""A conversation that the handler leads itself."""

from __future__ import annotations

from typing import final

from typing_extensions import override

from reference_api.handlers.echo import EchoHandler


@final
class Echo(EchoHandler):
    @override
    async def handle(self) -> None:
        await self.socket.accept()
        async for text in self.socket:
            await self.socket.send(f"Echo: {text}")
