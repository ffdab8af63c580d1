"""The contract of topics (72–76, 78), the same over each engine."""

from __future__ import annotations

import asyncio
import gc
import itertools

import pytest
from tests.topics.relay import messages as m
from tests.topics.relay.handlers.policies import PoliciesSocket
from tests.topics.relay.handlers.room import RoomSocket
from tests.topics.relay.topics import RoomTopic
from tests.topics.relaying import (
    Ear,
    Peer,
    Talk,
    a_name,
    eventually,
    listened,
    note,
    pair,
    running,
    subscribed,
)

from wsgen_runtime.exceptions import SerializationError
from wsgen_runtime.observe import Counters

WEIRD = ["", "a", "A", "a.b", "a.*", "*", ">", "a:b", "%", "%25", "a b", "\n", "ü", "💬", "../x"]


class TestDelivery:
    async def test_b72_what_is_published_after_subscribing_comes_once_and_in_order(
        self, url: str
    ) -> None:
        async with pair(url) as (here, there):
            name = a_name()

            async def publish(source: str, app: object) -> None:
                topic = (here if app is here else there).topics.room(name=name)
                for number in range(200):
                    await topic.publish(note(number, source))

            sources = {"a": here, "b": there, "c": there}
            async with (
                Ear(here.topics.room(name=name)) as ear,
                Ear(there.topics.room(name=name)) as other,
            ):
                await asyncio.gather(*(publish(*each) for each in sources.items()))
                for heard in (await ear.count(600), await other.count(600)):
                    assert len(heard) == 600
                    for source in sources:
                        own = [each for each in heard if each is not None and each.source == source]
                        assert [each.number for each in own] == [*range(200)]

    async def test_b72_who_comes_late_hears_what_follows(self, url: str) -> None:
        async with pair(url) as (here, there):
            name = a_name()
            async with Ear(here.topics.room(name=name)) as early:
                await there.topics.room(name=name).publish(note(1))
                await early.count(1)
                async with Ear(here.topics.room(name=name)) as late:
                    await there.topics.room(name=name).publish(note(2))
                    assert await late.count(1) == [note(2)]
                assert await early.count(2) == [note(1), note(2)]

    async def test_b72_no_topic_hears_another_whatever_its_parameters_hold(self, url: str) -> None:
        async with pair(url) as (here, there):
            prefix = a_name()
            rooms = [f"{prefix}{each}" for each in WEIRD[1:]] + [""]
            ears = [Ear(here.topics.room(name=each)) for each in rooms]
            async with asyncio.TaskGroup() as group:
                for each in ears:
                    group.create_task(each.__aenter__())
            for number, room in enumerate(rooms):
                await there.topics.room(name=room).publish(note(number))
            for number, each in enumerate(ears):
                assert await each.count(1) == [note(number)]
            for each in ears:
                await each.__aexit__()

    async def test_b72_a_subscribed_socket_gets_messages_after_what_accepted_says(
        self, url: str
    ) -> None:
        async with pair(url) as (here, there), Peer(here, f"/rooms/{(name := a_name())}") as peer:
            await peer.count(1)
            await there.topics.room(name=name).publish(note(1))
            assert await peer.count(2) == [m.Lost(topic="hello"), note(1)]

    async def test_b72_before_the_connection_is_accepted_messages_wait(self, url: str) -> None:
        may_accept = asyncio.Event()

        def talk() -> Talk:
            handler = Talk()
            handler.may_accept = may_accept
            return handler

        name = a_name()
        async with running(url, talk=talk) as app, Ear(app.topics.room(name=name)) as ear:
            topic = app.topics.room(name=name)
            async with Peer(app, f"/talks/{name}") as peer:
                await eventually(lambda: subscribed(app, topic.channel) == 2)
                await topic.publish(note(1))
                await ear.count(1)
                assert peer.sent == []
                may_accept.set()
                assert await peer.count(1) == [note(1)]
                assert peer.sent[0]["type"] == "websocket.accept"

    async def test_b72_the_topics_of_one_socket_keep_their_order(self, url: str) -> None:
        async with pair(url) as (here, _), Peer(here, f"/rooms/{(name := a_name())}") as peer:
            await peer.count(1)
            room, marks = here.topics.room(name=name), here.topics.marks(name=name)
            async with Ear(room) as ear, Ear(marks) as other:
                peer.free.clear()
                for number in range(10):
                    await room.publish(note(number))
                    await ear.count(number + 1)
                    await marks.publish(m.Mark(number=number))
                    await other.count(number + 1)
                peer.free.set()
                got = await peer.count(21)
            expected = [[note(number), m.Mark(number=number)] for number in range(10)]
            assert got[1:] == [*itertools.chain(*expected)]

    async def test_b72_who_publishes_may_be_left_out(self, url: str) -> None:
        name = a_name()
        async with (
            pair(url) as (here, there),
            Peer(here, f"/rooms/{name}") as speaker,
            Peer(here, f"/rooms/{name}") as near,
            Peer(there, f"/rooms/{name}") as far,
        ):
            for each in (speaker, near, far):
                await each.count(1)
            speaker.say(note(1))
            assert (await near.count(2))[1:] == [note(1)]
            assert (await far.count(2))[1:] == [note(1)]
            await there.topics.room(name=name).publish(note(2))
            assert (await speaker.count(2))[1:] == [note(2)]

    async def test_b72_to_subscribe_again_changes_nothing(self, url: str) -> None:
        name = a_name()
        async with running(url) as app, Peer(app, f"/policies/oldest/{name}") as peer:
            await peer.accepted()
            topic = app.topics.oldest(name=name)
            await eventually(lambda: subscribed(app, topic.channel))
            (connection,) = app._open.values()
            socket = PoliciesSocket(connection)
            await asyncio.gather(*(topic.subscribe(socket) for _ in range(5)))
            assert subscribed(app, topic.channel) == 1
            await topic.publish(note(1))
            await topic.publish(note(2))
            assert await peer.count(2) == [note(1), note(2)]
            topic.unsubscribe(socket)
            assert listened(app) == []

    async def test_b72_a_stream_passes_on_what_is_published(self, url: str) -> None:
        name = a_name()
        async with pair(url) as (here, there), Ear(there.topics.marks(name="opened")) as opened:
            async with Peer(here, f"/words/{name}") as peer:
                await opened.count(1)  # the guard has published it
                topic = there.topics.room(name=name)
                await eventually(lambda: subscribed(here, topic.channel))
                await topic.publish(note(1))
                assert await peer.count(1) == [note(1)]
            assert listened(here) in ([], [there.topics.marks(name="opened").channel])


class TestMistakes:
    async def test_b73_to_publish_where_nobody_listens_is_nothing(self, url: str) -> None:
        async with running(url) as app:
            await app.topics.room(name=a_name()).publish(note(1))
            assert listened(app) == []

    async def test_b73_a_message_of_another_topic_is_refused(self, url: str) -> None:
        name = a_name()
        async with running(url) as app, Ear(app.topics.room(name=name)) as ear:
            topic = app.topics.room(name=name)
            with pytest.raises(SerializationError, match="Mark is not sent here, but Note"):
                await topic.publish(m.Mark(number=1))  # type: ignore[arg-type]
            await topic.publish(note(1))
            assert await ear.count(1) == [note(1)]

    async def test_b73_a_socket_that_does_not_send_the_messages_is_refused(self, url: str) -> None:
        async with running(url) as app, Peer(app, f"/policies/oldest/{a_name()}") as peer:
            await peer.accepted()
            (connection,) = app._open.values()
            with pytest.raises(TypeError, match="`marks` brings Mark, which PoliciesSocket does"):
                await app.topics.marks(name="a").subscribe(
                    PoliciesSocket(connection)  # type: ignore[arg-type]
                )

    async def test_b73_an_unknown_topic_is_an_error(self, url: str) -> None:
        async with running(url) as app:
            with pytest.raises(AttributeError):
                app.topics.rooms(name="a")  # type: ignore[attr-defined]


class TestSlowness:
    async def slow(self, url: str, policy: str) -> tuple[list[m.Note], list[str], int, Counters]:
        """A socket takes one message and no more, while ten are published; then it wakes up."""
        name, counters = a_name(), Counters()
        async with running(url, observer=counters) as app:
            topic = getattr(app.topics, policy)(name=name)
            async with Ear(topic) as ear, Peer(app, f"/policies/{policy}/{name}") as peer:
                await peer.accepted()
                await eventually(lambda: subscribed(app, topic.channel) == 2)
                peer.free.clear()
                for number in range(10):
                    await topic.publish(note(number))
                    await ear.count(number + 1)
                    if number == 0:
                        await peer.begun.wait()
                if policy != "strict":
                    peer.free.set()
                    await peer.count(4)
                    await topic.publish(note(10))
                    await peer.until(lambda peer: note(10) in peer.messages)
                else:
                    await peer.until(lambda peer: peer.sent[-1]["type"] == "websocket.close")
                got, events = peer.messages, [each["type"] for each in peer.sent]
                code = peer.sent[-1].get("code", 0)
                peer.free.set()
        return got, events, code, counters

    async def test_b74_the_oldest_are_dropped(self, url: str) -> None:
        got, _, _, counters = await self.slow(url, "oldest")
        assert [each.number for each in got] == [0, 7, 8, 9, 10]
        assert counters.drops == {("policies", "slow oldest"): 6}

    async def test_b74_the_newest_are_dropped(self, url: str) -> None:
        got, _, _, counters = await self.slow(url, "newest")
        assert [each.number for each in got] == [0, 1, 2, 3, 10]
        assert counters.drops == {("policies", "slow newest"): 6}

    async def test_b74_the_connection_is_closed(self, url: str) -> None:
        got, events, code, counters = await self.slow(url, "strict")
        assert (got, code) == ([], 1013)
        assert events == ["websocket.accept", "websocket.close"]
        assert counters.ended == {("policies", 1013): 1}
        assert counters.drops["policies", "slow strict"] >= 1

    async def test_b74_an_iteration_that_is_too_slow_loses_by_the_same_policy(
        self, url: str
    ) -> None:
        counters = Counters()
        async with running(url, observer=counters) as app:
            for policy, expected in (("oldest", [7, 8, 9]), ("newest", [0, 1, 2])):
                topic = getattr(app.topics, policy)(name=a_name())
                async with topic.messages() as slow, Ear(topic) as ear:
                    for number in range(10):
                        await topic.publish(note(number))
                        await ear.count(number + 1)
                    assert [(await anext(slow)).number for _ in range(3)] == expected
                assert counters.drops["", f"slow {policy}"] == 7

    async def test_b74_unsubscribing_never_blocks_and_nothing_comes_after_it(
        self, url: str
    ) -> None:
        name = a_name()
        async with running(url) as app:
            topic = app.topics.oldest(name=name)
            async with Ear(topic) as ear, Peer(app, f"/policies/oldest/{name}") as peer:
                await peer.accepted()
                await eventually(lambda: subscribed(app, topic.channel) == 2)
                peer.free.clear()
                for number in range(5):  # the first is on its way, then the queue is full
                    await topic.publish(note(number))
                    await ear.count(number + 1)
                    await peer.begun.wait()
                (connection,) = app._open.values()
                topic.unsubscribe(PoliciesSocket(connection))
                peer.free.set()
                await topic.publish(note(5))
                await ear.count(6)
                await eventually(lambda: peer.messages)
            assert peer.messages == [note(0)]


class TestSubscribing:
    async def test_b75_at_the_same_time_nobody_loses_anything(self, url: str) -> None:
        async with pair(url) as (here, there):
            name = a_name()
            topic = here.topics.room(name=name)
            stop = asyncio.Event()

            async def come_and_go() -> int:
                rounds = 0
                while not stop.is_set():
                    async with topic.messages():
                        await asyncio.sleep(0)
                    rounds += 1
                return rounds

            restless = [asyncio.create_task(come_and_go()) for _ in range(20)]
            async with Ear(topic) as steady:
                for number in range(300):
                    await there.topics.room(name=name).publish(note(number))
                heard = await steady.count(300)
                stop.set()
                rounds = await asyncio.gather(*restless)
            assert heard == [note(number) for number in range(300)]
            assert sum(rounds) > 20
            assert listened(here) == []

    async def test_b75_who_subscribes_while_the_last_one_leaves_is_subscribed(
        self, url: str
    ) -> None:
        async with pair(url) as (here, there):
            name = a_name()
            topic = here.topics.room(name=name)
            for number in range(50):
                leaving = topic.messages()
                await leaving.__aenter__()
                await leaving.__aexit__(None, None, None)
                async with Ear(topic) as ear:
                    await there.topics.room(name=name).publish(note(number))
                    assert await ear.count(1) == [note(number)]

    @pytest.mark.parametrize("turns", range(6))
    async def test_b75_a_cancelled_subscribe_leaks_nothing(self, url: str, turns: int) -> None:
        async with running(url) as app:
            topic = app.topics.room(name=a_name())
            task = asyncio.create_task(topic.messages().__aenter__())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait((task,))
            if not task.cancelled():  # it was faster
                await task.result().__aexit__(None, None, None)
            assert listened(app) == []

    async def test_b75_a_loop_that_is_left_is_unsubscribed(self, url: str) -> None:
        async with pair(url) as (here, there):
            topic = here.topics.room(name=a_name())

            async def first() -> m.Note:
                async for message in topic:
                    return message
                raise AssertionError

            task = asyncio.create_task(first())
            await eventually(lambda: subscribed(here, topic.channel))
            await there.topics.room(name=topic.channel.rpartition(".")[2]).publish(note(1))
            assert await task == note(1)
            assert listened(here) == []

    async def test_b75_a_loop_that_is_cancelled_is_unsubscribed(self, url: str) -> None:
        async with running(url) as app:
            topic = app.topics.room(name=a_name())

            async def listen() -> None:
                async for _ in topic:
                    pass

            task = asyncio.create_task(listen())
            await eventually(lambda: subscribed(app, topic.channel))
            task.cancel()
            await asyncio.wait((task,))
            del task
            gc.collect()
            assert listened(app) == []

    async def test_b75_a_connection_that_ends_is_unsubscribed(self, url: str) -> None:
        async with running(url) as app:
            async with Peer(app, f"/rooms/{a_name()}") as peer:
                await peer.count(1)
                assert len(listened(app)) == 2
            assert listened(app) == []


class TestFailures:
    async def test_b76_a_publish_that_fails_stops_no_later_one(self, url: str) -> None:
        name = a_name()
        async with running(url) as app, Ear(app.topics.room(name=name)) as ear:
            topic = app.topics.room(name=name)
            for number in range(3):
                with pytest.raises(SerializationError):
                    await topic.publish("nothing")  # type: ignore[arg-type]
                cancelled = asyncio.create_task(topic.publish(note(100 + number)))
                cancelled.cancel()
                await asyncio.wait((cancelled,))
                await topic.publish(note(number))
            heard = await ear.until(lambda heard: note(2) in heard)
            assert [each for each in heard if each and each.number < 100] == [*map(note, range(3))]

    async def test_b76_dead_sockets_delay_nobody(self, url: str) -> None:
        name = a_name()
        async with (
            running(url) as app,
            Peer(app, f"/rooms/{name}") as blocked,
            Peer(app, f"/rooms/{name}") as broken,
            Peer(app, f"/rooms/{name}") as alive,
        ):
            for each in (blocked, broken, alive):
                await each.count(1)
            blocked.free.clear()
            broken.broken = OSError("gone")
            for number in range(100):
                await app.topics.room(name=name).publish(note(number))
            assert (await alive.count(101))[1:] == [*map(note, range(100))]
            blocked.free.set()


class TestEncoding:
    async def test_b78_a_message_is_encoded_once_for_any_number_of_sockets(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name, encoded = a_name(), list[object]()
        makers = RoomTopic.encoder.makers
        make = RoomTopic.encoder.maker(m.Note)

        def counting(message: object) -> dict[str, object]:
            encoded.append(message)
            return make(message)

        async with running(url) as app:
            peers = [Peer(app, f"/rooms/{name}") for _ in range(30)]
            for each in peers:
                await each.__aenter__()
                await each.count(1)
            monkeypatch.setitem(makers, m.Note, counting)
            monkeypatch.setitem(RoomSocket.encoder.makers, m.Note, counting)
            await app.topics.room(name=name).publish(note(1))
            for each in peers:
                await each.count(2)
            assert encoded == [note(1)]
            payloads = {id(each.sent[-1]["text"]) for each in peers}
            assert len(payloads) == 1
            events = {id(each.sent[-1]) for each in peers}
            assert len(events) == 30  # a middleware may change its own
            for each in peers:
                await each.__aexit__()
