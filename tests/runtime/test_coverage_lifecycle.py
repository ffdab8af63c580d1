"""Rare turns in the life of a connection: cancelled twice, refused while accepting, and so on."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import Parts, Shout, create_app, soon
from tests.runtime.scripted import A, C, D, Denied, R, S, Talk, X, run
from typing_extensions import override

from wsgen_runtime import (
    BaseRouteHandler,
    Limits,
    WebSocket,
    WebSocketApp,
    WebSocketDisconnect,
    WebSocketException,
    WebsocketListener,
    _app,
    websocket,
    websocket_listener,
    websocket_stream,
)
from wsgen_runtime._asgi import Message
from wsgen_runtime.exceptions import ConfigurationError

RESTART = X(1012, "the server restarts")


async def cancelled(talk: Talk) -> None:
    with pytest.raises(asyncio.CancelledError):
        await talk.ended()
    talk.forgive()


async def test_b34_cancelled_again_while_closing(logged: Logged) -> None:
    steps: list[str] = []

    @websocket_listener("/", on_disconnect=lambda socket: steps.append("told"))
    async def listener(data: str) -> None: ...

    async with Talk(WebSocketApp([listener]), C) as talk:
        await talk.idle()
        talk.block_sends()
        talk.cancel()
        await asyncio.sleep(0)  # let it begin to close
        talk.cancel()
        await cancelled(talk)
    assert talk.sent == [A]
    assert steps == ["told"]
    (record,) = logged()
    assert "cancelled again while closing" in record.getMessage()


async def test_b34_cancelled_before_the_client_asked_for_anything() -> None:
    @websocket_listener("/")
    async def listener(data: str) -> None: ...

    async with Talk(WebSocketApp([listener])) as talk:
        await talk.idle()
        talk.cancel()
        await cancelled(talk)
    assert talk.sent == []


async def test_b34_cancelled_while_accepting() -> None:
    """The accept may have been sent, so it is not sent again; the close ends what it opened."""

    @websocket_listener("/")
    async def listener(data: str) -> None: ...

    async with Talk(WebSocketApp([listener])) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.until(lambda: talk.order.phase == "open")
        talk.cancel()
        talk.block_sends(blocked=False)
        await cancelled(talk)
    assert talk.sent == [RESTART]  # this server had not written the accept down


async def test_b41_cancelled_while_a_call_is_watched() -> None:
    ends: list[str] = []
    begun = asyncio.Event()

    @websocket_listener("/", cancel_on_disconnect=True)
    async def listener(data: str) -> None:
        begun.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            ends.append("cancelled")

    async with Talk(WebSocketApp([listener]), C, R("?")) as talk:
        await soon(begun.wait())
        talk.cancel()
        await cancelled(talk)
        assert ends == ["cancelled"]
    assert talk.sent == [A, RESTART]


@pytest.mark.parametrize("leaves", [False, True])
async def test_b33_a_handler_that_fails_while_another_task_accepts(
    leaves: bool, logged: Logged
) -> None:
    accepting: list[asyncio.Task[None]] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        accepting.append(asyncio.create_task(socket.accept()))
        await asyncio.sleep(0)  # let it begin
        raise LookupError

    async with Talk(WebSocketApp([handler])) as talk:
        talk.block_sends()
        talk.feed(C)
        await talk.until(lambda: talk.order.phase == "open")
        if leaves:
            talk.hang_up(D(1006))
        talk.block_sends(blocked=False)
        await talk.ended()
        await asyncio.wait(accepting, timeout=2)
    assert talk.sent == ([] if leaves else [A, X(1011)])
    assert isinstance(accepting[0].exception(), WebSocketDisconnect if leaves else type(None))
    (record,) = logged()
    assert record.exc_info is not None


async def test_b4_a_raw_receive_waits_while_another_task_accepts() -> None:
    received: list[Message] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        accepting = asyncio.create_task(socket.accept())
        await asyncio.sleep(0)  # let it begin
        received.append(await socket.receive())
        received.append(await socket.receive())
        await accepting

    assert await run(WebSocketApp([handler]), C, R("1"), R("2")) == [A, X(1000)]
    assert [each.get("text") for each in received] == ["1", "2"]


async def test_b17_every_waiting_receive_ends_when_another_task_closes() -> None:
    reasons: list[str] = []

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        async def wait() -> None:
            try:
                await socket.receive_text()
            except WebSocketDisconnect as ended:
                reasons.append(f"{ended.code} by the {ended.by}")

        await socket.accept()
        waiting = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0)  # let them begin
        await socket.close(4000)
        await asyncio.gather(*waiting)

    assert await run(WebSocketApp([handler]), C) == [A, X(4000)]
    assert reasons == ["4000 by the server"] * 3


async def test_b31_an_exception_handler_that_finds_the_client_gone(logged: Logged) -> None:
    async def answer(socket: WebSocket, error: Exception) -> None:
        await socket.send_text("sorry")

    @websocket("/", exception_handlers={LookupError: answer})
    async def handler(socket: WebSocket) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            await socket.receive_text()
        raise LookupError("the first error is the one to see")

    assert await run(WebSocketApp([handler]), C, D(1001)) == [A]
    (record,) = logged()
    assert "the first error" in str(record.exc_info)


@pytest.mark.parametrize("code", [1001, 4000, 1006, 1005, 99])
async def test_b29_a_disconnect_of_another_connection_closes_this_one(code: int) -> None:
    """Raised while this one is open; a code that may not be sent becomes 1000."""

    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        raise WebSocketDisconnect(code, "upstream")

    expected = X(code if code in {1001, 4000} else 1000, "upstream")
    assert await run(WebSocketApp([handler]), C) == [A, expected]


async def test_b51_a_lifespan_sees_a_normal_end_as_one() -> None:
    seen: list[str] = []

    @contextlib.asynccontextmanager
    async def around(socket: WebSocket) -> AsyncIterator[None]:
        try:
            yield
        except WebSocketDisconnect:
            seen.append("disconnect")
        else:
            seen.append("returned")

    @websocket("/", connection_lifespan=[around])
    async def handler(socket: WebSocket) -> None:
        await socket.send_text("x")

    assert await run(WebSocketApp([handler]), C) == [A, S("x"), X(1000)]
    assert seen == ["returned"]


async def test_b41_background_work_that_meets_the_end_is_no_failure(logged: Logged) -> None:
    works: list[asyncio.Task[Any]] = []

    class Busy(Shout):
        @override
        async def accepted(self) -> None:
            works.append(self.background(self.raises(WebSocketDisconnect(1001))))
            works.append(self.background(self.raises(LookupError("background"))))

        async def raises(self, error: Exception) -> None:
            raise error

        @override
        async def on_message(self, message: str, /) -> str | None:
            return "ok"

    async with Talk(create_app(Parts(shout=Busy)), C, path="/shout") as talk:
        await talk.idle()
        await asyncio.wait(works, timeout=2)
        talk.feed(R("?"), D())
    assert talk.sent == [A, S("ok")]
    (record,) = logged()
    assert "background" in str(record.exc_info)


async def test_b54_a_cancellation_in_a_teardown_stops_no_other(logged: Logged) -> None:
    steps: list[str] = []

    async def outer() -> AsyncIterator[int]:
        yield 1
        steps.append("outer")

    async def inner(outer: int) -> AsyncIterator[int]:
        yield 1
        raise asyncio.CancelledError

    @websocket("/", dependencies={"outer": outer, "inner": inner})
    async def handler(socket: WebSocket, inner: int) -> None:
        await socket.accept()

    async with Talk(WebSocketApp([handler]), C) as talk:
        await cancelled(talk)
    assert talk.sent == [A, X(1000)]
    assert steps == ["outer"]
    assert logged() == []


async def test_b55_an_error_that_a_teardown_hands_on_is_logged_once(logged: Logged) -> None:
    class Hands:
        """Unlike a generator it may raise the very same error."""

        async def __aenter__(self) -> int:
            return 1

        async def __aexit__(self, kind: object, error: BaseException | None, _: object) -> None:
            if error is not None:
                raise error

    def provider() -> contextlib.AbstractAsyncContextManager[int]:
        return Hands()

    @websocket("/", dependencies={"value": provider})
    async def handler(socket: WebSocket, value: int) -> None:
        raise LookupError

    assert await run(WebSocketApp([handler]), C) == [Denied(500, "")]
    assert len(logged()) == 1


async def test_b56_a_provider_with_an_annotation_for_type_checkers_only() -> None:
    def provider() -> Unseen:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore
        return "value"

    @websocket("/", dependencies={"value": provider})
    async def handler(socket: WebSocket, value: str) -> None:
        await socket.send_text(value)

    assert await run(WebSocketApp([handler]), C) == [A, S("value"), X(1000)]


async def test_b45_an_iterator_that_cannot_be_closed_is_let_go() -> None:
    class Numbers:
        def __init__(self) -> None:
            self.left = [2, 1]

        def __aiter__(self) -> Numbers:
            return self

        async def __anext__(self) -> int:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    @websocket_stream("/")
    def stream() -> AsyncIterator[int]:
        return Numbers()

    assert await run(WebSocketApp([stream]), C) == [A, S("1"), S("2"), X(1000)]


async def test_b71_a_task_that_does_not_end_is_left_and_logged(
    monkeypatch: pytest.MonkeyPatch, logged: Logged
) -> None:
    monkeypatch.setattr(_app, "_GRACE", 0.01)
    begun, release = asyncio.Event(), asyncio.Event()

    @websocket_listener("/", limits=Limits(close_timeout=0.01))
    async def listener(data: str) -> None:
        begun.set()
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await release.wait()

    app = WebSocketApp([listener])
    async with Talk(app, C, R("?")) as talk:
        await soon(begun.wait())
        await soon(app.close())
        (record,) = logged()
        assert "does not end, though it was cancelled" in record.getMessage()
        release.set()
        await talk.ended()
    assert talk.sent == [A, RESTART]


async def test_b71_closing_before_the_connect_event() -> None:
    @websocket_listener("/", limits=Limits(close_timeout=0.01))
    async def listener(data: str) -> None: ...

    app = WebSocketApp([listener])
    async with Talk(app) as talk:
        await talk.idle()
        await soon(app.close())
        await cancelled(talk)
    assert talk.sent == []


# Mistakes


def test_b61_paths_that_cannot_be_read_are_listed_with_the_rest() -> None:
    async def nobody(socket: WebSocket, missing: int) -> None: ...

    handlers = [websocket("/a{x}")(nobody), websocket("/b", name="b")(nobody)]
    with pytest.raises(ConfigurationError) as caught:
        WebSocketApp(handlers)
    first, second = caught.value.problems
    assert "`a{x}` is not a parameter" in first
    assert "wants `missing`" in second


async def test_a_handler_of_no_kind_serves_nothing() -> None:
    async def nothing() -> None: ...

    handler = BaseRouteHandler(nothing, path="/x", opt={"a": 1})
    assert handler.opt == {"a": 1}
    with pytest.raises(NotImplementedError):
        WebSocketApp([handler])


async def test_b35_a_listener_class_without_on_receive(logged: Logged) -> None:
    class Empty(WebsocketListener):
        pass

    with pytest.raises(ConfigurationError, match="a listener has a parameter `data`"):
        WebSocketApp([Empty("/")])
    with pytest.raises(NotImplementedError, match="Empty does not define on_receive"):
        Empty("/").on_receive("x")


async def test_b30_a_code_that_is_none_is_our_mistake(logged: Logged) -> None:
    @websocket("/")
    async def handler(socket: WebSocket) -> None:
        await socket.accept()
        for wrong in (True, "1000", 1000.0, None):
            with pytest.raises(ValueError, match="a close code is a whole number"):
                await socket.close(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        raise WebSocketException("x", code=1006)

    assert await run(WebSocketApp([handler]), C) == [A, X(1011)]
    assert len(logged()) == 1
