"""What editors and checkers know about the generated chat."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import assert_never, assert_type
from uuid import UUID

from app import app
from chat import ChatApp
from chat import messages as m
from chat.close_codes import CloseCode, RoomFull
from chat.handlers.clock import ClockHandler
from chat.handlers.echo import EchoHandler
from chat.handlers.room import RoomHandler, RoomSocket
from chat.routes import url_for_room
from rooms import Rooms

assert_type(app, ChatApp)
assert_type(url_for_room(room_id=1), str)
assert_type(RoomFull().code, int)


async def room(handler: RoomHandler, said: m.Said) -> None:
    assert_type(handler.socket, RoomSocket)
    assert_type(handler.params.room_id, int)
    assert_type(handler.params.token, str | None)
    assert_type(handler.rooms, Rooms)
    assert_type(handler.user, m.User)
    assert_type(await handler.on_say(m.Say(text="hi")), m.Said)
    assert_type(said.id, UUID)
    assert_type(said.at, datetime)
    assert_type(said.user.name, str)
    await handler.socket.send(said)
    await handler.socket.close(CloseCode.ROOM_FULL)


async def conversation(socket: RoomSocket) -> str:
    assert_type(await socket.receive(), m.Say | m.Typing)
    async for message in socket:
        match message:
            case m.Say():
                return message.text
            case m.Typing():
                return str(message.active)
            case _:
                assert_never(message)
    return ""


async def others(clock: ClockHandler, echo: EchoHandler) -> None:
    assert_type(clock.stream(), AsyncIterator[m.Tick])
    assert_type(await echo.socket.receive(), str)
    await echo.socket.send("hi")


def rank(role: m.Role) -> int:
    match role:
        case "owner":
            return 2
        case _:
            return 0


factory: Callable[[], Awaitable[None]] | None = None
