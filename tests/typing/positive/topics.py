"""What checkers know of topics."""

from collections.abc import AsyncIterator
from typing import assert_type

from live import LiveApp, Topics
from live import messages as m
from live.handlers.room import RoomSocket
from live.topics import RoomTopic
from typing_extensions import override

from wsgen_runtime import gen1
from wsgen_runtime.exceptions import TopicGap


async def publish(topics: Topics, socket: RoomSocket) -> None:
    room = topics.room(room="a")
    assert_type(room, RoomTopic)
    await room.publish(m.Here(worker="w", count=1))
    await room.publish(m.Here(worker="w", count=1), exclude=socket)
    await room.subscribe(socket)
    room.unsubscribe(socket)


async def listen(app: LiveApp) -> AsyncIterator[m.Posted | m.Here]:
    assert_type(app.topics, Topics)
    async for message in app.topics.room(room="a"):
        assert_type(message, m.Posted | m.Here)
        yield message
    async with app.topics.room(room="a").messages() as messages:
        try:
            yield await anext(messages)
        except TopicGap:
            yield await anext(messages)


class Wider(gen1.TypedSocket[m.Post, m.Posted | m.Here | m.Total]):
    """Sends more than a topic brings."""


async def subscribe(topics: Topics, wider: Wider) -> None:
    await topics.room(room="a").subscribe(wider)


class Base(gen1.ListenerHandler[RoomSocket, None]):
    """Is told of gaps."""

    @override
    async def missed(self, topic: gen1.AnyTopic, /) -> None:
        assert_type(topic.channel, str)
        if isinstance(topic, RoomTopic):
            assert_type(topic, RoomTopic)
