"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        return m.Said(text=message.text)