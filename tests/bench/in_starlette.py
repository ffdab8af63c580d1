"""With Starlette: its WebSocket object, and everything else by hand."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from tests.bench.models import Codec
from tests.bench.world import ITEMS, NOW, begun, opened, user

from wsgen_runtime._asgi import ASGIApp


def app(codec: Codec) -> ASGIApp:
    """All of it."""

    async def converse(websocket: WebSocket, answer: Callable[[str], str]) -> None:
        await websocket.accept()
        try:
            while True:
                await websocket.send_text(answer(await websocket.receive_text()))
        except WebSocketDisconnect:
            pass
        except codec.invalid:
            await websocket.close(1007)

    async def echo(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: text)

    async def room(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: codec.write(codec.answer(codec.talk(text))))

    async def ticks(websocket: WebSocket) -> None:
        await websocket.accept()
        for number in range(ITEMS):
            item = codec.Tick(counter=number, timestamp=NOW + number)
            await websocket.send_text(codec.write(item))
        await websocket.close()

    async def orders(websocket: WebSocket) -> None:
        await converse(websocket, lambda text: codec.write(codec.confirm(codec.order(text))))

    async def account(websocket: WebSocket) -> None:
        async with opened() as database, begun(database) as session:
            found = await user(session)

            def answer(text: str) -> str:
                codec.talk(text)
                return codec.write(codec.Said(text=found.name))

            await converse(websocket, answer)

    async def search(websocket: WebSocket) -> None:
        room_id: int = websocket.path_params["room_id"]
        limit = int(websocket.query_params.get("limit", "10"))
        token = websocket.query_params.get("token")

        def answer(text: str) -> str:
            codec.talk(text)
            return codec.write(codec.Said(text=f"{room_id} {limit} {token}"))

        await converse(websocket, answer)

    return Starlette(
        routes=[
            WebSocketRoute("/echo", echo),
            WebSocketRoute("/room", room),
            WebSocketRoute("/ticks", ticks),
            WebSocketRoute("/orders", orders),
            WebSocketRoute("/account", account),
            WebSocketRoute("/rooms/{room_id:int}/search", search),
        ]
    )
