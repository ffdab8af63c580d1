"""What the application of this case would have, its guards among it."""

from dataclasses import dataclass

from wsgen_runtime import WebSocket
from wsgen_runtime.exceptions import WebSocketException


class Database: ...


@dataclass
class Member:
    active: bool


@dataclass
class Hall:
    seats: int


def maintenance(socket: WebSocket, /) -> None:
    if socket.client is None:
        raise WebSocketException(detail="Back soon.")


async def invited(socket: WebSocket, /, *, member: Member, hall: Hall) -> None:
    if not member.active or not hall.seats:
        raise WebSocketException(detail="Not for you.")
