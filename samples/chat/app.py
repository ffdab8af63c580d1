"""The chat application: `uvicorn app:app`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import final
from uuid import uuid4

from typing_extensions import override
from wsgen_runtime import Closed

from chat import create_app
from chat import messages as m
from chat.handlers.clock import ClockHandler
from chat.handlers.echo import EchoHandler
from chat.handlers.room import RoomHandler
from rooms import authenticate, has_seat, open_rooms


@final
class Room(RoomHandler):
    """Somebody in a room."""

    @override
    async def accepted(self) -> None:
        self.rooms.enter(self.params.room_id, self.socket)

    @override
    async def disconnected(self, close: Closed, /) -> None:
        self.rooms.leave(self.params.room_id, self.socket)

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        said = m.Said(id=uuid4(), user=self.user, text=message.text, at=datetime.now(UTC))
        await self.rooms.tell(self.params.room_id, said, but=self.socket)
        return said

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        await self.rooms.tell(self.params.room_id, message, but=self.socket)


@final
class Clock(ClockHandler):
    """Ticks until the client leaves."""

    @override
    async def stream(self) -> AsyncIterator[m.Tick]:
        counter = 0
        while True:
            yield m.Tick(counter=counter, at=datetime.now(UTC))
            counter += 1
            await asyncio.sleep(self.params.interval)


@final
class Echo(EchoHandler):
    """Sends back what it hears."""

    @override
    async def handle(self) -> None:
        await self.socket.accept()
        async for text in self.socket:
            await self.socket.send(text)


app = create_app(
    room=Room,
    clock=Clock,
    echo=Echo,
    rooms=open_rooms,
    user=authenticate,
    seat=has_seat,
)
