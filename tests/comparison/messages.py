"""What becomes of messages: typed, dispatched, refused, in order."""

from __future__ import annotations

import json

import pytest
from litestar.exceptions import LitestarException
from tests.comparison import in_fastapi, in_litestar
from tests.comparison.driver import A, R, Rb, S, Visit, X, visit
from tests.comparison.sides import Side, outcome, shows
from tests.comparison.table import CHANX, FASTAPI, LITESTAR, WSGEN
from tests.comparison.world import ROOM_FULL, SECRET, World

from wsgen_runtime._asgi import ASGIApp, Message

TOO_LONG = "x" * 281


async def _only_valid_ones_as_their_type(side: Side) -> None:
    """Of a valid and an invalid message, the handler was given the first, as an instance."""
    world = World()
    await visit(side.talk(world), side.say("hi"), side.say(TOO_LONG))
    assert [type(each).__name__ for each in world.reached] == ["Say"]


async def _plain_json(app: ASGIApp, world: World, *events: Message) -> None:
    """The handler was given every message, as `json.loads` makes it."""
    await visit(app, *events)
    assert world.reached == [json.loads(each["text"]) for each in events]


@shows("typed", WSGEN, CHANX)
async def typed(side: Side) -> str:
    await _only_valid_ones_as_their_type(side)
    return "yes"


@shows("typed", LITESTAR)
async def typed_with_a_dto(side: Side) -> str:
    await _only_valid_ones_as_their_type(side)
    world = World()
    await _plain_json(in_litestar.without_dto(world), world, side.say("hi"), side.say(TOO_LONG))
    return "with a DTO; else as plain JSON"


@shows("typed", FASTAPI)
async def typed_by_hand(side: Side) -> str:
    await _only_valid_ones_as_their_type(side)
    world = World()
    app = in_fastapi.without_validation(world)
    await _plain_json(app, world, side.say("hi"), side.say(TOO_LONG))
    return "by hand; it hands over plain JSON"


@shows("dispatch", WSGEN, CHANX)
async def dispatch(side: Side) -> str:
    world = World()
    await visit(side.talk(world), side.say("hi"), side.message("typing", active=True))
    assert [type(each).__name__ for each in world.reached] == ["Say", "Typing"]
    return "yes"


@shows("dispatch", LITESTAR)
async def dispatch_with_a_dto(side: Side) -> str:
    with pytest.raises(LitestarException, match="Unions are currently not supported"):
        in_litestar.two_types_with_dto()
    world, typing = World(), side.message("typing", active=True)
    await _plain_json(in_litestar.two_types(world), world, side.say("hi"), typing)
    return "by hand: a DTO takes one type, and without one it is plain JSON"


@shows("dispatch", FASTAPI)
async def dispatch_by_hand(side: Side) -> str:
    world, typing = World(), side.message("typing", active=True)
    await _plain_json(in_fastapi.without_validation(world), world, side.say("hi"), typing)
    return "by hand; it hands over plain JSON"


def invalid(side: Side) -> dict[str, Message]:
    """Messages that no handler should see, by row."""
    return {
        "too_long": side.say(TOO_LONG),
        "malformed": R("{"),
        "binary": Rb(side.say("hi")["text"].encode()),
    }


async def _by_policy(side: Side, event: Message) -> str:
    """An invalid message in wsgen, by the three policies."""
    world = World()
    closing = await visit(side.talk(world), event, side.say("hi"))
    assert world.reached == []
    answering = await visit(side.talk(World()), event, side.say("hi"), path="/answering")
    error, answer = answering.texts
    assert error["type"] == "error"
    assert answer == {"type": "said", "text": "hi"}
    ignoring = await visit(side.talk(World()), event, side.say("hi"), path="/ignoring")
    assert ignoring.texts == [answer]
    return f"{outcome(closing)}; or answers, or ignores it, by `on_invalid`"


async def _invalid(side: Side, event: Message) -> str:
    """An invalid message, and a valid one after it."""
    world = World()
    seen = await visit(side.talk(world), event, side.say("hi"))
    said = outcome(seen)
    goes_on = len(world.reached) == 1
    assert goes_on == ("goes on" in said)
    assert not goes_on or len(seen.texts) == 2
    return said


@shows("too_long", WSGEN)
async def too_long_by_policy(side: Side) -> str:
    return await _by_policy(side, invalid(side)["too_long"])


@shows("too_long", LITESTAR, CHANX)
async def too_long(side: Side) -> str:
    return await _invalid(side, invalid(side)["too_long"])


@shows("too_long", FASTAPI)
async def too_long_by_hand(side: Side) -> str:
    return f"by hand; else {await too_long(side)}"


@shows("malformed", WSGEN)
async def malformed_by_policy(side: Side) -> str:
    return await _by_policy(side, invalid(side)["malformed"])


@shows("malformed", LITESTAR, CHANX)
async def malformed(side: Side) -> str:
    return await _invalid(side, invalid(side)["malformed"])


@shows("malformed", FASTAPI)
async def malformed_by_hand(side: Side) -> str:
    return f"by hand; else {await malformed(side)}"


@shows("binary", WSGEN)
async def binary_by_policy(side: Side) -> str:
    return await _by_policy(side, invalid(side)["binary"])


@shows("binary", LITESTAR, CHANX)
async def binary(side: Side) -> str:
    return await _invalid(side, invalid(side)["binary"])


@shows("binary", FASTAPI)
async def binary_by_hand(side: Side) -> str:
    return f"by hand; else {await binary(side)}"


def _answers(seen: Visit) -> list[str]:
    """The texts of what was said."""
    return [each.get("payload", each)["text"] for each in seen.texts]


@shows("order")
async def order(side: Side) -> str:
    world = World()
    seen = await visit(side.talk(world), side.say("wait"), side.say("hi"), gate=world.gate)
    if _answers(seen) == ["wait", "hi"]:
        return "handled and answered in order"
    assert _answers(seen) == ["hi", "wait"]
    return "handled side by side, answered out of order"


@shows("failure")
async def failure(side: Side) -> str:
    world = World()
    seen = await visit(side.talk(world), side.say("boom"), side.say("hi"))
    said = outcome(seen)
    assert (len(world.reached) == 2) == ("goes on" in said)
    assert SECRET not in repr(seen.sent)
    return said


@shows("after_close")
async def after_close(side: Side) -> str:
    world = World()
    seen = await visit(side.talk(world), side.say("full"), side.say("hi"))
    assert seen.sent == [A, X(ROOM_FULL, "No seat left")]
    handled = "handled" if len(world.reached) == 2 else "not handled"
    if seen.error is not None:
        assert "Cannot call" in str(seen.error)
        return f"{handled}; answering raises"
    if seen.late:
        assert all(isinstance(each, S) for each in seen.late)
        return f"{handled}, answered after the close"
    return f"{handled}, nothing sent"


@shows("too_big")
async def too_big(side: Side) -> str:
    world = World()
    seen = await visit(side.talk(world), side.message("say", text="hi", padding="x" * (1 << 20)))
    if world.reached:
        assert len(world.reached) == 1
        return "reaches the handler"
    return outcome(seen)


@shows("reason")
async def reason(side: Side) -> str:
    seen = await visit(side.talk(World()), side.say("at length"))
    assert seen.close is not None
    assert seen.close.code == ROOM_FULL
    size = len(seen.close.reason.encode())
    return "sent as it is" if size == 200 else f"cut to {size}"
