"""Topics as an application sees them; the generated package adds names and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Generic, Never, Self, TypeVar

from wsgen_runtime._codec import Decoder, Encoder
from wsgen_runtime._handlers import TypedSocket
from wsgen_runtime._providers import Handshake
from wsgen_runtime._topics.feed import Feed, SocketSubscription
from wsgen_runtime._topics.hub import Hub
from wsgen_runtime._topics.messages import Messages
from wsgen_runtime._topics.names import channel_name
from wsgen_runtime._topics.subscription import Channel, OnSlow

M = TypeVar("M")
DEFAULT_QUEUE = 100


class AnyTopic:
    """A topic with its parameters, whatever its messages are.

    Attributes:
        name: its name in the schema.
        params: the types of its parameters.
        queue: how many messages wait for a slow subscriber.
    """

    api: ClassVar[str]
    name: ClassVar[str]
    params: ClassVar[Mapping[str, type]] = {}
    decoder: ClassVar[Decoder]
    encoder: ClassVar[Encoder]
    queue: ClassVar[int] = DEFAULT_QUEUE
    on_slow: ClassVar[OnSlow] = "drop_oldest"

    def __init__(self, hub: Hub, /, **values: object) -> None:
        self._hub = hub
        self._channel = Channel(
            topic=self.name,
            name=channel_name(self.api, self.name, self.params, values),
            decoder=self.decoder,
            queue=self.queue,
            on_slow=self.on_slow,
        )

    @property
    def channel(self) -> str:
        """What it is called in the broker: `wsgen.chat.room.7`."""
        return self._channel.name

    def __repr__(self) -> str:
        return self.channel

    def leave(self, subscription: SocketSubscription) -> None:
        """End the subscription of a socket; called by its feed."""
        subscription.end()
        self._hub.unsubscribe(subscription)


class Topic(AnyTopic, Generic[M]):
    """A topic with its parameters: what is published here reaches all who listen, everywhere.

    `async for message in topic` listens until the loop is left.
    """

    async def publish(
        self, message: M, /, *, exclude: TypedSocket[object, Never] | None = None
    ) -> None:
        """Send a message to every subscriber of every process; it is encoded once.

        Parameters:
            exclude: a socket that does not get it, such as the one that said it.

        Raises:
            SerializationError: it is no message of this topic, or, in debug and under the test
                client, subscribers would refuse it.
            TopicsUnavailable: the broker is not known to have it.
        """
        data = self.encoder.encode(message)
        if self._hub.verify:
            self.encoder.verify({"type": "websocket.send", self.encoder.key: data})
        connection = None if exclude is None else exclude.connection.connection_id
        await self._hub.publish(self._channel, data, connection)

    async def subscribe(self, socket: TypedSocket[object, M], /) -> None:
        """Send a socket what is published from when this returns; a second time is a no-op.

        Raises:
            TypeError: the socket's handler does not send all of the topic's messages.
            TopicsUnavailable: the broker is gone, and did not come back in time.
            WebSocketDisconnect: the connection has ended.
        """
        _check(self, socket)
        connection = socket.connection
        if connection.link.over:
            raise connection.link.ended()
        feed = connection.feed = connection.feed or Feed(connection)
        if self.channel in feed.subscriptions:
            return
        subscription = SocketSubscription(self._channel, self, feed)
        subscription = await self._hub.subscribe(subscription)
        if feed.over:
            self.leave(subscription)
            raise connection.link.ended()
        feed.subscriptions[self.channel] = subscription

    def unsubscribe(self, socket: TypedSocket[object, Never], /) -> None:
        """Send a socket nothing more of this, from now on; it may not be subscribed at all."""
        feed = socket.connection.feed
        subscription = None if feed is None else feed.subscriptions.get(self.channel)
        if subscription is not None:
            self.leave(subscription)

    def messages(self) -> Messages[M]:
        """The messages as an iterator, which is subscribed while it is entered by `async with`."""
        return Messages(self._hub, self._channel)

    def __aiter__(self) -> Messages[M]:
        """The messages, from the first one asked for."""
        return self.messages()


def _check(topic: AnyTopic, socket: TypedSocket[object, Never]) -> None:
    """What a topic brings, the handler has to send."""
    missing = topic.encoder.messages - socket.encoder.messages
    if missing:
        names = ", ".join(sorted(each.__name__ for each in missing))
        kind = type(socket).__name__
        raise TypeError(f"the topic `{topic.name}` brings {names}, which {kind} does not send")


class Topics:
    """The topics of an application; the generated package has a method for each.

    Attributes:
        hub: who in this process listens to what.
    """

    def __init__(self, url: str, /) -> None:
        """Connect by an engine: `memory://`, `redis://…`, `rediss://…` or `nats://…`.

        Raises:
            ConfigurationError: there is no such engine, or its library is not installed.
        """
        self.hub = Hub(url)

    @classmethod
    def of(cls, handshake: Handshake, /) -> Self:
        """The topics of the application that a connection came to."""
        topics = handshake.socket.scope["wsgen"].topics
        assert isinstance(topics, cls)
        if handshake.socket.link.terms.verify:  # also where a test client asks for it
            topics.hub.verify = True
        return topics
