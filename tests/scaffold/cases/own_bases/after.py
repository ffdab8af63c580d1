import abc
from abc import ABC, abstractmethod

from chat.handlers.room import RoomHandler
from typing_extensions import override
from chat import messages as m


class Quiet(RoomHandler):
    async def on_typing(self, message, /): ...


class Room(Quiet):
    pass

    @override
    async def on_say(self, message: m.Say, /) -> m.Said:
        raise NotImplementedError


class Abstract(RoomHandler, ABC):
    pass


class AbstractToo(RoomHandler, metaclass=abc.ABCMeta):
    pass


class AbstractByMethod(RoomHandler):
    @abstractmethod
    def who(self): ...
