from typing import Union

from typing_extensions import override

from chat import messages as m
from chat.messages import Say, Typing
from chat.handlers.room import RoomHandler


class Room(RoomHandler):
    @override
    async def on_say( self , what : Union[ Typing , None ]  , / ,  ) -> None :   # to follow
        """Body
	with a tab."""
        return None  ;

    @override
    async def on_typing(self, message: "Say", /) -> "m.Said": ...


class Quoted(RoomHandler):
    async def on_say(self, message: 'Typing', /) -> """m.Typing""": ...
    async def on_typing(self, message: m.Typing, /) -> None: ...


class Wider(RoomHandler):
    """Nothing to follow: it takes more and gives less."""

    @override
    async def on_say(self, message: Say | m.Typing, /) -> "m.Said": ...
    @override
    async def on_typing(self, message: object, /) -> None: ...


class Unknown(RoomHandler):
    """Nothing that can be told."""

    @override
    async def on_say(self, message: Alias, /) -> m.Said | Alias: ...
    async def on_typing(self, message): ...
