"""The fake servers do what the measured ones do, while a connection opens.

The applications of this file misbehave on purpose, to see what a server makes of that; the
runtime never does.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tests.runtime.columns import FIN, GRANIAN, Column, Seen
from tests.runtime.columns_programs import (
    BODY,
    HANGS,
    START,
    accepting,
    close,
    code_of,
    each,
    outcome,
    text,
)
from tests.runtime.notation import A, Denied, S, X

from wsgen_runtime._asgi import Receive, Send


@each(Denied(401, "no"), *[Denied(401, "no")] * 4, None)
def test_a_refusal_by_http(column: Column, wanted: Denied | None) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await send(START)
        await send(BODY)
        await asyncio.Event().wait()

    result, seen = outcome(column, program)
    assert result == HANGS
    assert seen == ([wanted] if wanted else [])


@each(None, None, "KeyError", "RuntimeError", "KeyError", None)
def test_a_refusal_without_headers(column: Column, wanted: str | None) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await send({"type": START["type"], "status": 401})

    assert outcome(column, program)[0] == wanted


@each("KeyError", "KeyError", None, None, None, None)
def test_a_refusal_without_a_body(column: Column, wanted: str | None) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await send(START)
        await send({"type": BODY["type"]})

    assert outcome(column, program)[0] == wanted


@each(None, None, None, "RuntimeError", None, None)
def test_a_refusal_in_two_pieces(column: Column, wanted: str | None) -> None:
    async def program(receive: Receive, send: Send) -> None:
        await send(START)
        await send({**BODY, "more_body": True})

    assert outcome(column, program)[0] == wanted


@each(1006, 1006, 1006, HANGS, HANGS, HANGS)
def test_receiving_after_a_refusal_by_http(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await send(START)
        await send(BODY)
        return await code_of(receive)

    assert outcome(column, program)[0] == wanted


@each(1006, 1006, 1006, 1005, HANGS, 1006)
def test_receiving_after_a_close_before_accept(column: Column, wanted: object) -> None:
    async def program(receive: Receive, send: Send) -> Any:
        await send(close(4001))
        return await code_of(receive)

    result, seen = outcome(column, program)
    assert result == wanted
    assert seen == [Denied(403, "")]


def test_one_server_refuses_only_when_the_callable_returns_and_accepts_meanwhile() -> None:
    async def program(receive: Receive, send: Send) -> None:
        await send(close(4001))
        await accepting(send, text("late"), close())

    assert outcome(GRANIAN, program)[1] == [A, S("late"), X(1000)]


@each(*[Denied(500, "")] * 3, Denied(403, ""), Denied(500, ""), Denied(500, ""))
def test_raising_before_accept(column: Column, wanted: Denied) -> None:
    async def program(receive: Receive, send: Send) -> None:
        raise LookupError

    assert outcome(column, program)[1] == [wanted]


@each(*[Denied(500, "")] * 3, Denied(403, ""), Denied(500, ""), FIN)
def test_returning_before_accept(column: Column, wanted: Seen) -> None:
    async def program(receive: Receive, send: Send) -> None:
        pass

    assert outcome(column, program)[1] == [wanted]
