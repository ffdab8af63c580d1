"""The tiny API with FastAPI: the loop of its documentation, with models applied by hand.

Annotations are not postponed here: FastAPI reads those of functions within functions.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import (
    Depends,
    FastAPI,
    HTTPException,
    WebSocket,
    WebSocketDisconnect,
    WebSocketException,
)
from pydantic import BaseModel, Field
from tests.comparison.world import Session, Store, World


class Say(BaseModel):
    type: Literal["say"]
    text: Annotated[str, Field(max_length=280)]


def talk(world: World) -> FastAPI:
    """Receive, validate, answer."""
    app = FastAPI()

    @app.websocket("/rooms/{room_id}")
    async def room(websocket: WebSocket, room_id: int) -> None:
        await websocket.accept()
        heard = 0
        try:
            while True:
                message = Say.model_validate(await websocket.receive_json())
                world.rooms.append(room_id)
                if message.text == "count":
                    heard += 1
                    text = str(heard)
                else:
                    text = await world.say(message, message.text, websocket.close)
                await websocket.send_json({"type": "said", "text": text})
        except WebSocketDisconnect:
            pass

    @app.get("/hello")
    async def hello() -> str:
        return "hello"

    return app


def without_validation(world: World) -> FastAPI:
    """What it hands over by itself."""
    app = FastAPI()

    @app.websocket("/rooms/{room_id}")
    async def room(websocket: WebSocket, room_id: int) -> None:
        await websocket.accept()
        try:
            while True:
                world.reached.append(await websocket.receive_json())
        except WebSocketDisconnect:
            pass

    return app


def guarded(world: World, *, with_status: bool) -> FastAPI:
    """A dependency that refuses whoever has no token."""
    app = FastAPI()

    def known(websocket: WebSocket) -> None:
        if "token" not in websocket.query_params:
            if with_status:
                raise HTTPException(401, "Who are you?")
            raise WebSocketException(4001, "Who are you?")

    @app.websocket("/vault", dependencies=[Depends(known)])
    async def vault(websocket: WebSocket) -> None:
        await websocket.accept()

    return app


def misspelt(world: World) -> FastAPI:
    """The same, with a slip of the pen."""
    app = FastAPI()
    slip: dict[str, Any] = {"dependancies": []}

    @app.websocket("/vault", **slip)
    async def vault(websocket: WebSocket) -> None:
        await websocket.accept()

    return app


def providing(world: World) -> FastAPI:
    """A session that needs a store."""
    app = FastAPI()

    async def open_store() -> AsyncIterator[Store]:
        try:
            yield Store()
        finally:
            world.closed.append("store")

    async def open_session(store: Annotated[Store, Depends(open_store)]) -> AsyncIterator[Session]:
        try:
            yield Session(store)
        finally:
            world.closed.append("session")

    @app.websocket("/archive")
    async def archive(
        websocket: WebSocket, session: Annotated[Session, Depends(open_session)]
    ) -> None:
        await websocket.accept()
        raise RuntimeError(await websocket.receive_text())

    return app


def echo(world: World) -> FastAPI:
    """The loop that many applications have."""
    app = FastAPI()

    @app.websocket("/echo")
    async def handler(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(await websocket.receive_text())
        except Exception:
            await websocket.close()

    return app
