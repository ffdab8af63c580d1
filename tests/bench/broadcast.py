"""One message to many connections in the same process."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from litestar import Litestar
from litestar import WebSocket as LitestarSocket
from litestar import websocket as litestar_websocket
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket as StarletteSocket
from starlette.websockets import WebSocketDisconnect
from tests.bench import in_wsgen
from tests.bench.in_process import in_turns, ratios
from tests.bench.models import MSGSPEC
from tests.bench.page import Effort, Section, Spread, Table
from tests.bench.playing import CONNECT, Cost, Visit, scope_of
from tests.bench.speed import create_app
from tests.bench.speed import messages as m
from tests.bench.speed.handlers.room import RoomSocket
from typing_extensions import override

from wsgen_runtime._asgi import ASGIApp, Receive, Scope, Send

T = TypeVar("T")
_SAID: Final = m.Said(text="hello everybody")
_ABOUT: Final = """\
From the first to the last of so many open connections, one after another, sent directly: wsgen's
typed `send` encodes the message for each of them, the others are given text that was encoded
once. Microseconds of CPU time per receiver, and beside hand-written ASGI."""


class Crowd(ABC, Generic[T]):
    """Connections that are open, and how all of them are told something."""

    def __init__(self) -> None:
        self.members: list[T] = []
        self.app = self.made()

    @abstractmethod
    def made(self) -> ASGIApp:
        """An application that adds whoever connects to `/room` to the members."""

    @abstractmethod
    async def tell(self) -> None:
        """Send them a message."""


class ByHand(Crowd[Send]):
    @override
    def made(self) -> ASGIApp:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await receive()
            await send({"type": "websocket.accept"})
            self.members.append(send)
            while (await receive())["type"] != "websocket.disconnect":
                pass

        return app

    @override
    async def tell(self) -> None:
        event = {"type": "websocket.send", "text": MSGSPEC.write(_SAID)}
        for send in self.members:
            await send(event)


class InWsgen(Crowd[RoomSocket]):
    @override
    def made(self) -> ASGIApp:
        members = self.members

        class Room(in_wsgen.Room):
            @override
            async def accepted(self) -> None:
                members.append(self.socket)

        unused: Any = None  # provided to handlers that nobody connects to
        return create_app(
            echo=in_wsgen.Echo,
            room=Room,
            ticks=in_wsgen.Ticks,
            orders=in_wsgen.Orders,
            account=in_wsgen.Account,
            search=in_wsgen.Search,
            database=lambda socket: unused,
            session=lambda socket, database: unused,
            user=lambda socket, session: unused,
        )

    @override
    async def tell(self) -> None:
        for socket in self.members:
            await socket.send(_SAID)


class InStarlette(Crowd[StarletteSocket]):
    @override
    def made(self) -> ASGIApp:
        async def room(websocket: StarletteSocket) -> None:
            await websocket.accept()
            self.members.append(websocket)
            try:
                while True:
                    await websocket.receive_text()
            except WebSocketDisconnect:
                pass

        return Starlette(routes=[WebSocketRoute("/room", room)])

    @override
    async def tell(self) -> None:
        text = MSGSPEC.write(_SAID)
        for socket in self.members:
            await socket.send_text(text)


class InLitestar(Crowd[LitestarSocket[Any, Any, Any]]):
    @override
    def made(self) -> ASGIApp:
        @litestar_websocket("/room")
        async def room(socket: LitestarSocket[Any, Any, Any]) -> None:
            await socket.accept()
            self.members.append(socket)
            async for _ in socket.iter_data("text"):
                pass

        made: Any = Litestar([room])
        app: ASGIApp = made
        return app

    @override
    async def tell(self) -> None:
        text = MSGSPEC.write(_SAID)
        for socket in self.members:
            await socket.send_text(text)


CROWDS: Final[dict[str, type[Crowd[Any]]]] = {
    "by hand": ByHand,
    "wsgen": InWsgen,
    "Starlette": InStarlette,
    "Litestar": InLitestar,
}


def measured(effort: Effort) -> Section:
    """To one, to a hundred, to ten thousand."""
    counts = [count for count in (1, 100, 10_000) if count <= effort.limit]
    rows = asyncio.run(_rows(counts, effort.rounds))
    header = ["", *(f"{count:,} × {what}" for count in counts for what in ("µs", "by hand"))]
    return Section("Broadcast", [_ABOUT, Table(header, rows)])


async def _rows(counts: Sequence[int], rounds: int) -> list[list[str]]:
    cells: dict[str, list[str]] = {name: [name] for name in CROWDS}
    for count in counts:
        crowds = {name: make() for name, make in CROWDS.items()}
        visits = {name: await _joined(crowd, count) for name, crowd in crowds.items()}
        runs = {name: _run(crowd, max(1, 1_000 // count)) for name, crowd in crowds.items()}
        costs = await in_turns(runs, rounds)
        for name, row in cells.items():
            row.append(str(Spread.of([each.cpu * 1e6 for each in costs[name]])))
            row.append(str(ratios(costs, name, "by hand")))
            await _left(visits[name])
    return list(cells.values())


async def _joined(crowd: Crowd[Any], count: int) -> list[tuple[Visit, asyncio.Future[None]]]:
    joined: list[tuple[Visit, asyncio.Future[None]]] = []
    for _ in range(count):
        visit = Visit([CONNECT])
        task = asyncio.ensure_future(crowd.app(scope_of("/room"), visit.receive, visit.send))
        joined.append((visit, task))
    while len(crowd.members) < count or not all(visit.waiting for visit, _ in joined):
        await asyncio.sleep(0)
    return joined


async def _left(joined: Sequence[tuple[Visit, asyncio.Future[None]]]) -> None:
    for visit, _ in joined:
        visit.leave()
    await asyncio.wait([task for _, task in joined])


def _run(crowd: Crowd[Any], times: int) -> Callable[[], Any]:
    receivers = times * len(crowd.members)

    async def run() -> Cost:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(times):
            await crowd.tell()
        ended = time.process_time()
        return Cost((time.perf_counter() - wall) / receivers, (ended - cpu) / receivers)

    return run
