"""Who gets in, what is torn down, and what is sent to a client that has left."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.comparison import in_chanx, in_fastapi, in_litestar, in_wsgen
from tests.comparison.driver import A, R, S, X, visit
from tests.comparison.sides import Side, outcome, shows
from tests.comparison.table import CHANX, FASTAPI, LITESTAR, WSGEN
from tests.comparison.world import World

from wsgen.pipeline import understand
from wsgen_runtime._asgi import ASGIApp

SCHEMA = Path(__file__).with_name("schema.yaml")
FOREIGN = [("Origin", "https://elsewhere.example")]


async def _loop(app: ASGIApp) -> str:
    seen = await visit(app, R("hi"), path="/echo")
    assert seen.sent == [A, S("hi")]
    assert seen.error is None
    if not seen.late:
        return "nothing sent"
    assert [type(each) for each in seen.late] == [X]
    return "sends a close after the disconnect"


@shows("loop", WSGEN)
async def loop_in_wsgen(side: Side) -> str:
    return await _loop(in_wsgen.echo(World()))


@shows("loop", LITESTAR)
async def loop_in_litestar(side: Side) -> str:
    return await _loop(in_litestar.echo(World()))


@shows("loop", FASTAPI)
async def loop_in_fastapi(side: Side) -> str:
    return await _loop(in_fastapi.echo(World()))


@shows("left")
async def left(side: Side) -> str:
    world = World()
    talk = side.talk(world)
    seen = await visit(talk, side.say("wait"), gate=world.gate, leave_first=True)
    assert len(world.reached) == 1
    if seen.late:
        assert [type(each) for each in seen.late] == [S]
        return "answers after the disconnect"
    return "nothing sent after the disconnect"


async def _from_elsewhere(side: Side, app: ASGIApp) -> str:
    seen = await visit(app, side.say("hi"), headers=FOREIGN)
    return "let in" if seen.accepted and len(seen.texts) == 1 else outcome(seen)


@shows("origin", WSGEN, LITESTAR, FASTAPI)
async def origin(side: Side) -> str:
    ours = await visit(
        side.talk(World()), side.say("hi"), headers=[("Origin", "http://testserver")]
    )
    assert ours.accepted
    return await _from_elsewhere(side, side.talk(World()))


@shows("origin", CHANX)
async def origin_with_its_validator(side: Side) -> str:
    said = await _from_elsewhere(side, side.talk(World()))
    checked = await _from_elsewhere(side, in_chanx.only_from_ours(World()))
    assert checked.endswith("before accepting")
    return f"{said}; `OriginValidator` refuses it"


@shows("refusal", WSGEN)
async def refusal_in_wsgen(side: Side) -> str:
    known = await visit(in_wsgen.talk(World()), path="/vault", query="token=a")
    assert known.accepted
    denied = await visit(in_wsgen.talk(World()), path="/vault")
    closed = await visit(in_wsgen.talk(World()), path="/browsers/vault")
    return f"{outcome(denied)}; or accepts, {outcome(closed)}, by `on_reject`"


@shows("refusal", LITESTAR)
async def refusal_in_litestar(side: Side) -> str:
    known = await visit(in_litestar.guarded(World()), path="/vault", query="token=a")
    assert known.accepted
    return outcome(await visit(in_litestar.guarded(World()), path="/vault"))


@shows("refusal", FASTAPI)
async def refusal_in_fastapi(side: Side) -> str:
    closing = in_fastapi.guarded(World(), with_status=False)
    known = await visit(closing, path="/vault", query="token=a")
    assert known.accepted
    denied = await visit(in_fastapi.guarded(World(), with_status=True), path="/vault")
    closed = await visit(closing, path="/vault")
    return f"{outcome(closed)}; {outcome(denied)} by an `HTTPException`"


@shows("refusal", CHANX)
async def refusal_in_chanx(side: Side) -> str:
    known = await visit(in_chanx.guarded(World()), path="/vault", query="token=a")
    assert known.close is None
    closed = await visit(in_chanx.guarded(World()), path="/vault")
    assert closed.accepted
    return f"accepts, {outcome(closed)}"


@shows("misspelt", WSGEN)
async def misspelt_in_wsgen(side: Side) -> str:
    text = SCHEMA.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "schema.yaml")
        schema.write_text(text.replace("guards: [known]", "gaurds: [known]"), encoding="utf-8")
        found = understand(schema, "schema.yaml")
    assert found.api is None
    assert {each.message for each in found.diagnostics} == {"unknown key `gaurds`"}
    with pytest.raises(TypeError, match="gaurds"):
        in_wsgen.misspelt(lambda socket: None)
    return "an error when it is built"


async def _without_guard(app: ASGIApp, side: Side) -> str:
    seen = await visit(app, side.say("hi"), path="/vault")
    assert seen.accepted
    assert len(seen.sent) == 2
    assert isinstance(seen.sent[1], S)
    return "ignored: all are let in"


@shows("misspelt", LITESTAR)
async def misspelt_in_litestar(side: Side) -> str:
    return await _without_guard(in_litestar.misspelt(World()), side)


@shows("misspelt", FASTAPI)
async def misspelt_in_fastapi(side: Side) -> str:
    with pytest.raises(TypeError, match="dependancies"):
        in_fastapi.misspelt(World())
    return "an error when it is declared"


@shows("misspelt", CHANX)
async def misspelt_in_chanx(side: Side) -> str:
    return await _without_guard(in_chanx.misspelt(World()), side)


@shows("path")
async def path(side: Side) -> str:
    world = World()
    said = outcome(await visit(side.talk(world), side.say("hi"), path="/rooms/x"))
    assert world.reached == []
    return said


@shows("digits")
async def digits(side: Side) -> str:
    world = World()
    seen = await visit(side.talk(world), side.say("hi"), path="/rooms/1_0")
    return f"room {world.rooms[0]}" if world.rooms else outcome(seen)


async def _torn_down(make: Callable[[World], ASGIApp], side: Side) -> str:
    world = World()
    await visit(make(world), side.say("hi"), path="/archive")
    assert len(world.closed) == 2
    return ", ".join(world.closed)


@shows("teardown", WSGEN)
async def teardown_in_wsgen(side: Side) -> str:
    return await _torn_down(in_wsgen.talk, side)


@shows("teardown", LITESTAR)
async def teardown_in_litestar(side: Side) -> str:
    return await _torn_down(in_litestar.providing, side)


@shows("teardown", FASTAPI)
async def teardown_in_fastapi(side: Side) -> str:
    return await _torn_down(in_fastapi.providing, side)


async def _counted(app: ASGIApp, side: Side) -> str:
    """What the second connection finds that the first one has counted."""
    first = await visit(app, side.say("count"), side.say("count"))
    second = await visit(app, side.say("count"))
    counts = [int(each.get("payload", each)["text"]) for each in first.texts + second.texts]
    assert counts[:2] == [1, 2]
    return {1: "of one connection", 3: "of all connections"}[counts[2]]


@shows("instance", WSGEN, CHANX)
async def instance(side: Side) -> str:
    return await _counted(side.talk(World()), side)


@shows("instance", LITESTAR)
async def instance_in_litestar(side: Side) -> str:
    return await _counted(in_litestar.counting(World()), side)
