"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class A(RoomHandler):
    pass
class B(RoomHandler):
    async def on_typing(self, message: m.Typing, /) -> None: ...
class C: pass



class D(RoomHandler): 'd'
