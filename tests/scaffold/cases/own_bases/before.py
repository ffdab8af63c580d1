import abc
from abc import ABC, abstractmethod

from chat.handlers.room import RoomHandler


class Quiet(RoomHandler):
    async def on_typing(self, message, /): ...


class Room(Quiet):
    pass


class Abstract(RoomHandler, ABC):
    pass


class AbstractToo(RoomHandler, metaclass=abc.ABCMeta):
    pass


class AbstractByMethod(RoomHandler):
    @abstractmethod
    def who(self): ...
