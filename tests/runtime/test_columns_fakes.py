"""The fake servers do what the measured ones do, once a connection is open.

The applications of this file misbehave on purpose, to see what a server makes of that; the
runtime never does.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.runtime.columns import (
    COLUMNS,
    DAPHNE,
    FIN,
    GRANIAN,
    HYPERCORN,
    LOST,
    SANSIO,
    WEBSOCKETS,
    WSPROTO,
    Column,
    Seen,
)
from tests.runtime.columns_programs import (
    HANGS,
    accepting,
    app_of,
    close,
    code_of,
    each,
    outcome,
    text,
)
from tests.runtime.columns_talk import ColumnTalk
from tests.runtime.columns_time import Deadlock, play
from tests.runtime.notation import A, C, D, R, S, X

from wsgen_runtime._asgi import Message, Receive, Send


@each((4005, "why"), (4005, "why"), (4005, "why"), (4005, None), (1006, None), (4005, None))
def test_the_code_of_the_client(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send)
        event = await receive()
        return event["code"], event.get("reason")

    assert outcome(column, program, D(4005, "why"))[0] == wanted


@each(1005, 1005, 1005, 1005, 1006, None)
def test_a_client_that_gives_no_code(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send)
        return await code_of(receive)

    assert outcome(column, program, D())[0] == wanted


@each(1006, 1005, 1005, 1005, 1006, 1006)
def test_a_client_that_is_lost(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send)
        return await code_of(receive)

    assert outcome(column, program, LOST)[0] == wanted


@each(1005, 4001, 4001, 1005, 1000, 1006)
def test_receiving_after_our_own_close(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send, close(4001))
        return await code_of(receive)

    assert outcome(column, program, D(1000))[0] == wanted


@each("RuntimeError", "ClientDisconnected", "ClientDisconnected", None, None, None)
def test_sending_after_the_client_has_left(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        await receive()
        await send(text("late"))

    assert outcome(column, program, LOST) == (wanted, [A])


@each(*["RuntimeError"] * 3, None, "UnexpectedMessageError", "Disconnected")
def test_sending_after_our_own_close(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send, close(), text("late"))

    assert outcome(column, program) == (wanted, [A, X(1000)])


@each(*["RuntimeError"] * 3, None, None, None)
def test_a_second_close(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send, close(), close())

    assert outcome(column, program) == (wanted, [A, X(1000)])


@each(None, None, None, "TimeoutError", None, None)
def test_a_close_while_a_receive_waits(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        waiting = asyncio.create_task(_taken(receive))
        await asyncio.sleep(1)
        try:
            await asyncio.wait_for(send(close()), 1)
        finally:
            waiting.cancel()

    assert outcome(column, program) == (wanted, [A, FIN if wanted else X(1000)])


@each(5, 1, 1, 5, HANGS, HANGS)
def test_receiving_again_after_the_disconnect(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> int:
        await accepting(send)
        await receive()
        for times in range(5):
            try:
                await asyncio.wait_for(receive(), 1)
            except TimeoutError:
                return times
        return 5

    result = outcome(column, program, LOST)[0]
    assert result == (0 if wanted == HANGS else wanted)


@each("dies", "dies", "sent", "sent", "sent", "stays open")
@pytest.mark.parametrize("code", [999, 1004, 2000, 5000])
def test_codes_that_may_not_be_sent(column: Column, wanted: str, code: int) -> None:
    assert _closed_with(column, code) == wanted


@each("dies", "dies", "becomes 1000", "sent", "becomes 1000", "stays open")
@pytest.mark.parametrize("code", [1005, 1006, 1015])
def test_codes_that_are_reserved(column: Column, wanted: str, code: int) -> None:
    assert _closed_with(column, code) == wanted


@each("sent", "sent", "sent", "sent", "sent", "stays open")
@pytest.mark.parametrize("code", [1001, 1008, 1009, 1011, 1012, 1014])
def test_codes_of_the_registry(column: Column, wanted: str, code: int) -> None:
    assert _closed_with(column, code) == wanted


def _closed_with(column: Column, code: int) -> str:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        try:
            await send(close(code))
        except Exception as error:
            if type(error).__name__ == "ProtocolError":
                return
            await send(text("still open"))
            await send(close(4000))

    match outcome(column, program)[1]:
        case [_, X(taken, _)]:
            return "sent" if taken == code else f"becomes {taken}"
        case [_, S(_), X(4000, _)]:
            return "stays open"
        case seen:
            assert seen == [A, FIN]
            return "dies"


@each(FIN, FIN, 123, 200, 123, 0)
def test_a_reason_that_is_too_long(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send, close(1000, "x" * 200))

    *_, last = outcome(column, program)[1]
    assert (len(last.reason) if isinstance(last, X) else last) == wanted


@each(*[[A, S(""), X(1000)]] * 5, [A, X(1000)])
def test_an_empty_message(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send, text(""), close())

    assert outcome(column, program)[1] == wanted


@each(*[{"text"}] * 4, {"text", "bytes"}, {"text"})
def test_the_keys_of_a_frame(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send)
        return await receive()

    event = outcome(column, program, R("x"))[0]
    assert event.keys() - {"type"} == wanted
    assert event["text"] == "x"


@each("RuntimeError", *[None] * 5)
def test_two_receives_at_once(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        first = asyncio.create_task(_taken(receive))
        await asyncio.sleep(0)
        second = asyncio.create_task(_taken(receive))
        await asyncio.sleep(0)
        second.cancel()
        first.cancel()
        await asyncio.wait((first, second))
        if not second.cancelled():
            second.result()

    assert outcome(column, program)[0] == wanted


async def _taken(receive: Receive) -> Message:
    return await receive()


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_cancelled_receive_takes_the_next_message_with_it(column: Column) -> None:
    """Some do, so here all do."""

    async def program(receive: Receive, send: Send) -> Any:
        await accepting(send)
        taking = asyncio.create_task(_taken(receive))
        await asyncio.sleep(0)
        taking.cancel()
        await asyncio.wait((taking,))
        return await receive()

    async def playing() -> Any:
        result: list[Any] = []
        async with ColumnTalk(app_of(program, result), C, column=column) as talk:
            await talk.idle()
            talk.feed(R("lost"), R("next"))
            await talk.ended()
            talk.order.mistakes.clear()
        return result[0]

    assert play(playing())["text"] == "next"


@each(*[["1012", X(1012, "")]] * 3, ["1005", None], ["1006", FIN], ["killed", FIN])
def test_sigterm(column: Column, wanted: list[Any]) -> None:
    told: list[Any] = []

    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        try:
            told.append(str(await code_of(receive)))
        except asyncio.CancelledError:
            told.append("killed")

    async def playing() -> list[Seen]:
        async with ColumnTalk(app_of(program, []), C, column=column) as talk:
            await talk.idle()
            talk.stop()
        return talk.wire

    seen = play(playing())
    assert told == wanted[:1]
    assert seen == [A, *wanted[1:]] if wanted[1] else [A]


@each(*[HANGS] * 5, None)
def test_a_client_that_does_not_read(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await accepting(send)
        await receive()
        await send(text("x"))

    async def playing() -> object:
        async with ColumnTalk(app_of(program, []), C, column=column) as talk:
            await talk.idle()
            talk.block_sends()
            talk.feed(R("go"))
            await asyncio.wait((talk.task,), timeout=100)
            talk.forgive()
            return None if talk.done else HANGS

    assert play(playing()) == wanted


def test_scopes_have_what_they_have() -> None:
    assert WEBSOCKETS.scope()["asgi"]["spec_version"] == "2.4"
    assert HYPERCORN.scope()["asgi"]["spec_version"] == "2.3"
    assert GRANIAN.scope()["client"] == ("127.0.0.1", "50000")
    scope = DAPHNE.scope()
    assert scope["client"] == ["127.0.0.1", 50000]
    assert not scope.keys() & {"extensions", "scheme", "http_version", "state"}
    assert "spec_version" not in scope["asgi"]
    assert SANSIO.scope()["extensions"] == WSPROTO.scope()["extensions"] != {}


def test_time_stands_still_and_a_deadlock_is_an_error() -> None:
    async def waits() -> float:
        began = asyncio.get_running_loop().time()
        await asyncio.wait({asyncio.create_task(asyncio.Event().wait())}, timeout=3600)
        return asyncio.get_running_loop().time() - began

    assert play(waits()) == 3600

    async def for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        play(for_ever())
