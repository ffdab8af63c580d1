"""With FastAPI: the loop of its documentation, with models applied by hand.

Annotations are not postponed here: FastAPI reads those of functions within functions.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Annotated

from fastapi import Depends, FastAPI, WebSocket, WebSocketDisconnect
from tests.bench import world
from tests.bench.models import Codec
from tests.bench.world import ITEMS, NOW, Database, Session, User

from wsgen_runtime._asgi import ASGIApp


async def session(
    database: Annotated[Database, Depends(world.database)],
) -> AsyncGenerator[Session]:
    try:
        yield Session(database)
    finally:
        assert database.open


async def user(session: Annotated[Session, Depends(session)]) -> User:
    assert session.database.open
    return User("alice")


def app(codec: Codec) -> ASGIApp:
    """All of it."""
    made = FastAPI()

    async def converse(websocket: WebSocket, answer: Callable[[str], str]) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(answer(await websocket.receive_text()))
        except WebSocketDisconnect:
            pass
        except codec.invalid:
            await websocket.close(1007)

    @made.websocket("/echo")
    async def echo(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: text)

    @made.websocket("/room")
    async def room(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: codec.write(codec.answer(codec.talk(text))))

    @made.websocket("/ticks")
    async def ticks(websocket: WebSocket) -> None:
        await websocket.accept()
        for number in range(ITEMS):
            item = codec.Tick(counter=number, timestamp=NOW + number)
            await websocket.send_text(codec.write(item))
        await websocket.close()

    @made.websocket("/orders")
    async def orders(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: codec.write(codec.confirm(codec.order(text))))

    @made.websocket("/account")
    async def account(websocket: WebSocket, user: Annotated[User, Depends(user)]) -> None:
        def answer(text: str) -> str:
            codec.talk(text)
            return codec.write(codec.Said(text=user.name))

        await converse(websocket, answer)

    @made.websocket("/rooms/{room_id}/search")
    async def search(
        websocket: WebSocket, room_id: int, limit: int = 10, token: str | None = None
    ) -> None:
        def answer(text: str) -> str:
            codec.talk(text)
            return codec.write(codec.Said(text=f"{room_id} {limit} {token}"))

        await converse(websocket, answer)

    return made
