"""A reply of another type than the schema's."""

from chat import messages as m
from chat.handlers.room import RoomHandler
from typing_extensions import override


class Room(RoomHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Typing()  # refused

    @override
    async def on_typing(self, message: m.Typing, /) -> None: ...
