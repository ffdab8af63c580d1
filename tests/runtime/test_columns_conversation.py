"""Messages on every server, in both styles: what arrives, what is answered (B, C, E, G, K)."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from tests.runtime.columns import LOST
from tests.runtime.columns_stage import Stage, everywhere
from tests.runtime.columns_subjects import Conduct, Peer, said, say
from tests.runtime.notation import A, C, D, R, Rb, S, X
from tests.runtime.scripted import sent
from typing_extensions import override

from wsgen_runtime import Limits, WebSocketDisconnect

TEXTS = [str(number) for number in range(20)]


@everywhere
async def test_b35_a_listener_answers_each_message_in_order(stage: Stage) -> None:
    out = await stage.run("listener", Conduct(), C, *map(say, TEXTS), D(1000))
    assert out == stage.shows(A, *map(said, TEXTS))


@everywhere
async def test_b39_messages_are_handled_one_after_another(stage: Stage) -> None:
    class Slow(Conduct):
        busy = 0

        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            self.busy += 1
            assert self.busy == 1
            for _ in range(3):
                await asyncio.sleep(0)
            self.busy -= 1
            return text if text != "1" else None

    out = await stage.run("listener", Slow(), C, say("0"), say("1"), say("2"), D(1000))
    assert out == stage.shows(A, said("0"), said("2"))


@everywhere
async def test_b11_the_other_key_of_a_frame_makes_no_difference(stage: Stage) -> None:
    seen: list[object] = []

    class Reads(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            seen.append(await peer.connection.receive_text())
            seen.append(await peer.connection.receive_bytes())
            seen.append(await peer.connection.receive_text())

    assert await stage.run("websocket", Reads(), C, R("x"), Rb(b"y"), R("")) == [A, X(1000)]
    assert seen == ["x", b"y", ""]


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b12_a_frame_of_the_other_kind_closes_with_1003(stage: Stage, kind: str) -> None:
    async with stage.talk(kind, Conduct(), C, Rb(b"{}")) as talk:  # type: ignore[arg-type]
        await talk.ended()
    (_, last) = talk.wire
    assert isinstance(last, X)
    assert [X(last.code)] == stage.shows(X(1003))


@everywhere
@pytest.mark.parametrize("payload", ['{"secret', '{"type":"say","text":1}', '{"type":"x"}', "[]"])
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b36_what_is_no_message_closes_with_1007(
    stage: Stage, kind: str, payload: str
) -> None:
    heard: list[str] = []

    class Hears(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            heard.append(text)
            return text

    async with stage.talk(kind, Hears(), C, R(payload), say("x")) as talk:  # type: ignore[arg-type]
        await talk.ended()
    (_, last) = talk.wire
    assert isinstance(last, X)
    assert [X(last.code)] == stage.shows(X(1007))
    assert "secret" not in last.reason
    assert heard == []


@everywhere
async def test_b36_a_listener_that_replies_goes_on(stage: Stage) -> None:
    frames = [R('{"type":"say","text":1}'), R('{"type":"x"}'), Rb(b"{}"), say("x")]
    out = await stage.run("listener", Conduct(), C, *frames, D(1000), on_invalid="reply")
    assert out[-1] == said("x")
    codes = [json.loads(each.text)["code"] for each in out[1:-1] if isinstance(each, S)]
    assert codes == ["invalid_message", "unknown_type", "wrong_frame"]


@everywhere
async def test_b36_a_listener_that_ignores_goes_on(stage: Stage) -> None:
    frames = [R("{"), Rb(b"{}"), say("x")]
    out = await stage.run("listener", Conduct(), C, *frames, D(1000), on_invalid="ignore")
    assert out == [A, said("x")]


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b18_a_message_that_is_too_big_closes_with_1009(stage: Stage, kind: str) -> None:
    limits = Limits(max_message=40)
    frames = [say("x"), say("x" * 40), say("y")]
    out = await stage.run(kind, Conduct(), C, *frames, limits=limits)  # type: ignore[arg-type]
    assert out == stage.shows(A, said("x"), X(1009, "the message is too big"))


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b69_too_many_messages_close_with_1008(stage: Stage, kind: str) -> None:
    frames = [say("x"), say("y"), say("z")]
    limits = Limits(rate=0.001)
    out = await stage.run(kind, Conduct(), C, *frames, limits=limits)  # type: ignore[arg-type]
    assert out == stage.shows(A, said("x"), X(1008, "too many messages"))


@everywhere
@pytest.mark.parametrize("kind", ["listener", "websocket"])
async def test_b69_a_silent_client_is_closed_with_1001(stage: Stage, kind: str) -> None:
    more = {"limits": Limits(idle_timeout=30)}
    async with stage.talk(kind, Conduct(), C, say("x"), **more) as talk:  # type: ignore[arg-type]
        await asyncio.sleep(20)
        talk.feed(say("y"))
        await asyncio.sleep(29)
        assert talk.wire[1:] == [said("x"), said("y")]
    assert talk.wire == stage.shows(A, said("x"), said("y"), X(1001, "idle for too long"))


@everywhere
async def test_b22_each_task_keeps_the_order_of_what_it_sends(stage: Stage) -> None:
    class Sends(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async def send(name: str) -> None:
                for number in range(50):
                    await peer.send(f"{name}{number}")

            async with asyncio.TaskGroup() as tasks:
                for name in "abcd":
                    tasks.create_task(send(name))

    first, *rest, last = await stage.run("websocket", Sends(), C)
    assert [first, last] == stage.shows(A, X(1000))
    texts = [json.loads(each.text)["text"] for each in rest if isinstance(each, S)]
    for name in "abcd":
        own = [each for each in texts if each[0] == name]
        assert own == [f"{name}{number}" for number in range(50)]


@everywhere
async def test_b27_iterating_ends_with_the_connection_and_breaking_loses_nothing(
    stage: Stage,
) -> None:
    seen: list[str] = []

    class Iterates(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept()
            for _ in range(3):
                async for text in peer:
                    seen.append(text)
                    if text == "1":
                        break

    out = await stage.run("websocket", Iterates(), C, say("0"), say("1"), say("2"), LOST)
    assert out == [A]
    assert seen == ["0", "1", "2"]


@everywhere
async def test_b14_a_disconnect_says_what_the_server_knows_of_it(stage: Stage) -> None:
    told: list[tuple[int, str]] = []

    class Waits(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            for _ in range(4):  # some servers would let a second receive() wait for ever
                try:
                    await peer.receive()
                except WebSocketDisconnect as gone:
                    told.append((gone.code, gone.reason))
            assert peer.connection.close_code == told[0][0]

    assert await stage.run("websocket", Waits(), C, D(4005, "why")) == [A]
    known = 4005 if stage.column.keeps_code else 1006
    assert told == [(known, "why" if stage.column.keeps_reason else "")] * 4


@everywhere
async def test_b14_a_client_without_a_code_is_1005(stage: Stage) -> None:
    told: list[int] = []

    class Waits(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            try:
                await peer.receive()
            except WebSocketDisconnect as gone:
                told.append(gone.code)

    assert await stage.run("websocket", Waits(), C, D()) == [A]
    assert told == [stage.column.no_code or 1005]


@everywhere
async def test_b21_sending_after_the_disconnect_raises_everywhere(stage: Stage) -> None:
    class Sends(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async for _ in peer:
                pass
            for _ in range(2):
                with pytest.raises(WebSocketDisconnect):
                    await peer.send("late")

    assert await stage.run("websocket", Sends(), C, D(1000)) == [A]


@everywhere
async def test_b21_a_send_that_the_server_refuses_ends_the_connection(stage: Stage) -> None:
    """Some servers are silent there: then the receive tells."""
    ended: list[bool] = []

    class Sends(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.receive()
            try:
                await peer.send("late")
                await peer.receive()
            except WebSocketDisconnect as gone:
                ended.append(gone.by == "client")
            await peer.connection.close()

    async with stage.talk("websocket", Sends(), C) as talk:
        await talk.idle()
        talk.feed(say("go"))
        talk.hang_up(LOST)
    assert talk.wire == [A]
    assert ended == [True]


@everywhere
async def test_b21_a_wait_that_is_left_over_ends_with_the_handler(stage: Stage) -> None:
    """The client is out of reach: a send may tell, the receive never does."""

    class Sends(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(peer.receive(), 1)
            with contextlib.suppress(WebSocketDisconnect):
                await peer.send("late")

    async with stage.talk("websocket", Sends(), C) as talk:
        await talk.idle()
        talk.cut_off()
    assert talk.wire == [A]


@everywhere
async def test_b40_after_its_own_close_a_listener_handles_nothing_more(stage: Stage) -> None:
    heard: list[str] = []

    class Closes(Conduct):
        @override
        async def heard(self, peer: Peer, text: str) -> str | None:
            heard.append(text)
            if text == "1":
                await peer.connection.close(4000, "bye")
            return text

    frames = [say("0"), say("1"), say("2")]
    out = await stage.run("listener", Closes(), C, *frames, D(1000))
    assert out == stage.shows(A, said("0"), X(4000, "bye"))
    assert heard == ["0", "1"]


@everywhere
async def test_b17_our_own_close_ends_every_wait_for_a_message(stage: Stage) -> None:
    ended: list[str] = []

    class Closes(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            async def wait() -> None:
                try:
                    await peer.receive()
                except WebSocketDisconnect as gone:
                    ended.append(gone.by)

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(wait())
                tasks.create_task(wait())
                await asyncio.sleep(1)
                await peer.connection.close(4000)

    out = await stage.run("websocket", Closes(), C)
    assert out == stage.shows(A, X(4000))
    assert ended == ["server"] * 2


@everywhere
async def test_b28_an_invalid_item_leaves_the_socket_usable(stage: Stage) -> None:
    class Forgives(Conduct):
        @override
        async def talk(self, peer: Peer) -> None:
            await peer.connection.accept()
            for _ in range(2):
                try:
                    async for text in peer:
                        await peer.send(text)
                except Exception as error:
                    await peer.send(type(error).__name__)

    out = await stage.run("websocket", Forgives(), C, say("0"), R("{"), say("1"), D(1000))
    assert out == [A, said("0"), said("InvalidMessage"), said("1")]


@everywhere
async def test_b42_connections_have_nothing_in_common(stage: Stage) -> None:
    conduct = Conduct()
    for text in ("a", "b"):
        out = await stage.run("listener", conduct, C, say(text), sent(2), D(1000))
        assert out == [A, said(text)]
        conduct.steps.clear()
