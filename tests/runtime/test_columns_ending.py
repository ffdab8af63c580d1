"""The end of a connection on every server, in both styles: closes and exceptions (D, F, G)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.runtime.columns import LOST
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Peer, said, say
from tests.runtime.conftest import Logged
from tests.runtime.notation import A, C, D, X
from typing_extensions import override

from wsgen_runtime import WebSocket, WebSocketException, WebSocketState


class Closes(Conduct):
    """Closes with what it is given."""

    def __init__(self, code: int = 1000, reason: str = "") -> None:
        super().__init__()
        self.code = code
        self.reason = reason

    @override
    async def talk(self, peer: Peer) -> None:
        await peer.connection.accept()
        await peer.connection.close(self.code, self.reason)
        await peer.connection.close(4999, "again")


@everywhere
@pytest.mark.parametrize("code", [1000, 1001, 1003, 1007, 1008, 1009, 1011, 1012, 1014, 3000, 4999])
async def test_b23_every_code_that_may_be_sent_arrives_once(stage: Stage, code: int) -> None:
    """Or what stands for it, where a server does not take it."""
    assert await stage.run("websocket", Closes(code, "bye"), C) == stage.shows(A, X(code, "bye"))


@everywhere
async def test_b24_codes_that_may_not_be_sent_reach_no_server(stage: Stage) -> None:
    class Refused(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept()
            for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000):
                with pytest.raises(ValueError, match="may not be sent"):
                    await peer.connection.close(code)
            await peer.send("still here")

    assert await stage.run("websocket", Refused(), C) == stage.shows(A, said("still here"), X(1000))


@everywhere
async def test_b25_a_reason_is_cut_before_a_server_can_choke_on_it(stage: Stage) -> None:
    out = await stage.run("websocket", Closes(4000, "é" * 100), C)
    assert out == stage.shows(A, X(4000, "é" * 61))


@everywhere
async def test_b23_nothing_is_closed_when_the_client_has_left(stage: Stage) -> None:
    class Ends(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async for _ in peer:
                pass
            await peer.connection.close()

    assert await stage.run("websocket", Ends(), C, LOST) == [A]


@everywhere
async def test_b26_both_sides_have_a_state_and_the_end_its_code(stage: Stage) -> None:
    seen: list[object] = []

    class Looks(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            socket = peer.connection
            seen.append((socket.connection_state, socket.client_state))
            await socket.accept()
            seen.append((socket.connection_state, socket.close_code))
            await socket.close(4000, "bye")
            seen.append((socket.connection_state, socket.close_code, socket.close_reason))

    assert await stage.run("websocket", Looks(), C) == stage.shows(A, X(4000, "bye"))
    assert seen == [
        (WebSocketState.CONNECTING, WebSocketState.CONNECTED),
        (WebSocketState.CONNECTED, None),
        (WebSocketState.DISCONNECTED, 4000, "bye"),
    ]


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b29_an_exception_with_a_code_closes_with_it(
    stage: Stage, kind: str, logged: Logged
) -> None:
    class Raises(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            raise WebSocketException("enough", code=4123)

        @override
        async def talk(self, peer: Peer) -> None:
            await self.heard(peer, await peer.receive())

    out = await stage.run(kind, Raises(), C, say("x"), say("y"))  # type: ignore[arg-type]
    assert out == stage.shows(A, X(4123, "enough"))
    assert logged() == []


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b30_any_other_exception_closes_with_1011_and_is_logged_once(
    stage: Stage, kind: str, logged: Logged
) -> None:
    class Raises(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            raise LookupError("secret")

        @override
        async def talk(self, peer: Peer) -> None:
            await self.heard(peer, await peer.receive())

    out = await stage.run(kind, Raises(), C, say("x"), say("y"))  # type: ignore[arg-type]
    assert out == stage.shows(A, X(1011, ""))
    assert len(logged()) == 1


@everywhere
async def test_b31_an_exception_handler_lets_a_listener_go_on(stage: Stage) -> None:
    class Raises(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            if text == "1":
                raise LookupError(text)
            return text

    async def answer(socket: WebSocket, error: Exception) -> None:
        await socket.send_text("handled")

    frames = [say("0"), say("1"), say("2")]
    handlers = {LookupError: answer}
    out = await stage.run("listener", Raises(), C, *frames, D(1000), exception_handlers=handlers)
    assert [*out[:2], *out[3:]] == [A, said("0"), said("2")]


@everywhere
async def test_b32_closing_in_an_except_clause_is_harmless(stage: Stage, logged: Logged) -> None:
    class Careful(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            try:
                while True:
                    await peer.receive()
            except Exception:
                await peer.connection.close(1011)

    assert await stage.run("websocket", Careful(), C, say("x"), LOST) == [A]
    assert logged() == []


@everywhere
async def test_b33_an_exception_after_our_own_close_is_only_logged(
    stage: Stage, logged: Logged
) -> None:
    class Late(Closes):
        @override
        async def talk(self, peer: Peer) -> None:
            await super().talk(peer)
            raise LookupError("secret")

    assert await stage.run("websocket", Late(4000), C) == stage.shows(A, X(4000))
    assert len(logged()) == 1


@everywhere
async def test_b34_a_group_of_one_is_its_member(stage: Stage) -> None:
    class Grouped(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async def fail() -> None:
                await peer.receive()
                raise WebSocketException("enough", code=4123)

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(fail())
                tasks.create_task(asyncio.sleep(3600))

    out = await stage.run("websocket", Grouped(), C, say("x"))
    assert out == stage.shows(A, X(4123, "enough"))


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b41_the_order_at_the_end(stage: Stage, kind: str) -> None:
    conduct = Conduct()
    await stage.run(kind, conduct, C, say("x"), LOST)  # type: ignore[arg-type]
    hook = ["told"] if kind == "listener" or stage.style == "generated" else []
    last = [each for each in conduct.steps if each != "accepted"]
    assert last == ["outer in", "inner in", *hook, "inner out", "outer out"]


@everywhere
async def test_b41_a_running_method_ends_by_itself_unless_it_is_to_be_cancelled(
    stage: Stage,
) -> None:
    class Runs(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            try:
                await asyncio.sleep(60)
                self.step("ran to its end")
            except asyncio.CancelledError:
                self.step("cancelled")
                raise
            return text

    for cancels in (False, True):
        conduct = Runs()
        async with stage.talk("listener", conduct, C, cancel_on_disconnect=cancels) as talk:
            await talk.idle()
            talk.feed(say("x"))
            await asyncio.sleep(1)
            talk.hang_up(LOST)
        assert talk.wire == [A]
        assert ("cancelled" in conduct.steps) == cancels
        assert ("ran to its end" in conduct.steps) != cancels


@everywhere
async def test_b51_connection_lifespans_surround_the_conversation(stage: Stage) -> None:
    conduct = Conduct()

    def lifespan(name: str) -> object:
        @asynccontextmanager
        async def around(socket: WebSocket) -> AsyncIterator[None]:
            conduct.steps.append(f"{name} begins")
            try:
                yield
            finally:
                conduct.steps.append(f"{name} ends")

        return around

    lifespans = [lifespan("first"), lifespan("second")]
    frames = [C, say("x"), LOST]
    out = await stage.run("listener", conduct, *frames, connection_lifespan=lifespans)
    assert out == [A, said("x")]
    order = [each for each in conduct.steps if "begins" in each or "ends" in each]
    assert order == ["first begins", "second begins", "second ends", "first ends"]
    assert conduct.steps.index("first ends") < conduct.steps.index("inner out")


@everywhere
async def test_b54_errors_in_teardown_are_logged_and_change_nothing(
    stage: Stage, logged: Logged
) -> None:
    conduct = Conduct(outer_out=LookupError("one"), inner_out=LookupError("two"))
    assert await stage.run("listener", conduct, C, say("x"), D(1000)) == [A, said("x")]
    assert conduct.steps[-2:] == ["inner out", "outer out"]
    assert len(logged()) == 2


@everywhere
async def test_b41_a_hook_that_raises_is_logged_and_the_rest_runs(
    stage: Stage, logged: Logged
) -> None:
    conduct = Conduct(told=LookupError("hook"))
    assert await stage.run("listener", conduct, C, say("x"), D(1000)) == [A, said("x")]
    assert conduct.steps[-3:] == ["told", "inner out", "outer out"]
    assert len(logged()) == 1


@everywhere
async def test_b41_the_hook_runs_though_what_follows_the_accept_raised(
    stage: Stage, logged: Logged
) -> None:
    conduct = Conduct(accepted=LookupError("hook"))
    assert await stage.run("listener", conduct, C, say("x")) == stage.shows(A, X(1011, ""))
    assert conduct.steps[-3:] == ["told", "inner out", "outer out"]
    assert len(logged()) == 1
