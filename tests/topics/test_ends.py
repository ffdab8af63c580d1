"""Where topics begin and end: event loops, stops at bad moments; and what is no message."""

from __future__ import annotations

import asyncio
import threading

import pytest
from tests.topics.brokers import Broker
from tests.topics.relay import messages as m
from tests.topics.relaying import (
    Ear,
    Peer,
    RelayApp,
    a_name,
    eventually,
    note,
    pair,
    relay,
    running,
    subscribed,
)

from wsgen_runtime import gen1
from wsgen_runtime.exceptions import ConfigurationError, SerializationError, TopicsUnavailable
from wsgen_runtime.observe import Counters
from wsgen_runtime.testing import WebSocketTestClient


async def hears_itself(app: RelayApp) -> None:
    topic = app.topics.room(name=a_name())
    async with asyncio.timeout(10), Ear(topic) as ear:
        await topic.publish(note(1))
        assert await ear.count(1) == [note(1)]


def test_b77_each_event_loop_that_follows_another_begins_anew(url: str) -> None:
    """As background jobs do it: no lifespan, and a loop for each."""
    app = relay(url)
    for _ in range(3):
        asyncio.run(hears_itself(app))


async def test_b77_of_two_event_loops_at_once_the_second_is_refused() -> None:
    raised: list[BaseException] = []
    async with running("memory://") as app:

        def elsewhere() -> None:
            try:
                asyncio.run(app.topics.room(name="a").publish(note(1)))
            except RuntimeError as error:
                raised.append(error)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        await hears_itself(app)
    assert "another event loop" in str(raised[0])


async def test_b77_stopping_does_not_wait_for_who_is_slow(url: str) -> None:
    before = asyncio.all_tasks()
    app = relay(url, limits=gen1.Limits(close_timeout=0.1))
    async with app.lifespan():
        name = a_name()
        topic = app.topics.newest(name=name)
        async with Ear(topic) as ear, topic.messages() as full:
            peer = Peer(app, f"/policies/newest/{name}")
            await peer.__aenter__()
            await peer.accepted()
            await eventually(lambda: subscribed(app, topic.channel) == 3)
            peer.free.clear()
            for number in range(10):
                await topic.publish(note(number))
                await ear.count(number + 1)
            await app.close()
            assert [each.number async for each in full] == [0, 1, 2]  # and then it is over
    await peer.ended()
    assert asyncio.all_tasks() == before


async def test_b75_who_subscribes_while_the_topics_stop_is_told() -> None:
    app = relay("memory://")
    await app.topics.hub.start()
    entering = asyncio.create_task(app.topics.room(name="a").messages().__aenter__())
    listened = app.topics.hub._listened
    await eventually(lambda: any(each.added.done() for each in listened.values()))
    await app.topics.hub.stop()
    with pytest.raises(TopicsUnavailable, match="has ended"):
        await entering


@pytest.mark.parametrize(
    "url",
    ["redis://:secret@localhost:abc", "nats://localhost:99999", "redis://h?socket_timeout=secret"],
)
def test_b77_a_url_that_cannot_be_read_is_refused_at_once(url: str) -> None:
    with pytest.raises(ConfigurationError, match="no URL that can be read") as refused:
        relay(url)
    assert "secret" not in str(refused.value)


async def test_b77_a_failure_of_a_models_own_code_loses_one_message_only(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    counters = Counters()
    async with running(url, observer=counters) as app:
        topic = app.topics.room(name=a_name())
        async with Ear(topic) as ear:
            with monkeypatch.context() as patching:

                def fail(data: object) -> object:
                    raise ZeroDivisionError

                patching.setattr(topic.decoder, "decode", fail)
                await topic.publish(note(1))
                await eventually(lambda: counters.drops)
            await topic.publish(note(2))
            assert await ear.count(1) == [note(2)]
    assert counters.drops == {("", "invalid room"): 1}
    assert "failed to read a message" in caplog.text


class TestBeforeItIsPublished:
    bad = m.Note(source="a", number=1, text="x" * 100_001)

    async def test_b73_in_debug_a_message_that_nobody_would_take_is_an_error(self) -> None:
        async with running("memory://", debug=True) as app:
            topic = app.topics.room(name="a")
            async with Ear(topic) as ear:
                with pytest.raises(SerializationError, match="refuse note"):
                    await topic.publish(self.bad)
                await topic.publish(note(1))
                assert await ear.count(1) == [note(1)]

    async def test_b73_under_the_test_client_too(self) -> None:
        app = relay("memory://")
        async with WebSocketTestClient(app) as client, client.connect("/rooms/a"):
            with pytest.raises(SerializationError, match="refuse note"):
                await app.topics.room(name="a").publish(self.bad)

    async def test_b73_otherwise_it_is_dropped_where_it_arrives(self) -> None:
        counters = Counters()
        async with running("memory://", observer=counters) as app:
            topic = app.topics.room(name="a")
            async with Ear(topic):
                await topic.publish(self.bad)
        assert counters.drops == {("", "invalid room"): 1}


async def test_b73_a_path_that_makes_no_name_is_a_mistake_of_the_client(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with running("memory://") as app, Peer(app, f"/rooms/{'x' * 2000}") as peer:
        await peer.ended()
    assert peer.sent[0]["status"] == 400
    assert peer.sent[1]["body"] == b"a parameter is out of range"
    assert "failed" not in caplog.text


async def test_b77_what_nats_drops_is_a_gap_in_its_place(nats_server: Broker) -> None:
    async with pair(nats_server.url) as (app, other):
        topic = app.topics.room(name=a_name())
        async with Ear(topic) as ear:
            (subscription,) = app.topics.hub._engine._session._subscriptions.values()  # type: ignore[union-attr]
            subscription._pending_queue._maxsize = 5
            there = other.topics.room(name=topic.channel.rpartition(".")[2])
            await asyncio.gather(*(there.publish(note(number)) for number in range(100)))
            subscription._pending_queue._maxsize = 0
            await there.publish(note(100))
            heard = await ear.until(lambda heard: note(100) in heard)
            assert None in heard
    before: int | None = -1
    for each in heard:
        if each is not None and before is not None:
            assert each.number == before + 1
        before = None if each is None else each.number
