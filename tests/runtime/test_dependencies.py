"""Dependencies: kinds of providers, order, teardown, mistakes (behaviours 54–57)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X, run
from tests.runtime.wires import ROOM

from wsgen_runtime import (
    Dependency,
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    gen1,
    websocket,
    websocket_listener,
)

steps: list[str] = []


@pytest.fixture(autouse=True)
def _afresh() -> None:
    steps.clear()


def sync(socket: gen1.WebSocket, /, **_: Any) -> str:
    return "value"


async def coroutine(socket: gen1.WebSocket, /, **_: Any) -> str:
    return "value"


def generator(socket: gen1.WebSocket, /, **_: Any) -> Generator[str]:
    yield "value"
    steps.append("torn down")


async def async_generator(socket: gen1.WebSocket, /, **_: Any) -> AsyncGenerator[str]:
    yield "value"
    steps.append("torn down")


managed = contextlib.contextmanager(generator)
async_managed = contextlib.asynccontextmanager(async_generator)


class Provides:
    async def __call__(self, socket: gen1.WebSocket, /, **_: Any) -> str:
        return "value"


def returns_coroutine(socket: gen1.WebSocket, /, **_: Any) -> Any:
    return coroutine(socket)


KINDS: list[Callable[..., Any]] = [
    sync,
    coroutine,
    generator,
    async_generator,
    managed,
    async_managed,
    Provides(),
    functools.partial(coroutine),
    functools.partial(async_generator),
]


@pytest.mark.parametrize("provider", KINDS, ids=str)
async def test_b56_every_kind_of_provider(provider: Callable[..., Any]) -> None:
    @websocket_listener("/", dependencies={"value": provider})
    async def listener(data: str, value: str) -> str:
        return value

    assert await run(WebSocketApp([listener]), C, R("?"), D()) == [A, S("value")]
    decorated = list(steps)
    steps.clear()
    say = R('{"type":"say","text":"hi"}')
    played = await run(create_app(Parts(user=provider)), C, say, D(), path=ROOM)
    assert played == [A, S('{"type":"said","text":"hi","by":"value"}')]
    assert steps == decorated
    assert steps in ([], ["torn down"])


async def test_b56_a_plain_function_that_returns_a_coroutine_is_a_mistake(logged: Logged) -> None:
    app = create_app(Parts(user=returns_coroutine))
    assert await run(app, C, path=ROOM) == [Denied(500, "")]
    (record,) = logged()
    assert "make it one" in str(record.exc_info)


async def test_b56_a_value_and_a_dependency_in_a_thread() -> None:
    def ident() -> int:
        return threading.get_ident()

    dependencies = {"here": ident, "there": Dependency(ident, sync_to_thread=True), "seven": 7}

    @websocket_listener("/", dependencies=dependencies)  # type: ignore[arg-type]  # a value  # pyright: ignore[reportArgumentType]
    async def listener(data: str, here: int, there: int, seven: int) -> list[bool | int]:
        return [here == threading.get_ident(), there == threading.get_ident(), seven]

    assert await run(WebSocketApp([listener]), C, R("?"), D()) == [A, S("[true,false,7]")]


async def test_b56_dependencies_take_the_socket_parameters_and_each_other() -> None:
    async def user(socket: WebSocket, name: str) -> str:
        return f"{name}/{socket.query_params['token']}"

    def greeting(user: str, *, mark: str = "?") -> str:
        return f"hello {user}{mark}"

    dependencies: dict[str, Callable[..., Any]] = {
        "greeting": greeting,
        "user": user,
        "mark": lambda: "!",
    }

    @websocket("/{name:str}", dependencies=dependencies)
    async def handler(websocket: WebSocket, greeting: str) -> None:
        await websocket.send_text(greeting)

    played = await run(WebSocketApp([handler]), C, path="/ann", query="token=t")
    assert played == [A, S("hello ann/t!"), X(1000)]


async def test_b54_once_per_connection_whatever_the_number_of_messages() -> None:
    def base() -> object:
        steps.append("base")
        return object()

    def one(base: object) -> object:
        return base

    def two(base: object) -> object:
        return base

    @websocket_listener("/", dependencies={"one": one, "two": two, "base": base})
    async def listener(data: str, one: object, two: object, base: object) -> bool:
        return one is two is base

    app = WebSocketApp([listener])
    assert await run(app, C, R("1"), R("2"), D()) == [A, S("true"), S("true")]
    assert steps == ["base"]
    await run(app, C, D())
    assert steps == ["base", "base"]


async def test_b52_the_inner_layer_wins() -> None:
    @websocket_listener("/", dependencies={"name": lambda: "inner"})
    async def listener(data: str, name: str, other: str) -> str:
        return f"{name} {other}"

    outer = {"name": lambda: "outer", "other": lambda: "outer"}
    app = WebSocketApp([listener], dependencies=outer)
    assert await run(app, C, R("?"), D()) == [A, S("inner outer")]


def traced(name: str, *, fails: Exception | None = None, late: Exception | None = None) -> Any:
    """A provider that writes down its life."""

    async def provider() -> AsyncIterator[str]:
        steps.append(f"make {name}")
        if fails is not None:
            raise fails
        try:
            yield name
        except BaseException as error:
            steps.append(f"{type(error).__name__} in {name}")
            raise
        finally:
            await asyncio.sleep(0)
            steps.append(f"end {name}")
            if late is not None:
                raise late

    return provider


def chain(**options: Any) -> dict[str, Any]:
    return {"one": traced("one"), "two": traced("two", **options), "three": traced("three")}


def life(ending: Callable[[WebSocket], Any], **options: Any) -> WebSocketApp:
    @websocket("/", dependencies=chain(**options))
    async def handler(socket: WebSocket, one: str, two: str, three: str) -> None:
        await socket.accept()
        await ending(socket)

    return WebSocketApp([handler])


MADE = ["make one", "make two", "make three"]
ENDED = ["end three", "end two", "end one"]


async def test_b54_teardown_in_reverse_on_success(logged: Logged) -> None:
    async def ending(socket: WebSocket) -> None:
        pass

    assert await run(life(ending), C) == [A, X(1000)]
    assert steps == MADE + ENDED
    assert logged() == []


async def test_b55_exceptions_are_thrown_in(logged: Logged) -> None:
    async def ending(socket: WebSocket) -> None:
        raise LookupError("secret")

    assert await run(life(ending), C) == [A, X(1011)]
    thrown = [f"LookupError in {name}" for name in ("three", "two", "one")]
    assert steps == MADE + [each for pair in zip(thrown, ENDED, strict=True) for each in pair]
    assert len(logged()) == 1


async def test_b54_teardown_in_reverse_on_cancellation(logged: Logged) -> None:
    async def ending(socket: WebSocket) -> None:
        reached.set()
        await asyncio.Event().wait()

    reached = asyncio.Event()
    async with Talk(life(ending), C) as talk:
        await soon(reached.wait())
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert [each for each in steps if "end" in each] == ENDED
    assert "CancelledError in one" in steps
    assert logged() == []


async def test_b55_who_leaves_is_no_error_to_a_provider() -> None:
    """A teardown after a bare `yield` runs, though the loop of a handler ends by an exception."""

    async def ending(socket: WebSocket) -> None:
        with pytest.raises(WebSocketDisconnect):
            await socket.receive_text()
        raise WebSocketDisconnect(1001)

    assert await run(life(ending), C, D(1001)) == [A]
    assert steps == MADE + ENDED


async def test_b54_when_a_later_one_fails_the_earlier_ones_are_closed(logged: Logged) -> None:
    async def never(socket: WebSocket) -> None:
        steps.append("not reached")

    refusal = WebSocketException("no", code=4003)
    assert await run(life(never, fails=refusal), C) == [Denied(403, "no")]
    assert steps == ["make one", "make two", "WebSocketException in one", "end one"]
    assert logged() == []


async def test_b54_every_teardown_runs_and_its_errors_are_logged(logged: Logged) -> None:
    async def ending(socket: WebSocket) -> None:
        pass

    assert await run(life(ending, late=LookupError("secret")), C) == [A, X(1000)]
    assert steps == MADE + ENDED
    (record,) = logged()
    assert "handler: teardown failed [ws-" in record.getMessage()


@pytest.mark.parametrize("error", [LookupError("x"), WebSocketException("no", code=4321)])
async def test_b55_one_that_swallows_it_changes_nothing(error: Exception) -> None:
    async def swallows() -> AsyncIterator[int]:
        with contextlib.suppress(Exception):
            yield 1
        steps.append("swallowed")

    def also() -> Iterator[int]:
        try:
            yield 2
        except Exception as thrown:
            steps.append("thrown in" if thrown is error else repr(thrown))

    @websocket_listener("/", dependencies={"one": swallows, "two": also})
    async def listener(data: str, one: int, two: int) -> None:
        raise error

    close = X(4321, "no") if isinstance(error, WebSocketException) else X(1011)
    assert await run(WebSocketApp([listener]), C, R("?")) == [A, close]
    assert steps == ["thrown in", "swallowed"]


async def test_b55_one_that_raises_another_does_not_change_the_close(logged: Logged) -> None:
    async def converts() -> AsyncIterator[int]:
        try:
            yield 1
        except LookupError as error:
            raise WebSocketException("converted", code=4000) from error

    @websocket_listener("/", dependencies={"one": converts})
    async def listener(data: str, one: int) -> None:
        raise LookupError

    assert await run(WebSocketApp([listener]), C, R("?")) == [A, X(1011)]
    assert len(logged()) == 2


@pytest.mark.parametrize("generated", [True, False])
async def test_b54_a_slow_provider_runs_into_the_handshake_timeout(
    generated: bool, logged: Logged
) -> None:
    async def slow(*_: object, **__: object) -> AsyncIterator[str]:
        try:
            await asyncio.Event().wait()
            yield "never"
        except asyncio.CancelledError:
            steps.append("cancelled")
            raise

    limits = Limits(handshake_timeout=0.02)

    @websocket_listener("/", dependencies={"one": traced("one"), "slow": slow}, limits=limits)
    async def listener(data: str, one: str, slow: str) -> None:
        pass

    app = create_app(Parts(user=slow), limits=limits) if generated else WebSocketApp([listener])
    path = ROOM if generated else "/"
    assert await run(app, C, path=path) == [Denied(503, "not ready in time")]
    rest = [] if generated else ["WebSocketException in one", "end one"]
    assert steps[-1 - len(rest) :] == ["cancelled", *rest]
    assert len(logged()) == 1


async def test_b54_the_client_leaves_while_providers_work() -> None:
    go, reached = asyncio.Event(), asyncio.Event()

    async def slow(one: str) -> str:
        reached.set()
        await go.wait()
        return one

    def ended() -> None:
        steps.append("told")

    @websocket_listener("/", dependencies={"one": traced("one"), "slow": slow}, on_disconnect=ended)
    async def listener(data: str, slow: str) -> None:
        pass

    async with Talk(WebSocketApp([listener]), C) as talk:
        await soon(reached.wait())
        talk.hang_up(D(1006))
        go.set()
    assert talk.sent == []
    assert steps == ["make one", "end one"]


async def test_b57_parameters_of_the_query_are_converted_before_providers() -> None:
    asked: list[str | None] = []

    def user(socket: gen1.WebSocket, /, *, token: str | None) -> str:
        asked.append(token)
        return "ann"

    app = create_app(Parts(user=user))
    assert await run(app, C, D(), path=ROOM, query="token=a&token=b") == [A]
    assert await run(app, C, D(), path=ROOM) == [A]
    assert asked == ["b", None]
    assert await run(app, C, path="/rooms/x") == [Denied(404, "not found")]
    assert len(asked) == 2
