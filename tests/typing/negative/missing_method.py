"""A handler that forgets a message of the schema."""

from app import Clock, Echo
from chat import create_app
from chat import messages as m
from chat.handlers.room import RoomHandler
from rooms import authenticate, has_seat, open_rooms
from typing_extensions import override


class Room(RoomHandler):
    @override
    async def on_typing(self, message: m.Typing, /) -> None: ...


room = Room()  # refused

create_app(
    room=lambda: room, clock=Clock, echo=Echo, rooms=open_rooms, user=authenticate, seat=has_seat
)
