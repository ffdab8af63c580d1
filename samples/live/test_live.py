"""Two workers of uvicorn over Valkey from its wheel: one room, whoever is connected to whom."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from samples.serving import Server, dialled, serving
from tests.topics import brokers
from tests.topics.brokers import Broker

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ENOUGH = 100
"""Connections of which two go to different workers, beyond doubt."""


@pytest.fixture(scope="module")
def broker() -> Generator[Broker]:
    with brokers.redis() as broker:
        yield broker


@pytest.fixture(scope="module")
def server(broker: Broker) -> Generator[Server]:
    environment = {"LIVE_TOPICS": broker.url}
    with serving("app:app", HERE, workers=2, environment=environment) as server, server.shown():
        yield server


async def heard(client: ClientConnection, wanted: Callable[[Any], bool]) -> Any:
    """The first message that is wanted."""
    while True:
        message = json.loads(await client.recv())
        if wanted(message):
            return message


def posted(text: str) -> Callable[[Any], bool]:
    return lambda message: message["type"] == "posted" and message["text"] == text


@asynccontextmanager
async def room(server: Server, name: str) -> AsyncGenerator[list[ClientConnection]]:
    """Connections to one room, by way of both workers."""
    workers: set[str] = set()
    async with AsyncExitStack() as stack:
        clients: list[ClientConnection] = []
        while len(workers) < 2:
            assert len(clients) < ENOUGH
            url = server.ws(f"/rooms/{name}?name=n{len(clients)}")
            clients.append(await stack.enter_async_context(dialled(url)))
            here = await heard(clients[0], lambda message: message["type"] == "here")
            workers.add(here["worker"])
        yield clients


async def test_what_one_posts_all_hear_whatever_worker_they_have(server: Server) -> None:
    async with room(server, "feed") as clients:
        await clients[0].send('{"type": "post", "text": "Hello"}')
        for each in clients:
            assert (await heard(each, posted("Hello")))["name"] == "n0"


async def test_a_room_does_not_hear_another(server: Server) -> None:
    async with room(server, "a.b") as clients, dialled(server.ws("/rooms/a")) as other:
        await clients[0].send('{"type": "post", "text": "Hello"}')
        await heard(clients[-1], posted("Hello"))
        await other.send('{"type": "post", "text": "Silence here"}')
        message = await heard(other, lambda message: message["type"] == "posted")
        assert message["text"] == "Silence here"


async def test_all_who_are_here_are_counted(server: Server) -> None:
    async with dialled(server.ws("/rooms/count/total")) as watching:
        async with room(server, "count") as clients:
            await heard(watching, lambda message: message["count"] == len(clients))
        assert await heard(watching, lambda message: message["count"] == 0)


async def test_who_may_have_missed_something_is_sent_to_read_again() -> None:
    with brokers.redis() as broker:
        environment = {"LIVE_TOPICS": broker.url}
        with serving("app:app", HERE, workers=2, environment=environment) as server:
            async with room(server, "lost") as clients:
                broker.kill()
                server.logged("the broker is gone")
                broker.start()
                for each in clients:
                    with pytest.raises(ConnectionClosed):
                        await heard(each, lambda _: False)
                    assert each.close_code == 4010
