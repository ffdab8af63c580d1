"""The chat through a real server and a real client: what its schema promises, its clients get."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Generator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from samples.serving import PATIENCE, Server, dialled, refusal, serving

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CHAT = ["chat.v1"]
ALICE = "/rooms/7/ws?token=alice-token"
BOB = "/rooms/7/ws?token=bob-token"
SEATS = 20


@pytest.fixture(scope="module")
def process() -> Generator[Server]:
    with serving("app:app", HERE) as server:
        yield server


@pytest.fixture
def server(process: Server) -> Generator[Server]:
    with process.shown() as server:
        yield server


async def test_what_one_says_is_answered_and_told_to_the_others(server: Server) -> None:
    async with dialled(server.ws(ALICE)) as alice, dialled(server.ws(BOB)) as bob:
        await bob.send('{"type": "typing"}')  # heard by alice: so both are in the room
        assert json.loads(await alice.recv()) == {"type": "typing", "active": True}
        await alice.send('{"type": "say", "text": "Hello, Bob", "request_id": "r-1"}')
        answer = json.loads(await alice.recv())
        heard = json.loads(await bob.recv())
    assert answer.pop("request_id") == "r-1"
    assert answer == heard
    assert heard["user"] == {"name": "Alice", "role": "moderator"}
    assert heard["text"] == "Hello, Bob"


async def test_replies_come_in_the_order_of_the_requests_with_their_ids(server: Server) -> None:
    async with dialled(server.ws(ALICE)) as alice:
        for number in range(5):
            await alice.send(json.dumps({"type": "say", "text": f"{number}", "request_id": number}))
        answers = [json.loads(await alice.recv()) for _ in range(5)]
    assert [each["request_id"] for each in answers] == [0, 1, 2, 3, 4]
    assert [each["text"] for each in answers] == ["0", "1", "2", "3", "4"]


async def test_a_request_without_an_id_is_answered_without_one(server: Server) -> None:
    async with dialled(server.ws(ALICE)) as alice:
        await alice.send('{"type": "say", "text": "Hello"}')
        assert "request_id" not in json.loads(await alice.recv())


async def test_a_room_does_not_hear_another(server: Server) -> None:
    async with (
        dialled(server.ws("/rooms/8/ws?token=bob-token")) as bob,
        dialled(server.ws(ALICE)) as alice,
    ):
        await alice.send('{"type": "say", "text": "Hello"}')
        await alice.recv()
        await bob.send('{"type": "say", "text": "Silence here"}')
        assert json.loads(await bob.recv())["text"] == "Silence here"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ('{"type": "say", "text": ""}', "say.text: Expected `str` of length >= 1"),
        ('{"type": "say"}', "say: Object missing required field `text`"),
        ('{"type": "shout", "text": "Hello"}', "type: Expected a known tag"),
        ('{"type": "say", ', "not well-formed"),
    ],
    ids=["constraint", "missing field", "unknown type", "malformed"],
)
async def test_an_invalid_message_ends_the_connection_with_a_reason(
    server: Server, message: str, reason: str
) -> None:
    async with dialled(server.ws(ALICE)) as alice:
        await alice.send(message)
        with pytest.raises(ConnectionClosed):
            await alice.recv()
    assert (alice.close_code, alice.close_reason) == (1007, reason)


async def test_a_message_that_is_too_long_ends_the_connection(server: Server) -> None:
    async with dialled(server.ws(ALICE)) as alice:
        await alice.send(json.dumps({"type": "say", "text": "a" * 64 * 1024}))
        with pytest.raises(ConnectionClosed):
            await alice.recv()
    assert alice.close_code == 1009


async def test_who_has_no_token_is_refused(server: Server) -> None:
    answer = await refusal(server.ws("/rooms/7/ws"))
    assert answer == (401, "Authentication required")


async def test_who_has_a_wrong_token_is_refused(server: Server) -> None:
    answer = await refusal(server.ws("/rooms/7/ws?token=eve-token"))
    assert answer == (401, "Authentication required")


async def test_a_full_room_is_refused_until_somebody_leaves(server: Server) -> None:
    room = server.ws("/rooms/9/ws?token=bob-token")
    async with AsyncExitStack() as stack:
        for _ in range(SEATS - 1):
            await stack.enter_async_context(dialled(room))
        last = await stack.enter_async_context(dialled(room))
        await last.send('{"type": "say", "text": "Here"}')
        await last.recv()  # who is answered has sat down
        assert await refusal(room) == (503, "No seat left")
    async with dialled(room):
        pass


@pytest.mark.parametrize("path", ["/rooms/seven/ws", "/nowhere"])
async def test_an_unknown_path_is_not_found(server: Server, path: str) -> None:
    status, _ = await refusal(server.ws(f"{path}?token=alice-token"))
    assert status == 404


async def test_a_foreign_page_may_not_connect(server: Server) -> None:
    status, body = await refusal(server.ws(ALICE), origin="https://elsewhere.example")
    assert (status, body) == (403, "")
    server.logged("refused the origin 'https://elsewhere.example'")


async def test_our_own_page_may_connect(server: Server) -> None:
    async with dialled(server.ws(ALICE), origin=server.http("")) as alice:
        assert alice.subprotocol is None


async def test_the_subprotocol_is_agreed_on(server: Server) -> None:
    async with dialled(server.ws(ALICE), subprotocols=["chat.v2", "chat.v1"]) as alice:
        assert alice.subprotocol == "chat.v1"


async def test_a_client_that_speaks_other_subprotocols_only_is_refused(server: Server) -> None:
    status, _ = await refusal(server.ws(ALICE), subprotocols=["chat.v2"])
    assert status == 400


async def test_the_clock_ticks(server: Server) -> None:
    async with dialled(server.ws("/clock?interval=0.01")) as client:
        ticks = [json.loads(await client.recv()) for _ in range(3)]
    assert [each["counter"] for each in ticks] == [0, 1, 2]
    assert {each["type"] for each in ticks} == {"tick"}


@pytest.mark.parametrize("interval", ["0", "61", "often"])
async def test_a_clock_ticks_within_reason(server: Server, interval: str) -> None:
    status, body = await refusal(server.ws(f"/clock?interval={interval}"))
    assert status == 400
    assert "interval" in body
    assert "often" not in body


async def test_the_clock_stops_when_its_client_leaves() -> None:
    with serving("app:app", HERE) as server, server.shown():
        async with dialled(server.ws("/clock?interval=60")) as client:
            await client.recv()
        server.stop()  # uvicorn waits for handlers: one that slept on would hold it for a minute


async def test_the_echo_answers(server: Server) -> None:
    async with dialled(server.ws("/echo")) as client:
        for text in ("Is anybody there?", "", "Grüße, 你好"):
            await client.send(text)
            assert await client.recv() == text


def test_the_script_of_the_readme_runs() -> None:
    ran = subprocess.run(
        [sys.executable, "drive.py"], cwd=HERE, capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.returncode == 0, ran.stderr
    for line in (
        'alice → {"type":"say","text":"Hello, Bob","request_id":1}',
        'alice ← {"type":"typing","active":true}',
        "bob ✗ 1007 (invalid frame payload data) say.text: Expected `str` of length >= 1",
        "eve ✗ HTTP 401: Authentication required",
        "echo ← Is anybody there?",
    ):
        assert line in ran.stdout
