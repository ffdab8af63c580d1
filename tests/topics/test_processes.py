"""Two server processes over one broker, with many clients: `uv run pytest -m brokers`."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import AsyncExitStack, ExitStack

import pytest
from samples.serving import Server, serving
from tests.checkers import ROOT
from tests.topics.brokers import Broker
from tests.topics.history import checked
from tests.topics.relay import messages as m
from tests.topics.relaying import note
from websockets.asyncio.client import ClientConnection, connect

pytestmark = pytest.mark.brokers

CLIENTS = 200
SOURCES = 5
NOTES = 40
PATIENCE = 60.0


@pytest.fixture
def servers(broker: Broker) -> Generator[list[Server]]:
    environment = {"RELAY_TOPICS": broker.url}
    with ExitStack() as stack:
        yield [
            stack.enter_context(serving("tests.topics.served:app", ROOT, environment=environment))
            for _ in range(2)
        ]


class Client:
    """Remembers all that it hears; `Lost` is a gap."""

    def __init__(self, connection: ClientConnection, number: int) -> None:
        self._connection = connection
        self._decoder = m.WIRE.decoder(m.Note, m.Mark, m.Lost)
        self.source = f"s{number}"
        self.heard: list[m.Note | None] = []

    async def hello(self) -> None:
        await self._connection.recv()

    async def say(self, number: int) -> None:
        await self._connection.send(m.WIRE.encoder().event(note(number, self.source))["text"])

    async def until(self, count: int) -> None:
        """Listen until so many notes were heard."""
        while len([each for each in self.heard if each is not None]) < count:
            message = self._decoder.decode(await self._connection.recv())
            self.heard.append(message if isinstance(message, m.Note) else None)


def others(client: Client, speakers: list[Client]) -> int:
    """How many it hears: nobody hears itself."""
    return len([each for each in speakers if each is not client])


async def say_all(speakers: list[Client], first: int) -> None:
    for number in range(first, first + NOTES):
        await asyncio.gather(*(each.say(number) for each in speakers))


async def test_b77_two_hundred_clients_of_two_processes_survive_an_outage(
    broker: Broker, servers: list[Server]
) -> None:
    async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
        clients = [
            Client(
                await stack.enter_async_context(
                    connect(servers[number % 2].ws("/rooms/all"), proxy=None)
                ),
                number,
            )
            for number in range(CLIENTS)
        ]
        speakers = clients[:SOURCES]
        for each in clients:  # what it says first shows that it is subscribed
            await each.hello()
        await say_all(speakers, 0)
        for each in clients:
            await each.until(NOTES * others(each, speakers))
        broker.kill()
        for server in servers:
            server.logged("the broker is gone")
        broker.start()
        for server in servers:
            server.logged("the broker is back")
        await say_all(speakers, NOTES)
        published = {each.source: range(2 * NOTES) for each in speakers}
        for each in clients:
            expected = 2 * NOTES * others(each, speakers)
            await each.until(expected)
            assert len([one for one in each.heard if one is not None]) == expected
            assert checked(each.heard, published) == 2  # of the two topics of each socket
