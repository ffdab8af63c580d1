"""What a broker does to an application that goes away, hangs, or comes back empty (77).

The quick ones here run by default; those that take as long as real outages have the marker
`brokers`: `uv run pytest -m brokers`.
"""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import time

import pytest
from tests.topics.brokers import Broker
from tests.topics.history import checked
from tests.topics.relay import RelayApp
from tests.topics.relaying import (
    Ear,
    Peer,
    Room,
    a_name,
    eventually,
    note,
    pair,
    relay,
    running,
    subscribed,
)

from wsgen_runtime._topics import hub, supervised
from wsgen_runtime.exceptions import ConfigurationError, TopicGap, TopicsUnavailable
from wsgen_runtime.observe import Counters


async def outage(app: RelayApp) -> None:
    """Wait until the application knows that its broker is gone."""
    await eventually(lambda: app.topics.hub._is_down)


async def back(app: RelayApp) -> None:
    """Wait until it is there again."""
    await eventually(lambda: not app.topics.hub._is_down)


class TestOutage:
    async def test_b77_what_was_lost_is_a_gap_and_it_goes_on(
        self, broker: Broker, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.WARNING, "wsgen_runtime")
        async with pair(broker.url) as (here, there):
            name = a_name()
            mine, theirs = here.topics.room(name=name), there.topics.room(name=name)
            async with Ear(mine) as ear, Peer(here, f"/rooms/{name}") as peer:
                await peer.count(1)
                await theirs.publish(note(1))
                await ear.count(1)
                broker.kill()
                await asyncio.gather(outage(here), outage(there))
                with pytest.raises(TopicsUnavailable):
                    await theirs.publish(note(2))
                broker.start()
                await asyncio.gather(back(here), back(there))
                await theirs.publish(note(3))
                assert await ear.count(3) == [note(1), None, note(3)]
                got = await peer.count(5)
                assert got[1:2] == [note(1)]
                assert sorted(each.topic for each in got[2:4]) == ["marks", "room"]
                assert got[4:] == [note(3)]
        said = [each.getMessage() for each in caplog.records]
        assert len([each for each in said if "the broker is gone" in each]) == 2
        assert len([each for each in said if "the broker is back" in each]) == 2

    async def test_b77_who_subscribes_meanwhile_waits_and_is_subscribed(
        self, broker: Broker
    ) -> None:
        async with running(broker.url) as app:
            broker.kill()
            await outage(app)
            topic = app.topics.room(name=a_name())
            entering = asyncio.create_task(topic.messages().__aenter__())
            broker.start()
            messages = await entering
            await topic.publish(note(1))
            assert await anext(messages) == note(1)  # and no gap: it was not there before
            await messages.__aexit__(None, None, None)

    async def test_b77_who_subscribes_in_vain_is_told(
        self, broker: Broker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(hub, "SUBSCRIBE_TIMEOUT", 0.05)
        async with running(broker.url) as app:
            broker.kill()
            await outage(app)
            with pytest.raises(TopicsUnavailable):
                await app.topics.room(name="a").messages().__aenter__()
            async with Peer(app, "/rooms/a") as peer:
                await peer.ended()
            assert peer.sent[0]["status"] == 503

    async def test_b77_an_application_starts_without_its_broker(self, broker: Broker) -> None:
        broker.kill()
        async with running(broker.url) as app:
            with pytest.raises(TopicsUnavailable):
                await app.topics.room(name="a").publish(note(1))
            broker.start()
            await back(app)
            await app.topics.room(name="a").publish(note(1))

    @pytest.mark.parametrize("state", ["alive", "dead", "hung"])
    async def test_b77_stopping_is_prompt_and_starting_works_again(
        self, broker: Broker, state: str
    ) -> None:
        before = asyncio.all_tasks()
        app = relay(broker.url)
        for _ in range(2):
            async with app.lifespan():
                topic = app.topics.room(name=a_name())
                async with Ear(topic) as ear:
                    await topic.publish(note(1))
                    await ear.count(1)
                    if state == "dead":
                        broker.kill()
                        await outage(app)
                    if state == "hung":
                        broker.freeze()
                began = time.monotonic()
            assert time.monotonic() - began < 2 * supervised.PATIENCE + 1
            assert asyncio.all_tasks() == before
            if state == "dead":
                broker.start()
            broker.thaw()

    async def test_b77_a_stream_that_misses_something_closes_with_1013(
        self, broker: Broker
    ) -> None:
        counters = Counters()
        async with running(broker.url, observer=counters) as app:
            name = a_name()
            topic = app.topics.room(name=name)
            async with Ear(topic) as ear, Peer(app, f"/words/{name}") as peer:
                await eventually(lambda: subscribed(app, topic.channel) == 2)
                await topic.publish(note(1))
                await peer.count(1)
                broker.kill()
                await outage(app)
                broker.start()
                close = await peer.ended()
                await ear.until(lambda heard: None in heard)
            assert (close["code"], close["reason"]) == (1013, "messages were missed")
            assert counters.gaps == {("", "room"): 2}

    async def test_b77_a_socket_whose_handler_does_not_care_leaves_a_record(
        self, broker: Broker, caplog: pytest.LogCaptureFixture
    ) -> None:
        counters = Counters()
        async with running(broker.url, observer=counters) as app:
            name = a_name()
            async with Peer(app, f"/talks/{name}") as peer:
                await peer.accepted()
                broker.kill()
                await outage(app)
                broker.start()
                await back(app)
                await app.topics.room(name=name).publish(note(1))
                assert await peer.count(1) == [note(1)]
            assert counters.gaps == {("talk", "room"): 1}
        said = [each.getMessage() for each in caplog.records]
        pattern = rf"talk may have missed messages of wsgen\.relay\.room\.{name}.* \[ws-\w+\]"
        assert len([each for each in said if re.match(pattern, each)]) == 1


class TestConfiguration:
    @pytest.mark.parametrize("url", ["", "memory", "kafka://localhost", "http://localhost"])
    def test_b77_an_unknown_engine_is_refused_at_start(self, url: str) -> None:
        with pytest.raises(ConfigurationError, match="`topics` is memory://, redis://"):
            relay(url)

    @pytest.mark.parametrize("extra", ["redis", "nats"])
    def test_b77_a_missing_library_is_named_with_its_extra(
        self, extra: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, f"wsgen_runtime._topics.{extra}", None)
        with pytest.raises(ConfigurationError, match=rf"pip install 'wsgen-runtime\[{extra}\]'"):
            relay(f"{extra}://localhost")


@pytest.mark.brokers
class TestLongOutage:
    """As operators know them; a publisher goes on all the time, and a checker reads the history."""

    @pytest.mark.parametrize("seconds", [1, 12])
    async def test_b77_killed_and_back_after(self, broker: Broker, seconds: float) -> None:
        await self.survives(broker, broker.kill, broker.start, seconds)

    async def test_b77_hung_for_eight_seconds(self, broker: Broker) -> None:
        await self.survives(broker, broker.freeze, broker.thaw, 8)

    async def survives(self, broker: Broker, stop: object, go_on: object, seconds: float) -> None:
        assert callable(stop)
        assert callable(go_on)
        async with pair(broker.url) as (here, there):
            name = a_name()
            published: list[int] = []
            done = asyncio.Event()

            async def publish() -> None:
                number = 0
                while not done.is_set():
                    try:
                        await there.topics.room(name=name).publish(note(number))
                        published.append(number)
                    except TopicsUnavailable:
                        await asyncio.sleep(0.01)
                    number += 1
                    await asyncio.sleep(0.001)

            async with Ear(here.topics.room(name=name)) as ear:
                publishing = asyncio.create_task(publish())
                await ear.count(50)
                stop()
                await asyncio.sleep(seconds)  # the outage itself
                go_on()
                returned, heard = time.monotonic(), len(ear.heard)
                await ear.until(lambda all_: len(all_) > heard + 50)
                assert time.monotonic() - returned < 7
                done.set()
                await publishing
                last = published[-1]
                history = await ear.until(
                    lambda all_: any(each is not None and each.number == last for each in all_)
                )
            gaps = checked(history, {"a": published})
            assert gaps >= 1


async def test_b77_a_gap_is_raised_and_the_iterator_goes_on() -> None:
    async with running("memory://") as app:
        topic = app.topics.room(name="a")
        async with topic.messages() as messages:
            await topic.publish(note(1))
            app.topics.hub.gap(topic.channel)
            app.topics.hub.gap(topic.channel)  # one is enough
            await topic.publish(note(2))
            assert await anext(messages) == note(1)
            with pytest.raises(TopicGap, match="messages were missed"):
                await anext(messages)
            assert await anext(messages) == note(2)


NO_NOTES = [
    b"",
    b"\n",
    b"\n{",
    b"\n\xff",
    b'\n{"type": "mark", "number": 1}',
    b'\n{"type":"note","source":"secret","number":"x"}',
    b"no header",
]


async def test_b77_what_a_broker_brings_is_trusted_no_more_than_a_client(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counters = Counters()
    async with running("memory://", observer=counters) as app:
        topic = app.topics.room(name="a")
        async with Ear(topic) as ear:
            for payload in NO_NOTES:
                app.topics.hub.deliver(topic.channel, payload)
            await topic.publish(note(1))
            assert await ear.count(1) == [note(1)]
    assert counters.drops == {("", "invalid room"): len(NO_NOTES)}
    said = [
        each.getMessage() for each in caplog.records if "dropped a message" in each.getMessage()
    ]
    assert len(said) == 7
    assert not any("secret" in each or "no header" in each for each in said)


async def test_b77_a_gap_outlives_what_is_dropped_after_it() -> None:
    async with running("memory://") as app:
        topic = app.topics.oldest(name="a")
        async with topic.messages() as messages:
            app.topics.hub.gap(topic.channel)
            for number in range(10):
                await topic.publish(note(number))
            with pytest.raises(TopicGap):
                await anext(messages)
            assert [(await anext(messages)).number for _ in range(3)] == [7, 8, 9]


async def test_b77_a_hook_that_fails_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def missed(self: Room, topic: object) -> None:
        raise TopicGap("read again")

    monkeypatch.setattr(Room, "missed", missed)
    async with running("memory://") as app, Peer(app, "/rooms/a") as peer:
        await peer.count(1)
        app.topics.hub.gap(app.topics.room(name="a").channel)
        await peer.until(lambda peer: peer.sent[-1]["type"] == "websocket.close")
        assert peer.sent[-1]["code"] == 1013
        assert peer.sent[-1]["reason"] == "read again"
