"""A method for a message that the schema no longer has."""

from chat import messages as m
from chat.handlers.room import RoomHandler
from typing_extensions import override


class Room(RoomHandler):
    @override
    async def on_shout(self, message: m.Say, /) -> None: ...  # refused
