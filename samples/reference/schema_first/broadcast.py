"""What one client says, all of them hear."""

from __future__ import annotations

import asyncio
from typing import final

from typing_extensions import override
from wsgen_runtime import Closed, WebSocket

from reference_api.handlers.broadcast import BroadcastHandler, BroadcastSocket


class Crowd:
    def __init__(self) -> None:
        self.sockets: set[BroadcastSocket] = set()

    async def tell(self, text: str) -> None:
        telling = (each.send(text) for each in self.sockets)
        await asyncio.gather(*telling, return_exceptions=True)  # some may just have left


CROWD = Crowd()


def gather_crowd(socket: WebSocket, /) -> Crowd:
    return CROWD


@final
class Broadcast(BroadcastHandler):
    @override
    async def accepted(self) -> None:
        self.crowd.sockets.add(self.socket)

    @override
    async def disconnected(self, close: Closed, /) -> None:
        self.crowd.sockets.discard(self.socket)

    @override
    async def on_message(self, message: str, /) -> None:
        await self.crowd.tell(f"Somebody says: {message}")
