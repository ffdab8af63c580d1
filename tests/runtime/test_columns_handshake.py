"""The opening of a connection on every server, in both styles: what a client gets (A, I, J, K)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Peer, said, say
from tests.runtime.conftest import Logged
from tests.runtime.notation import A, C, D, Denied, X
from tests.runtime.scripted import sent
from typing_extensions import override

from wsgen_runtime import Limits, WebSocket, WebSocketException

RESTART = "the server restarts"


@everywhere
async def test_b4_a_listener_accepts_by_itself(stage: Stage) -> None:
    conduct = Conduct()
    async with stage.talk("listener", conduct, C) as talk:
        await talk.idle()
        assert talk.wire == [A]
        talk.feed(D(1000))
    assert conduct.steps == [
        "outer in",
        "inner in",
        "accepted",
        "told",
        "inner out",
        "outer out",
    ]


@everywhere
async def test_b1_a_second_accept_does_nothing(stage: Stage) -> None:
    class Accepts(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept(headers={"X-Room": "7"})
            await peer.connection.accept()
            await peer.send("ready")

    out = await stage.run("websocket", Accepts(), C)
    assert out == stage.shows(A(None, [(b"x-room", b"7")]), said("ready"), X(1000))


@everywhere
async def test_b4_whoever_sends_first_accepts_and_racing_tasks_accept_once(stage: Stage) -> None:
    heard: list[str] = []

    class Races(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async def hear() -> None:
                heard.append(await peer.receive())

            async with asyncio.TaskGroup() as tasks:
                for text in ("a", "b"):
                    tasks.create_task(peer.send(text))
                for _ in range(3):
                    tasks.create_task(hear())

    out = await stage.run("websocket", Races(), C, say("1"), say("2"), say("3"))
    assert out == stage.shows(A, said("a"), said("b"), X(1000))
    assert sorted(heard) == ["1", "2", "3"]


@everywhere
async def test_b3_the_first_subprotocol_of_ours_that_the_client_offers(stage: Stage) -> None:
    opening = {"subprotocols": ["v0", "v2", "v1"]}
    more: dict[str, Any] = {"opening": opening, "subprotocols": ("v3", "v1", "v2")}
    assert await stage.run("listener", Conduct(), C, D(1000), **more) == [A("v1")]


@everywhere
async def test_b3_no_subprotocol_in_common_is_refused(stage: Stage) -> None:
    more: dict[str, Any] = {"opening": {"subprotocols": ["v0"]}, "subprotocols": ("v1",)}
    out = await stage.run("listener", Conduct(), C, **more)
    assert out == stage.shows(Denied(400, "none of the offered subprotocols is spoken here"))


class Refuses(Conduct):
    @override
    async def talk(self, peer: Peer) -> None:
        await peer.connection.close(4001, "no")
        await peer.connection.close(4003, "never")


@everywhere
async def test_b6_a_close_before_accept_refuses_at_once(stage: Stage) -> None:
    assert await stage.run("websocket", Refuses(), C) == stage.shows(Denied(401, "no"))


@everywhere
async def test_b6_where_a_browser_is_to_see_the_code_it_is_accepted_first(stage: Stage) -> None:
    out = await stage.run("websocket", Refuses(), C, D(4001), on_reject="close")
    assert out == stage.shows(A, X(4001, "no"))


@everywhere
async def test_b7_returning_without_an_answer_is_refused(stage: Stage, logged: Logged) -> None:
    class Silent(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            pass

    assert await stage.run("websocket", Silent(), C) == stage.shows(Denied(500, ""))
    (record,) = logged()
    assert "handler returned without accept() or close()" in record.getMessage()


@everywhere
async def test_b9_who_leaves_before_the_connect_event_gets_nothing(stage: Stage) -> None:
    conduct = Conduct()
    assert await stage.run("listener", conduct, D(1006)) == []
    assert conduct.steps == []


@everywhere
async def test_b10_the_request_reads_the_same_on_every_server(stage: Stage) -> None:
    class Reads(Conduct):
        @override
        async def guard(self, socket: WebSocket) -> None:
            assert socket.client == ("127.0.0.1", 50000)
            assert str(socket.url) == "ws://testserver/?room=7"
            assert socket.headers["x-a"] == "1"
            assert socket.query_params["room"] == "7"
            assert socket.subprotocols == ("v1",)
            socket.state["seen"] = True
            assert socket.state["seen"]

    opening = {"query": "room=7", "headers": [("X-A", "1")], "subprotocols": ["v1"]}
    assert await stage.run("listener", Reads(), C, D(1000), opening=opening) == [A]


@everywhere
async def test_b29_an_exception_with_a_code_refuses(stage: Stage) -> None:
    class Raises(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            raise WebSocketException("later", code=1013)

    assert await stage.run("websocket", Raises(), C) == stage.shows(Denied(503, "later"))


@everywhere
async def test_b30_any_other_exception_refuses_with_nothing_said(
    stage: Stage, logged: Logged
) -> None:
    class Raises(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            raise LookupError("secret")

    assert await stage.run("websocket", Raises(), C) == stage.shows(Denied(500, ""))
    assert len(logged()) == 1


@everywhere
async def test_b53_a_guard_refuses_and_nothing_later_runs(stage: Stage) -> None:
    class Guarded(Conduct):
        @override
        async def guard(self, socket: WebSocket) -> None:
            raise WebSocketException("members only", code=4403)

    conduct = Guarded()
    out = await stage.run("listener", conduct, C)
    assert out == stage.shows(Denied(403, "members only"))
    assert "inner in" not in conduct.steps


@everywhere
async def test_b54_a_provider_that_fails_has_the_earlier_ones_taken_down(
    stage: Stage, logged: Logged
) -> None:
    conduct = Conduct(inner_in=LookupError("secret"))
    assert await stage.run("listener", conduct, C) == stage.shows(Denied(500, ""))
    assert conduct.steps == ["outer in", "inner in", "inner out", "outer out"]
    assert len(logged()) == 1


@everywhere
async def test_b68_another_origin_is_refused_before_guards(stage: Stage) -> None:
    opening = {"headers": [("origin", "https://evil.example")]}
    conduct = Conduct()
    out = await stage.run("listener", conduct, C, opening=opening, on_reject="close")
    assert out == stage.shows(Denied(403, ""))
    assert conduct.steps == []


@everywhere
async def test_b69_providers_that_take_too_long_are_given_up(stage: Stage) -> None:
    class Slow(Conduct):
        @override
        async def provided(self, socket: WebSocket) -> None:
            await asyncio.Event().wait()

    conduct = Slow()
    out = await stage.run("listener", conduct, C)
    assert out == stage.shows(Denied(503, "not ready in time"))
    assert conduct.steps == ["outer in", "inner in", "inner out", "outer out"]


@everywhere
async def test_b59_an_unknown_path_is_refused(stage: Stage) -> None:
    out = await stage.run("listener", Conduct(), C, opening={"path": "/nowhere"})
    assert out == stage.shows(Denied(404, "not found"))


@everywhere
async def test_b71_a_shutdown_refuses_who_still_waits(stage: Stage) -> None:
    reached = asyncio.Event()

    class Slow(Conduct):
        @override
        async def provided(self, socket: WebSocket) -> None:
            reached.set()
            await asyncio.Event().wait()

    conduct = Slow()
    limits = Limits(handshake_timeout=1000)
    async with stage.talk("listener", conduct, C, limits=limits) as talk:
        await reached.wait()
        await talk.application.close()
        with pytest.raises(asyncio.CancelledError):
            await talk.ended()
        talk.forgive()
    assert talk.wire == stage.shows(Denied(503, RESTART))


@everywhere
async def test_b8_a_handler_that_returns_closes_with_1000(stage: Stage) -> None:
    class Greets(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.send("hello")

    out = await stage.run("websocket", Greets(), C, sent(3), D(1000))
    assert out == stage.shows(A, said("hello"), X(1000))
