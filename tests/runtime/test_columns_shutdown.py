"""When a server stops, an application ends, or a client does not read: on every server (F, K)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest
from tests.runtime.columns import FIN
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Kind, Peer, said, say
from tests.runtime.columns_talk import ColumnTalk
from tests.runtime.conftest import Logged
from tests.runtime.notation import A, C, X
from typing_extensions import override

RESTART = "the server restarts"
KINDS = pytest.mark.parametrize("kind", ["listener", "stream", "websocket"])


class Waits(Conduct):
    """Waits for messages, or before its first item."""

    @override
    async def items(self, peer: Peer) -> AsyncGenerator[str]:
        await asyncio.Event().wait()
        yield "never"


async def ended(talk: ColumnTalk) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        await talk.ended()
    talk.forgive()


async def opened(talk: ColumnTalk, kind: Kind) -> None:
    """It is open, and waits."""
    if kind == "websocket":
        talk.feed(say("x"))
        await talk.count(2)
        talk.sent.pop()
        talk.wire.pop()
    await talk.idle()


@everywhere
@KINDS
async def test_b71_a_server_that_stops(stage: Stage, kind: Kind, logged: Logged) -> None:
    """Some close by themselves, some drop the connection; nobody sees two closes."""
    conduct = Waits()
    async with stage.talk(kind, conduct, C) as talk:
        await opened(talk, kind)
        talk.stop()
        await ended(talk)
    own = {"1012": [X(1012, "")], "1005": []}.get(stage.column.stop, [FIN])
    assert talk.sent == [A]
    assert talk.wire == [A, *own]
    assert conduct.steps[-2:] == ["inner out", "outer out"]
    assert logged() == []


@everywhere
@KINDS
async def test_b71_an_application_that_ends_closes_with_1012(stage: Stage, kind: Kind) -> None:
    conduct = Waits()
    async with stage.talk(kind, conduct, C) as talk:
        await opened(talk, kind)
        await talk.application.close()
        assert talk.done
        await ended(talk)
    assert talk.wire == stage.shows(A, X(1012, RESTART))
    assert conduct.steps[-2:] == ["inner out", "outer out"]


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b71_who_is_busy_is_cancelled_after_close_timeout(stage: Stage, kind: Kind) -> None:
    class Busy(Waits):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            await asyncio.Event().wait()
            return text

        @override
        async def talk(self, peer: Peer) -> None:
            await peer.receive()
            await asyncio.Event().wait()

    conduct = Busy()
    async with stage.talk(kind, conduct, C, say("x")) as talk:
        await talk.count(1)
        await asyncio.sleep(1)
        began = asyncio.get_running_loop().time()
        await talk.application.close()
        assert 9 < asyncio.get_running_loop().time() - began <= 10
        await ended(talk)
    assert talk.wire == stage.shows(A, X(1012, RESTART))
    assert conduct.steps[-2:] == ["inner out", "outer out"]


@everywhere
@KINDS
async def test_b34_cancellation_closes_and_passes(stage: Stage, kind: Kind) -> None:
    conduct = Waits()
    async with stage.talk(kind, conduct, C) as talk:
        await opened(talk, kind)
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.wire == stage.shows(A, X(1012, RESTART))
    assert conduct.steps[-2:] == ["inner out", "outer out"]


@everywhere
async def test_b34_cancelling_during_the_handshake_tears_down(stage: Stage) -> None:
    class Slow(Conduct):
        @override
        async def provided(self, socket: object) -> None:
            await asyncio.Event().wait()

    conduct = Slow()
    async with stage.talk("listener", conduct, C) as talk:
        await asyncio.sleep(1)
        talk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert conduct.steps == ["outer in", "inner in", "inner out", "outer out"]
    assert len(talk.wire) == 1


@everywhere
async def test_b71_a_client_that_never_reads_does_not_hold_up_the_end(stage: Stage) -> None:
    conduct = Conduct()
    async with stage.talk("listener", conduct, C) as talk:
        await talk.idle()
        talk.block_sends()
        talk.feed(say("x"))
        await asyncio.sleep(1)
        await talk.application.close()
        await ended(talk)
        talk.order.mistakes.clear()  # a send that never ended is no event
    if stage.column.presses_back:
        assert talk.wire == [A, FIN]
    else:
        assert talk.wire == stage.shows(A, said("x"), X(1012, RESTART))
    assert conduct.steps[-2:] == ["inner out", "outer out"]


@everywhere
async def test_b69_a_close_that_never_ends_is_given_up(stage: Stage) -> None:
    class Closes(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            await peer.connection.close(4000, "bye")
            return text

    async with stage.talk("listener", Closes(), C) as talk:
        await talk.idle()
        talk.block_sends()
        began = asyncio.get_running_loop().time()
        talk.feed(say("x"))
        await talk.ended()
        waited = asyncio.get_running_loop().time() - began
    assert waited == (10 if stage.column.presses_back else 0)
    answered = stage.shows(A, X(4000, "bye"))
    assert talk.wire == ([A, FIN] if stage.column.presses_back else answered)
