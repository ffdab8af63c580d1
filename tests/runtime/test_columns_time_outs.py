"""Waits that are given up lose no message, on servers that lose what a cancelled `receive()` takes.

Each fake server drops the next message when its `receive()` is cancelled, as some real ones do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Peer, said, say
from tests.runtime.notation import A, C, D, X
from typing_extensions import override

from wsgen_runtime import WebSocketDisconnect

TIMES = 20
PATIENCE = 1.0
Hear: TypeAlias = Callable[[str], None]
Wait: TypeAlias = Callable[[Peer, Hear], Awaitable[None]]


async def receive_in_time(peer: Peer, hear: Hear) -> None:
    async with asyncio.timeout(PATIENCE):
        hear(await peer.receive())


async def wait_for_receive(peer: Peer, hear: Hear) -> None:
    hear(await asyncio.wait_for(peer.receive(), PATIENCE))


async def iterate_in_time(peer: Peer, hear: Hear) -> None:
    async with asyncio.timeout(PATIENCE):
        async for text in peer:
            hear(text)


async def wait_for_item(peer: Peer, hear: Hear) -> None:
    hear(await asyncio.wait_for(anext(aiter(peer)), PATIENCE))


async def cancel_a_task(peer: Peer, hear: Hear) -> None:
    async def taking() -> None:
        hear(await peer.receive())

    task = asyncio.create_task(taking())
    await asyncio.sleep(PATIENCE)
    task.cancel()
    await asyncio.wait((task,))
    if task.cancelled():
        raise TimeoutError
    task.result()


async def receive_with_many(peer: Peer, hear: Hear) -> None:
    """Three tasks wait, each less patient than the one before."""

    async def taking(seconds: float) -> None:
        async with asyncio.timeout(seconds):
            hear(await peer.receive())

    waits = [taking(PATIENCE / part) for part in (1, 2, 3)]
    errors = await asyncio.gather(*waits, return_exceptions=True)
    for error in errors:
        if isinstance(error, Exception):
            raise error


WAYS = [
    receive_in_time,
    wait_for_receive,
    iterate_in_time,
    wait_for_item,
    cancel_a_task,
    receive_with_many,
]


class Impatient(Conduct):
    """Waits for messages, a short time only, until the client leaves."""

    def __init__(self, wait: Wait) -> None:
        super().__init__()
        self.wait = wait
        self.heard_texts: list[str] = []
        self.given_up = 0
        self.left = False

    @override
    async def talk(self, peer: Peer) -> None:
        await peer.connection.accept()
        while peer.connection.close_code is None:
            try:
                await self.wait(peer, self.heard_texts.append)
            except TimeoutError:
                self.given_up += 1
            except (WebSocketDisconnect, StopAsyncIteration):
                self.left = True


@everywhere
@pytest.mark.parametrize("wait", WAYS, ids=lambda wait: wait.__name__)
async def test_b27_twenty_waits_that_are_given_up_lose_no_message(stage: Stage, wait: Wait) -> None:
    conduct = Impatient(wait)
    texts = [str(number) for number in range(10)]
    async with stage.talk("websocket", conduct, C) as talk:
        await asyncio.sleep(TIMES * PATIENCE + 0.5)
        assert conduct.given_up == TIMES
        talk.feed(*map(say, texts), D(1000))
    assert conduct.heard_texts == texts


@everywhere
@pytest.mark.parametrize("every", [0.3, 1.0, 1.01, 1.7, 2.0])
@pytest.mark.parametrize("wait", WAYS, ids=lambda wait: wait.__name__)
async def test_b27_a_message_may_come_at_any_moment_of_a_wait(
    stage: Stage, wait: Wait, every: float
) -> None:
    """Also at the very moment at which it is given up."""
    conduct = Impatient(wait)
    texts = [str(number) for number in range(TIMES)]
    async with stage.talk("websocket", conduct, C) as talk:
        for text in texts:
            await asyncio.sleep(every)
            talk.feed(say(text))
        await asyncio.sleep(every)
        talk.feed(D(1000))
    assert conduct.heard_texts == texts
    assert every < PATIENCE or conduct.given_up > 0


@everywhere
async def test_b27_a_message_that_came_after_the_last_wait_is_answered_by_the_next(
    stage: Stage,
) -> None:
    class Answers(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept()
            for _ in range(TIMES):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await peer.receive()
            await asyncio.sleep(10)  # the message comes while nobody waits
            await peer.send(await peer.receive())

    async with stage.talk("websocket", Answers(), C) as talk:
        await asyncio.sleep(TIMES * PATIENCE + 5)
        talk.feed(say("x"))
    assert talk.wire == stage.shows(A, said("x"), X(1000))
