"""What others can know of an API, and what else an application has besides its WebSockets."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from litestar.channels import ChannelsPlugin
from litestar.channels.backends.memory import MemoryChannelsBackend
from tests.comparison import in_chanx, in_fastapi, in_litestar, in_wsgen
from tests.comparison.driver import A, S, get, visit
from tests.comparison.sides import Side, shows
from tests.comparison.table import CHANX, FASTAPI, LITESTAR, WSGEN
from tests.comparison.talk import close_codes as c
from tests.comparison.world import World

from wsgen.cli import run
from wsgen_runtime._asgi import ASGIApp

SCHEMA = Path(__file__).with_name("schema.yaml")


async def _document(app: ASGIApp, path: str) -> Any:
    status, body = await get(app, path)
    assert status == 200
    return json.loads(body)


async def _openapi(side: Side, path: str) -> None:
    """The document knows the HTTP route, and not the WebSocket beside it."""
    document = await _document(side.talk(World()), path)
    assert document["openapi"].startswith("3.")
    assert list(document["paths"]) == ["/hello"]
    assert "rooms" not in json.dumps(document)


def _printed(*arguments: str) -> str:
    """What the command line says."""
    with contextlib.redirect_stdout(io.StringIO()) as stdout:
        assert run(arguments) == 0
    return stdout.getvalue()


@shows("codes", WSGEN)
async def codes_in_wsgen(side: Side) -> str:
    declared = json.loads(_printed("ir", str(SCHEMA)))["close_codes"]
    assert [(each["code"], each["status"]) for each in declared] == [(4001, 401), (4009, None)]
    assert (c.WS_4009_ROOM_FULL, c.CloseCode.ROOM_FULL, c.RoomFull.code) == (4009, 4009, 4009)
    assert (c.Unauthorized.code, c.Unauthorized.status) == (4001, 401)
    return "declared: constants, exceptions, HTTP statuses"


@shows("codes", LITESTAR)
async def codes_in_litestar(side: Side) -> str:
    await _openapi(side, "/schema/openapi.json")
    return "its document leaves WebSockets out"


@shows("codes", FASTAPI)
async def codes_in_fastapi(side: Side) -> str:
    await _openapi(side, "/openapi.json")
    return "its document leaves WebSockets out"


@shows("codes", CHANX)
async def codes_in_chanx(side: Side) -> str:
    talk = json.dumps(await _document(side.talk(World()), "/asyncapi.json"))
    assert "maxLength" in talk
    assert "4009" not in talk
    vault = json.dumps(await _document(in_chanx.guarded(World()), "/asyncapi.json"))
    assert "/vault" in vault
    assert "4001" not in vault
    return "not in its document"


@shows("asyncapi", WSGEN)
async def document_of_wsgen(side: Side) -> str:
    assert "asyncapi" not in _printed("--help").lower()
    messages = json.loads(_printed("ir", str(SCHEMA)))["messages"]
    assert [each["name"] for each in messages] == ["Say", "Typing", "Said"]
    return "not AsyncAPI; its own, by `wsgen ir`"


@shows("asyncapi", LITESTAR)
async def document_of_litestar(side: Side) -> str:
    await _openapi(side, "/schema/openapi.json")
    return "none: OpenAPI, without WebSockets"


@shows("asyncapi", FASTAPI)
async def document_of_fastapi(side: Side) -> str:
    await _openapi(side, "/openapi.json")
    return "none: OpenAPI, without WebSockets"


@shows("asyncapi", CHANX)
async def document_of_chanx(side: Side) -> str:
    document = await _document(side.talk(World()), "/asyncapi.json")
    messages = set(document["components"]["messages"])  # of the process, not of the application
    assert messages >= {"said", "say", "typing"}
    assert document["asyncapi"] == "3.0.0"
    return "AsyncAPI 3.0"


@shows("http", WSGEN)
async def http_in_wsgen(side: Side) -> str:
    status, _ = await get(side.talk(World()), "/hello")
    assert status == 404
    given = in_wsgen.talk(World(), http=in_fastapi.talk(World()))
    status, _ = await get(given, "/hello")
    assert status == 200
    return "none of its own: what is given as `http=`"


@shows("http", LITESTAR, FASTAPI)
async def http(side: Side) -> str:
    status, body = await get(side.talk(World()), "/hello")
    assert (status, body.strip(b'"')) == (200, b"hello")
    return "yes"


@shows("http", CHANX)
async def http_in_chanx(side: Side) -> str:
    return f"{await http(side)}, FastAPI's"


@shows("publish", WSGEN)
async def publish_in_wsgen(side: Side) -> str:
    seen = await visit(side.talk(World()), path="/lobby")
    assert seen.texts == [{"type": "said", "text": "somebody came"}]
    return "typed topics: in memory, over Redis or NATS"


@shows("publish", LITESTAR)
async def publish_in_litestar(side: Side) -> str:
    async with ChannelsPlugin(MemoryChannelsBackend(), channels=["lobby"]) as channels:
        seen = await visit(in_litestar.publishing(World(), channels), path="/lobby")
    assert seen.sent == [A, S("somebody came")]
    return "channels"


@shows("publish", CHANX)
async def publish_in_chanx(side: Side) -> str:
    seen = await visit(in_chanx.publishing(World()), path="/lobby")
    assert [each["payload"] for each in seen.texts] == [{"text": "somebody came"}]
    return "groups"
