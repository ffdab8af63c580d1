from __future__ import annotations

from typing import TYPE_CHECKING

from chat.handlers.room import RoomHandler

if TYPE_CHECKING:
    from chat import messages as m
from typing_extensions import override


class Room(RoomHandler):
    async def on_say(self, message: m.Say, /) -> m.Said: ...

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
