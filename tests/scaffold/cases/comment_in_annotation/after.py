"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    async def on_say(
        self,
        message: (
            m.Typing
            | None  # sometimes
        ),
        /,
    ) -> m.Said: ...

    async def on_typing(self, message, /): ...
