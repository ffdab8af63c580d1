"""A match that forgets a message, and one that forgets what an open enum may still hold."""

from typing import assert_never

from chat import messages as m
from chat.handlers.room import RoomSocket


async def describe(socket: RoomSocket) -> str:
    message = await socket.receive()
    match message:
        case m.Say():
            return "say"
        case _:
            assert_never(message)  # refused


def rank(role: m.Role) -> int:  # refused
    match role:  # refused by basedpyright
        case "member":
            return 0
        case "moderator":
            return 1
        case "owner":
            return 2
