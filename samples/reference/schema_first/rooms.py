"""A parameter in the path."""

from __future__ import annotations

from typing import final

from typing_extensions import override

from reference_api import messages as m
from reference_api.handlers.room import RoomHandler


@final
class Room(RoomHandler):
    @override
    async def accepted(self) -> None:
        room_id = self.params.room_id
        await self.socket.send(
            m.RoomJoined(room_id=room_id, message=f"Welcome to room {room_id}"),
        )

    @override
    async def on_message(self, message: object, /) -> m.RoomMessage:
        return m.RoomMessage(room_id=self.params.room_id, data=message)
