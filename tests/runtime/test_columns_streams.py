"""Streams on every server, in both styles (H)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from tests.runtime.columns import LOST
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Peer, said, say
from tests.runtime.conftest import Logged
from tests.runtime.notation import A, C, D, Rb, X
from typing_extensions import override

from wsgen_runtime import WebSocketException


class Counts(Conduct):
    """Counts, `until` a number; waits for `pause` first."""

    def __init__(self, until: int | None = 2, *, pause: bool = False) -> None:
        super().__init__()
        self.until = until
        self.closed = 0
        self.ticks = asyncio.Event()
        self.pause = pause

    @override
    async def items(self, peer: Peer) -> AsyncGenerator[str]:
        number = 0
        try:
            while number != self.until:
                if self.pause:
                    await self.ticks.wait()
                yield str(number)
                number += 1
        finally:
            await asyncio.sleep(0)
            self.step("stream closed")
            self.closed += 1


@everywhere
async def test_b44_items_then_1000(stage: Stage) -> None:
    conduct = Counts()
    assert await stage.run("stream", conduct, C) == stage.shows(A, said("0"), said("1"), X(1000))
    assert conduct.closed == 1


@everywhere
async def test_b44_no_items_at_all(stage: Stage) -> None:
    assert await stage.run("stream", Counts(0), C) == stage.shows(A, X(1000))


@everywhere
async def test_b44_a_stream_accepts_before_its_first_item(stage: Stage) -> None:
    conduct = Counts(1, pause=True)
    async with stage.talk("stream", conduct, C) as talk:
        await talk.idle()
        assert talk.wire == [A]
        conduct.ticks.set()
    assert talk.wire == stage.shows(A, said("0"), X(1000))


@everywhere
async def test_b45_a_client_that_leaves_closes_a_waiting_stream_at_once(stage: Stage) -> None:
    conduct = Counts(pause=True)
    async with stage.talk("stream", conduct, C) as talk:
        await talk.idle()
        began = asyncio.get_running_loop().time()
        talk.hang_up(LOST)
        await talk.ended()
        assert asyncio.get_running_loop().time() == began
    assert talk.wire == [A]
    assert conduct.closed == 1
    assert conduct.steps.index("stream closed") < conduct.steps.index("inner out")


@everywhere
async def test_b45_a_client_that_leaves_while_a_send_is_blocked(stage: Stage) -> None:
    conduct = Counts(None, pause=True)
    async with stage.talk("stream", conduct, C) as talk:
        await talk.idle()
        talk.block_sends()
        conduct.ticks.set()
        for _ in range(100):
            await asyncio.sleep(0)
        if stage.column.presses_back:
            assert talk.wire == [A]
        talk.feed(D(1001))  # the send itself stays blocked
    assert conduct.closed == 1


@everywhere
async def test_b46_what_the_client_sends_meanwhile_is_dropped(stage: Stage) -> None:
    conduct = Counts(1, pause=True)
    async with stage.talk("stream", conduct, C, say("a"), Rb(b"\0")) as talk:
        await talk.idle()
        talk.feed(say("b"))
        await talk.idle()
        conduct.ticks.set()
    assert talk.wire == stage.shows(A, said("0"), X(1000))


@everywhere
async def test_b47_an_exception_of_a_stream_is_its_close(stage: Stage, logged: Logged) -> None:
    class Fails(Conduct):
        @override
        async def items(self, peer: Peer) -> AsyncGenerator[str]:
            yield "0"
            raise WebSocketException("enough", code=4321)

    out = await stage.run("stream", Fails(), C)
    assert out == stage.shows(A, said("0"), X(4321, "enough"))
    assert logged() == []


@everywhere
async def test_b47_nothing_follows_a_close_by_the_stream(stage: Stage) -> None:
    class Closes(Conduct):
        @override
        async def items(self, peer: Peer) -> AsyncGenerator[str]:
            yield "0"
            await peer.connection.close(4000, "bye")
            yield "1"

    assert await stage.run("stream", Closes(), C) == stage.shows(A, said("0"), X(4000, "bye"))


@everywhere
async def test_b48_an_endless_fast_stream_notices_that_the_client_leaves(stage: Stage) -> None:
    conduct = Counts(None)
    async with stage.talk("stream", conduct, C) as talk:
        await talk.count(1000)
        talk.feed(D(1001))  # sends still succeed: only the disconnect tells
        await talk.ended()
        assert len(talk.sent) < 2000
    assert conduct.closed == 1


@everywhere
async def test_b45_cancelling_closes_the_stream_too(stage: Stage) -> None:
    conduct = Counts(pause=True)
    async with stage.talk("stream", conduct, C) as talk:
        await talk.idle()
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.wire == stage.shows(A, X(1012, "the server restarts"))
    assert conduct.closed == 1
