"""What a broker itself sees of us, and what it says to us besides messages."""

from __future__ import annotations

import asyncio

import pytest
from nats.aio.client import Client
from nats.errors import SlowConsumerError
from redis.asyncio import Redis
from tests.topics.brokers import Broker
from tests.topics.relaying import Ear, Peer, a_name, note, running

from wsgen_runtime._topics.nats import NatsSession
from wsgen_runtime.exceptions import SerializationError, TopicGap, TopicsUnavailable


async def test_b75_the_last_unsubscribe_leaves_no_trace_in_redis(redis_server: Broker) -> None:
    async with running(redis_server.url) as app, Redis.from_url(redis_server.url) as client:
        topic = app.topics.room(name=a_name())
        async with Ear(topic), Ear(topic):
            assert await client.pubsub_numsub(topic.channel) == [(topic.channel.encode(), 1)]
        await Ear(app.topics.room(name=a_name())).__aenter__()  # comes after what was left
        assert await client.pubsub_numsub(topic.channel) == [(topic.channel.encode(), 0)]
        await app.topics.hub.stop()


async def test_b75_the_last_unsubscribe_leaves_no_trace_in_nats(
    nats_server: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients: list[Client] = []
    original = NatsSession.open

    async def opening(session: NatsSession) -> None:
        await original(session)
        clients.append(session._client)

    monkeypatch.setattr(NatsSession, "open", opening)
    async with running(nats_server.url) as app:
        topic = app.topics.room(name=a_name())
        async with Ear(topic), Ear(topic):
            assert [each.subject for each in clients[0]._subs.values()] == [topic.channel]
        async with Ear(app.topics.room(name=a_name())) as other:
            names = [each.subject for each in clients[0]._subs.values()]
            assert topic.channel not in names
            assert len(names) == 1
            assert other.heard == []


async def test_b77_what_nats_drops_for_us_is_a_gap(nats_server: Broker) -> None:
    async with running(nats_server.url) as app:
        topic = app.topics.room(name=a_name())
        async with topic.messages() as messages:
            session = app.topics.hub._engine._session  # type: ignore[union-attr]
            (subscription,) = session._subscriptions.values()
            error = SlowConsumerError(subject=topic.channel, reply="", sid=1, sub=subscription)
            await session._failed(error)
            with pytest.raises(TopicGap):
                await anext(messages)


async def test_b76_what_is_too_large_for_the_broker_stops_nothing(nats_server: Broker) -> None:
    async with running(nats_server.url) as app:
        topic = app.topics.room(name=a_name())
        async with Ear(topic) as ear:
            large = note(1, text="x" * 2_000_000)
            results = await asyncio.gather(
                topic.publish(large), topic.publish(note(2)), return_exceptions=True
            )
            assert isinstance(results[0], SerializationError)
            assert results[1] is None
            assert await ear.count(1) == [note(2)]


async def test_b76_what_redis_refuses_stops_nothing(redis_server: Broker) -> None:
    name = a_name()
    async with Redis.from_url(redis_server.url) as client:
        allowed = f"wsgen.relay.room.{name}*"
        await client.acl_setuser(
            "some", enabled=True, nopass=True, commands=["+@all"], channels=[allowed]
        )
    url = redis_server.url.replace("://", "://some:any@")
    async with running(url) as app, Ear(app.topics.room(name=name)) as ear:
        with pytest.raises(TopicsUnavailable) as refused:
            await app.topics.room(name="other").publish(note(1))
        assert "permission" in str(refused.value.__cause__).lower()
        await app.topics.room(name=name).publish(note(2))
        assert await ear.count(1) == [note(2)]


async def test_b72_only_connections_of_the_same_process_are_left_out(redis_server: Broker) -> None:
    """The header before a payload says who published: forged, it leaves out nobody else."""
    name = a_name()
    async with (
        running(redis_server.url) as app,
        Peer(app, f"/rooms/{name}") as peer,
        Redis.from_url(redis_server.url) as client,
    ):
        await peer.count(1)
        topic = app.topics.room(name=name)
        payload = str(topic.encoder.encode(note(1))).encode()
        await client.publish(topic.channel, b"elsewhere/ws-1\n" + payload)
        assert (await peer.count(2))[1:] == [note(1)]
