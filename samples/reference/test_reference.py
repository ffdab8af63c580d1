"""Eight cases, each written twice: the same exchanges have the same outcome."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from samples.serving import Server, dialled, refusal, serving

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
SCHEMA_FIRST = "schema_first_app:app"


@pytest.fixture(scope="module", params=["decorated_app:app", SCHEMA_FIRST])
def process(request: pytest.FixtureRequest) -> Generator[Server]:
    with serving(request.param, HERE) as server:
        yield server


@pytest.fixture
def server(process: Server) -> Generator[Server]:
    with process.shown() as server:
        yield server


@pytest.fixture(scope="module")
def strict() -> Generator[Server]:
    """The schema-first twin alone, for what it does more."""
    with serving(SCHEMA_FIRST, HERE) as server:
        yield server


async def asked(client: ClientConnection, message: object) -> Any:
    """What comes back for a message, both as JSON."""
    await client.send(json.dumps(message))
    return await heard(client)


async def heard(client: ClientConnection) -> Any:
    """The next message as JSON."""
    return json.loads(await client.recv())


async def test_echo(server: Server) -> None:
    async with dialled(server.ws("/echo")) as client:
        for text in ("Hello", "", "Grüße"):
            await client.send(text)
            assert await client.recv() == f"Echo: {text}"


async def test_echo_of_a_binary_frame_is_refused(server: Server) -> None:
    async with dialled(server.ws("/echo")) as client:
        await client.send(b"Hello")
        with pytest.raises(ConnectionClosed):
            await client.recv()
    assert client.close_code == 1003


async def test_listener(server: Server) -> None:
    async with dialled(server.ws("/listener")) as client:
        for text in ("one", "two", "three"):
            await client.send(text)
        answers = [await client.recv() for _ in range(3)]
    assert answers == ["Received: one", "Received: two", "Received: three"]


async def test_stream(server: Server) -> None:
    async with dialled(server.ws("/stream")) as client:
        ticks = [await heard(client) for _ in range(3)]
    times = [each.pop("timestamp") for each in ticks]
    assert ticks == [{"type": "tick", "counter": counter} for counter in range(3)]
    assert times == sorted(times)


async def test_stream_does_not_mind_what_the_client_says(server: Server) -> None:
    async with dialled(server.ws("/stream")) as client:
        await client.send("Is anybody there?")
        ticks = [await heard(client) for _ in range(2)]
    assert [each["counter"] for each in ticks] == [0, 1]


async def test_json_api(server: Server) -> None:
    async with dialled(server.ws("/api")) as client:
        assert await asked(client, {"type": "ping"}) == {"type": "pong"}
        data = {"nested": [1, 2.5, None, "text"]}
        answer = await asked(client, {"type": "repeat", "data": data})
        assert answer == {"type": "repeated", "data": data}


async def test_json_api_says_what_is_wrong_and_goes_on(server: Server) -> None:
    async with dialled(server.ws("/api")) as client:
        unknown = await asked(client, {"type": "dance"})
        incomplete = await asked(client, {"type": "repeat"})
        assert await asked(client, {"type": "ping"}) == {"type": "pong"}
    assert (unknown["type"], unknown["code"]) == ("error", "unknown_type")
    assert (incomplete["type"], incomplete["code"]) == ("error", "invalid_message")
    assert "dance" not in json.dumps(unknown)


async def test_authentication(server: Server) -> None:
    async with dialled(server.ws("/secure?token=alice-token")) as client:
        assert await heard(client) == {"type": "welcome", "user": "alice"}
        for message in ({"a": 1}, ["b"], "c", 4, None):
            answer = await asked(client, message)
            assert answer == {"type": "response", "user_id": 123, "echo": message}


async def test_authentication_refuses_strangers(server: Server) -> None:
    answer = await refusal(server.ws("/secure"))
    assert answer == (401, "Authentication required")
    answer = await refusal(server.ws("/secure?token=eve-token"))
    assert answer == (403, "Invalid token")


async def test_broadcast(server: Server) -> None:
    async with dialled(server.ws("/broadcast")) as alice:
        async with dialled(server.ws("/broadcast")) as bob:
            await bob.send("Hello")
            assert await bob.recv() == "Somebody says: Hello"
            assert await alice.recv() == "Somebody says: Hello"
        await alice.send("Bob has left")
        assert await alice.recv() == "Somebody says: Bob has left"


async def test_background(server: Server) -> None:
    async with dialled(server.ws("/background")) as client:
        assert await asked(client, {"type": "job", "text": "abc"}) == {"type": "queued", "job": 1}
        assert await heard(client) == {"type": "finished", "job": 1, "result": "ABC"}
        for text in ("d", "e"):
            await client.send(json.dumps({"type": "job", "text": text}))
        answers = [await heard(client) for _ in range(4)]
    finished = {each["job"]: each["result"] for each in answers if each["type"] == "finished"}
    assert [each["job"] for each in answers if each["type"] == "queued"] == [2, 3]
    assert finished == {2: "D", 3: "E"}


async def test_rooms(server: Server) -> None:
    async with dialled(server.ws("/rooms/42")) as client:
        joined = {"type": "room_joined", "room_id": 42, "message": "Welcome to room 42"}
        assert await heard(client) == joined
        answer = await asked(client, {"text": "Hello"})
        assert answer == {"type": "room_message", "room_id": 42, "data": {"text": "Hello"}}


@pytest.mark.parametrize("path", ["/rooms/forty-two", "/rooms", "/rooms/42/more"])
async def test_rooms_have_numbers(server: Server, path: str) -> None:
    status, _ = await refusal(server.ws(path))
    assert status == 404


@pytest.mark.parametrize("path", ["/secure?token=alice-token", "/rooms/42"])
async def test_what_is_not_json_ends_the_connection(server: Server, path: str) -> None:
    async with dialled(server.ws(path)) as client:
        await client.recv()
        await client.send("{")
        with pytest.raises(ConnectionClosed):
            await client.recv()
    assert client.close_code == 1007


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"type": "job"}, "job: Object missing required field `text`"),
        ({"type": "job", "text": 5}, "job.text: Expected `str`, got `int`"),
        ({"type": "job", "text": "a" * 1001}, "job.text: Expected `str` of length <= 1000"),
        ({"text": "no type"}, "type: Expected a tag"),
    ],
    ids=["missing field", "wrong type", "too long", "no tag"],
)
async def test_schema_first_refuses_what_is_no_message(
    strict: Server, message: object, reason: str
) -> None:
    async with dialled(strict.ws("/background")) as client:
        await client.send(json.dumps(message))
        with pytest.raises(ConnectionClosed):
            await client.recv()
    assert (client.close_code, client.close_reason) == (1007, reason)


async def test_schema_first_correlates_replies_and_errors(strict: Server) -> None:
    async with dialled(strict.ws("/api")) as client:
        answer = await asked(client, {"type": "ping", "request_id": "a"})
        assert answer == {"type": "pong", "request_id": "a"}
        answer = await asked(client, {"type": "repeat", "request_id": 2})
        assert (answer["code"], answer["request_id"]) == ("invalid_message", 2)
