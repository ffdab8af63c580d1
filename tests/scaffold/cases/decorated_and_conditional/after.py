"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


@(lambda cls: cls)
@ register (
    "room",  # why not
)
class Room(
    RoomHandler,   # the base
):

    if True:
        async def on_say(self, message: m.Say, /) -> m.Said: ...
    else:
        on_say = None


    class Inner:
        async def on_typing(self): ...

    async def helper(self):
        async def on_typing(): ...

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
