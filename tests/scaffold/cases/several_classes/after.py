"""An application."""

from typing_extensions import override

from chat import messages as m
from chat.handlers.room import RoomHandler


class A(RoomHandler):
    pass

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
class B(RoomHandler):
    async def on_typing(self, message: m.Typing, /) -> None: ...

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError
class C: pass



class D(RoomHandler):
    'd'

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError

    @override
    async def on_typing(self, message: m.Typing, /) -> None:
        raise NotImplementedError
