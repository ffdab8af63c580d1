"""Small applications that misbehave on purpose, to see what a fake server makes of that."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from tests.runtime.columns import COLUMNS, Column, Seen
from tests.runtime.columns_talk import ColumnTalk
from tests.runtime.columns_time import play
from tests.runtime.notation import C
from tests.runtime.scripted import Step

from wsgen_runtime._asgi import ASGIApp, Message, Receive, Scope, Send

Program: TypeAlias = Callable[[Receive, Send], Awaitable[Any]]
ACCEPT: Message = {"type": "websocket.accept", "subprotocol": None, "headers": []}
START: Message = {"type": "websocket.http.response.start", "status": 401, "headers": []}
BODY: Message = {"type": "websocket.http.response.body", "body": b"no"}
HANGS = "hangs"


def close(code: int = 1000, reason: str = "") -> Message:
    return {"type": "websocket.close", "code": code, "reason": reason}


def text(data: str) -> Message:
    return {"type": "websocket.send", "text": data}


def app_of(program: Program, result: list[Any]) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        result.append(await program(receive, send))

    return app


def outcome(column: Column, program: Program, *script: Step) -> tuple[Any, list[Seen]]:
    """What a program returns, raises (its class) or does for ever; and what the client sees."""
    result: list[Any] = []

    async def playing() -> list[Seen]:
        async with ColumnTalk(app_of(program, result), C, *script, column=column) as talk:
            await asyncio.wait((talk.task,), timeout=100)
            talk.order.mistakes.clear()  # they are what is looked at here
            seen = list(talk.wire)
            if not talk.done:
                result.append(HANGS)
                talk.forgive()
            elif error := talk.task.exception():
                result.append(type(error).__name__)
                talk.forgive()
        return seen

    seen = play(playing())
    return result[-1], seen


async def accepting(send: Send, *events: Message) -> None:
    for event in (ACCEPT, *events):
        await send(event)


async def code_of(receive: Receive) -> Any:
    return (await receive()).get("code")


def each(*values: Any) -> pytest.MarkDecorator:
    """One value for each column, in the order of the table."""
    return pytest.mark.parametrize(
        ("column", "wanted"),
        list(zip(COLUMNS, values, strict=True)),
        ids=[column.name for column in COLUMNS],
    )
