import os; x = """
"""; from chat.handlers.room import RoomHandler; text = """
""" ; y = 1
from typing_extensions import override
from chat import messages as m
class Room(RoomHandler):
    x = 1; y = 2

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
