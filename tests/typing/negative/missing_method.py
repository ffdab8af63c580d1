"""A handler that forgets a message of the schema."""

from typing import final

from app import Clock, Echo
from chat import create_app
from chat import messages as m
from chat.handlers.room import RoomHandler
from rooms import authenticate, has_seat, open_rooms
from typing_extensions import override


@final
class Room(RoomHandler):  # refused
    @override
    async def on_typing(self, message: m.Typing, /) -> None: ...


create_app(room=Room, clock=Clock, echo=Echo, rooms=open_rooms, user=authenticate, seat=has_seat)
