"""One feed, mounted in three frameworks: the same exchanges have the same outcome."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from samples.serving import Server, dialled, fetched, refusal, serving

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
HOSTS = ["starlette_host:app", "fastapi_host:app", "litestar_host:app"]


@pytest.fixture(scope="module", params=HOSTS)
def process(request: pytest.FixtureRequest) -> Generator[Server]:
    with serving(request.param, HERE) as server:
        yield server
    assert "archive: closed" in server.log  # the host left the feed's lifespan


@pytest.fixture
def server(process: Server) -> Generator[Server]:
    with process.shown() as server:
        yield server


async def posted(client: ClientConnection, text: str) -> Any:
    """The answer to some news."""
    await client.send(json.dumps({"type": "post", "text": text}))
    return json.loads(await client.recv())


def test_the_hosts_own_route_works(server: Server) -> None:
    assert json.loads(fetched(server.http("/"))) == {"news": "/ws/subjects/news"}


def test_the_host_has_opened_what_the_feed_needs(server: Server) -> None:
    server.logged("archive: opened")


async def test_the_feed_works_below_the_prefix(server: Server) -> None:
    async with dialled(server.ws("/ws/subjects/weather")) as client:
        assert (await posted(client, "Rain"))["number"] == 1
        assert (await posted(client, "Sun"))["number"] == 2


async def test_a_url_made_in_a_handler_can_be_dialled(server: Server) -> None:
    async with dialled(server.ws("/ws/subjects/on%20air")) as client:
        await posted(client, "one")
        url = (await posted(client, "two"))["replay"]
    assert url == server.ws("/ws/subjects/on%20air/replay")
    async with dialled(url) as client:
        news = [json.loads(each) async for each in client]
    assert news == [{"type": "news", "text": "one"}, {"type": "news", "text": "two"}]
    assert client.close_code == 1000


async def test_an_invalid_message_ends_the_connection(server: Server) -> None:
    async with dialled(server.ws("/ws/subjects/weather")) as client:
        await client.send('{"type": "post"}')
        with pytest.raises(ConnectionClosed):
            await client.recv()
    assert client.close_reason == "post: Object missing required field `text`"


async def test_what_the_feed_does_not_know_is_not_found(server: Server) -> None:
    status, body = await refusal(server.ws("/ws/nowhere"))
    assert (status, body) == (404, "not found")


async def test_a_foreign_page_may_not_connect(server: Server) -> None:
    url = server.ws("/ws/subjects/weather")
    status, _ = await refusal(url, origin="https://elsewhere.example")
    assert status == 403


def test_a_request_by_http_is_told_to_upgrade(server: Server) -> None:
    with pytest.raises(HTTPError) as caught:
        fetched(server.http("/ws/subjects/weather"))
    with caught.value as answer:
        assert answer.code == 426
