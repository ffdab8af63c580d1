"""The relay as an application, and what listens to it in tests: ears in the process, raw peers."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, Generic, Self, TypeVar

from tests.topics.relay import RelayApp, Topics, create_app
from tests.topics.relay import messages as m
from tests.topics.relay.handlers.policies import PoliciesHandler
from tests.topics.relay.handlers.room import RoomHandler
from tests.topics.relay.handlers.talk import TalkHandler
from tests.topics.relay.handlers.words import WordsHandler
from typing_extensions import override

from wsgen_runtime import gen1
from wsgen_runtime.exceptions import TopicGap

M = TypeVar("M")
PATIENCE: Final = 10.0
_names: Final = itertools.count(1)


def a_name() -> str:
    """A name that no other test uses: brokers are shared."""
    return f"n{next(_names)}"


def note(number: int, source: str = "a", text: str = "") -> m.Note:
    return m.Note(source=source, number=number, text=text)


class Room(RoomHandler):
    """Says hello, then passes on what it hears to everybody else."""

    @override
    async def accepted(self) -> None:
        await self.socket.send(m.Lost(topic="hello"))

    @override
    async def on_note(self, message: m.Note, /) -> None:
        room = self.topics.room(name=self.params.name)
        await room.publish(message, exclude=self.socket)

    @override
    async def missed(self, topic: gen1.AnyTopic, /) -> None:
        await self.socket.send(m.Lost(topic=topic.name))


class Policies(PoliciesHandler):
    """Subscribes to the topic of a policy when it opens; a mark unsubscribes, or hears of it."""

    @property
    def topic(self) -> gen1.Topic[m.Note]:
        topics = {
            "oldest": self.topics.oldest,
            "newest": self.topics.newest,
            "strict": self.topics.strict,
        }
        return topics[self.params.policy](name=self.params.name)

    @override
    async def accepted(self) -> None:
        await self.topic.subscribe(self.socket)

    @override
    async def on_mark(self, message: m.Mark, /) -> None:
        self.topic.unsubscribe(self.socket)


class Talk(TalkHandler):
    """Accepts when it is told to, and then listens."""

    may_accept: asyncio.Event | None = None

    @override
    async def handle(self) -> None:
        if self.may_accept is not None:
            await self.may_accept.wait()
        await self.socket.accept()
        async for _ in self.socket:
            pass


class Words(WordsHandler):
    """Streams what is said."""

    @override
    async def stream(self) -> AsyncIterator[m.Note]:
        async for each in self.topics.room(name=self.params.name):
            yield each


async def announced(socket: gen1.WebSocket, /, *, topics: Topics) -> None:
    """Every guard may publish."""
    await topics.marks(name="opened").publish(m.Mark(number=0))


def relay(url: str, *, talk: Callable[[], TalkHandler] = Talk, **options: Any) -> RelayApp:
    """The application."""
    return create_app(
        room=Room,
        policies=Policies,
        talk=talk,
        words=Words,
        announced=announced,
        topics=url,
        **options,
    )


@asynccontextmanager
async def serving(url: str, **options: Any) -> AsyncGenerator[RelayApp]:
    """The application within its lifespan."""
    app = relay(url, **options)
    async with app.lifespan():
        yield app
    assert listened(app) == []


@asynccontextmanager
async def running(url: str, **options: Any) -> AsyncGenerator[RelayApp]:
    """The same, and it leaves no task behind."""
    before = asyncio.all_tasks()
    async with serving(url, **options) as app:
        yield app
    assert asyncio.all_tasks() == before


@asynccontextmanager
async def pair(url: str) -> AsyncGenerator[tuple[RelayApp, RelayApp]]:
    """Two applications over one broker, as in two processes; in memory both are one."""
    async with running(url) as first:
        if url.startswith("memory"):
            yield first, first
            return
        async with serving(url) as second:
            yield first, second


def listened(app: RelayApp) -> list[str]:
    """The channels that the application knows of."""
    return [*app.topics.hub._listened]


class Ear(Generic[M]):
    """Hears everything of a topic, from when it is entered.

    Attributes:
        heard: what it has heard; None stands for a gap.
    """

    def __init__(self, topic: gen1.Topic[M]) -> None:
        self._messages = topic.messages()
        self._grown = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.heard: list[M | None] = []

    async def __aenter__(self) -> Self:
        await self._messages.__aenter__()
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait((self._task,))
        await self._messages.__aexit__(None, None, None)

    async def _listen(self) -> None:
        while True:
            try:
                message: M | None = await anext(self._messages)
            except TopicGap:
                message = None
            except StopAsyncIteration:
                return
            async with self._grown:
                self.heard.append(message)
                self._grown.notify_all()

    async def until(self, enough: Callable[[list[M | None]], object]) -> list[M | None]:
        """Wait until enough was heard."""
        async with asyncio.timeout(PATIENCE), self._grown:
            await self._grown.wait_for(lambda: enough(self.heard))
        return self.heard

    async def count(self, number: int) -> list[M | None]:
        """Wait until so many were heard."""
        return await self.until(lambda heard: len(heard) >= number)


class Peer:
    """A client as an ASGI server shows it, whose connection may be blocked.

    Attributes:
        sent: the events that the application has sent.
        free: unset, no message gets through; everything else does.
    """

    def __init__(self, app: Any, path: str) -> None:
        self._app = app
        self._scope = {
            "type": "websocket",
            "path": path,
            "headers": [],
            "query_string": b"",
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._grown = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.sent: list[dict[str, Any]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.begun = asyncio.Event()
        self.broken: Exception | None = None

    async def __aenter__(self) -> Self:
        self._events.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._app(self._scope, self._events.get, self._send))
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self.leave()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((self._task,))
        self._task.result()

    async def _send(self, event: dict[str, Any]) -> None:
        if event["type"] == "websocket.send":
            self.begun.set()
            if self.broken is not None:
                raise self.broken
            await self.free.wait()
        async with self._grown:
            self.sent.append(event)
            self._grown.notify_all()

    def say(self, message: Any) -> None:
        """Send a message to the application."""
        event = m.WIRE.encoder().event(message)
        self._events.put_nowait({"type": "websocket.receive", "text": event["text"]})

    def leave(self) -> None:
        """Be gone."""
        self._events.put_nowait({"type": "websocket.disconnect", "code": 1001})

    @property
    def messages(self) -> list[Any]:
        """What it got, decoded."""
        decoder = m.WIRE.decoder(m.Note, m.Mark, m.Lost)
        return [decoder.read(each) for each in self.sent if each["type"] == "websocket.send"]

    async def until(self, enough: Callable[[Peer], object]) -> Peer:
        """Wait until the application has sent enough."""
        async with asyncio.timeout(PATIENCE), self._grown:
            await self._grown.wait_for(lambda: enough(self))
        return self

    async def accepted(self) -> Peer:
        return await self.until(lambda peer: peer.sent)

    async def count(self, number: int) -> list[Any]:
        """Wait for so many messages."""
        await self.until(lambda peer: len(peer.messages) >= number)
        return self.messages

    async def ended(self) -> dict[str, Any]:
        """Wait until the application has returned; its last event."""
        assert self._task is not None
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait((self._task,))
        return self.sent[-1]


async def eventually(true: Callable[[], object]) -> None:
    """Let everybody run until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0)


def subscribed(app: RelayApp, channel: str) -> int:
    """How many listen to a channel in this process."""
    found = app.topics.hub._listened.get(channel)
    return 0 if found is None else len(found.subscribers)
