"""Finding a handler among 10, 1,000 and 10,000: what is there, and what is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from litestar import Litestar
from litestar import WebSocket as LitestarSocket
from litestar import websocket as litestar_websocket
from litestar.params import FromPath
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket as StarletteSocket
from tests.bench.in_process import Costs, in_turns, ratios
from tests.bench.page import Effort, Goal, Section, Spread, Table
from tests.bench.playing import Cost, per_connection
from tests.bench.rows import Row

from wsgen_runtime import WebSocket, WebSocketApp, websocket
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime._route import Route
from wsgen_runtime._router import Router

_LOOKUPS: Final = 2_000
_CASES: Final = ("static, hit", "static, miss", "parameter, hit", "parameter, miss")
_ABOUT: Final = """\
Ten paths, spread over all that are registered, are asked for in turn; a miss differs from a
registered path in its last segment. First the router of the runtime alone, in nanoseconds of CPU
time; then whole connections, opened and closed at once, in microseconds. Litestar is not put to
10,000, which take it long to register."""


@dataclass(frozen=True)
class Paths:
    """What is registered, and what is asked for."""

    templates: Sequence[str]
    asked: Sequence[str]

    @classmethod
    def of(cls, case: str, count: int) -> Paths:
        """Those of a case."""
        tail, filled, wrong = (
            ("/socket", "/socket", "/wrong")
            if case.startswith("static")
            else ("/{room_id:int}", "/77", "/seven")
        )
        heads = [f"/api/area{number % 100}/part{number}" for number in range(count)]
        end = filled if case.endswith("hit") else wrong
        return cls([head + tail for head in heads], [each + end for each in heads[:: count // 10]])


def measured(effort: Effort) -> Section:
    """The router, and applications."""
    counts = [count for count in (10, 1_000, 10_000) if count <= effort.limit]
    alone = asyncio.run(_alone(counts, effort.rounds))
    whole = asyncio.run(_whole(counts, max(5, effort.rounds // 8)))
    goals = [
        Goal(
            what=f"routing, {case}: {counts[-1]:,} routes beside 10",
            value=ratios(alone, f"{case}, {counts[-1]}", f"{case}, 10").median,
            bound=1.3,
            unit="×",
        )
        for case in _CASES
    ]
    router = Table(
        ["the router", *(f"{count:,} routes" for count in counts)],
        [[case, *(_cell(alone, f"{case}, {count}", 1e9) for count in counts)] for case in _CASES],
    )
    tables = [
        Table(
            [f"a connection, {case}", *(f"{count:,} routes" for count in counts)],
            [
                [name, *(_cell(whole, f"{name}, {case}, {count}", 1e6) for count in counts)]
                for name in APPLICATIONS
            ],
        )
        for case in _CASES
    ]
    return Section("Routing", [_ABOUT, router, *tables], goals)


def _cell(costs: Costs, name: str, factor: float) -> str:
    if name not in costs:
        return "–"
    return str(Spread.of([each.cpu * factor for each in costs[name]]))


async def _alone(counts: Sequence[int], rounds: int) -> Costs:
    def run(case: str, count: int) -> Callable[[], Any]:
        paths = Paths.of(case, count)
        match = Router([(Route(each), each) for each in paths.templates]).match
        asked = [paths.asked[number % 10] for number in range(_LOOKUPS)]

        async def lookups() -> Cost:
            wall, cpu = time.perf_counter(), time.process_time()
            for path in asked:
                match(path)
            ended = time.process_time()
            return Cost((time.perf_counter() - wall) / _LOOKUPS, (ended - cpu) / _LOOKUPS)

        return lookups

    runs = {f"{case}, {count}": run(case, count) for case in _CASES for count in counts}
    return await in_turns(runs, rounds)


async def _whole(counts: Sequence[int], rounds: int) -> Costs:
    def run(app: ASGIApp, asked: Sequence[str]) -> Callable[[], Any]:
        rows = [Row(name=path, path=path) for path in asked]

        async def connections() -> Cost:
            costs = [await per_connection(app, row, 1) for row in rows]
            return Cost(*(sum(each) / len(costs) for each in zip(*costs, strict=True)))

        return connections

    runs = {
        f"{name}, {case}, {count}": run(make(Paths.of(case, count).templates), paths.asked)
        for case in _CASES
        for count in counts
        for paths in [Paths.of(case, count)]
        for name, make in APPLICATIONS.items()
        if (name, count) != ("Litestar", 10_000)
    }
    return await in_turns(runs, rounds)


def _in_wsgen(paths: Sequence[str]) -> ASGIApp:
    async def closing(socket: WebSocket) -> None:
        await socket.close()

    return WebSocketApp([websocket(path, name=path)(closing) for path in paths])


def _in_starlette(paths: Sequence[str]) -> ASGIApp:
    async def closing(websocket: StarletteSocket) -> None:
        await websocket.close()

    return Starlette(routes=[WebSocketRoute(path, closing) for path in paths])


def _in_fastapi(paths: Sequence[str]) -> ASGIApp:
    app = FastAPI()

    async def closing(websocket: StarletteSocket) -> None:
        await websocket.close()

    for path in paths:
        app.add_api_websocket_route(path.replace(":int", ""), closing)
    return app


def _in_litestar(paths: Sequence[str]) -> ASGIApp:
    async def closing(socket: LitestarSocket[Any, Any, Any]) -> None:
        await socket.close()

    async def in_room(socket: LitestarSocket[Any, Any, Any], room_id: FromPath[int]) -> None:
        await socket.close()

    function = in_room if "{" in paths[0] else closing
    made: Any = Litestar([litestar_websocket(path)(function) for path in paths])
    app: ASGIApp = made
    return app


APPLICATIONS: Final[dict[str, Callable[[Sequence[str]], ASGIApp]]] = {
    "wsgen": _in_wsgen,
    "Starlette": _in_starlette,
    "FastAPI": _in_fastapi,
    "Litestar": _in_litestar,
}
