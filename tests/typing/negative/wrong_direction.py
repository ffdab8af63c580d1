"""A message that only clients send, sent by the server."""

from chat import messages as m
from chat.handlers.room import RoomSocket


async def repeat(socket: RoomSocket) -> None:
    await socket.send(m.Say(text="hi"))  # refused
