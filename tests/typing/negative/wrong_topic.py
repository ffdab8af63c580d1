"""Topics: a wrong message, parameter or socket, and one that the schema does not have."""

from live import Topics
from live import messages as m
from live.handlers.total import TotalSocket

from wsgen_runtime import WebSocket


async def publish(topics: Topics) -> None:
    await topics.room(room="a").publish(m.Post(text="a"))  # refused
    await topics.room(room=7).publish(m.Here(worker="w", count=1))  # refused
    topics.room()  # refused
    topics.rooms(room="a")  # refused


async def subscribe(topics: Topics, total: TotalSocket, plain: WebSocket) -> None:
    await topics.room(room="a").subscribe(total)  # refused
    await topics.room(room="a").subscribe(plain)  # refused


async def listen(topics: Topics) -> list[m.Posted]:
    return [message async for message in topics.room(room="a")]  # refused
