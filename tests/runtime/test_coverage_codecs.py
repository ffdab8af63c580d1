"""Corners of reading and writing: raw payloads on every wire, bounds, what has no form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, time
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import pydantic
import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import (
    BINARY,
    FLAT,
    MSGPACK,
    Clock,
    Echo,
    Parts,
    Said,
    Say,
    Tick,
    Typing,
    create_app,
)
from tests.runtime.scripted import A, C, D, R, Rb, S, X, run
from typing_extensions import override

from wsgen_runtime import WebSocketApp, gen1, websocket_listener
from wsgen_runtime._codec import SilentEncoder, VerifiedEncoder
from wsgen_runtime.exceptions import InvalidMessage, SerializationError, WrongFrame

INTS = msgspec.msgpack.encode([1, 2])


@pytest.mark.parametrize(
    ("wire", "type_", "event", "value"),
    [
        (FLAT, str, R("x"), "x"),
        (FLAT, bytes, Rb(b"x"), b"x"),
        (FLAT, list[int], R("[1,2]"), [1, 2]),
        (BINARY, str, R("x"), "x"),
        (BINARY, bytes, Rb(b"x"), b"x"),
        (BINARY, list[int], Rb(b"[1,2]"), [1, 2]),
        (MSGPACK, list[int], Rb(INTS), [1, 2]),
    ],
)
def test_b36_raw_payloads_on_every_wire(
    wire: gen1.Wire, type_: Any, event: dict[str, Any], value: object
) -> None:
    decoder = wire.raw_decoder(type_)
    assert decoder.read(event) == value
    assert decoder.request_id("x") is None
    encoder = wire.raw_encoder(type_)
    (payload,) = (event[key] for key in ("text", "bytes") if key in event)
    assert encoder.event(value) == {"type": "websocket.send", encoder.key: payload}
    assert VerifiedEncoder(encoder).encode(value) == payload
    encoder.verify(event)  # nothing to say about raw payloads
    with pytest.raises(WrongFrame):
        decoder.read({"type": "websocket.receive"})


@pytest.mark.parametrize(
    ("wire", "type_", "data"),
    [
        (FLAT, list[int], R('["1"]')),
        (BINARY, list[int], Rb(b"[1,")),
        (BINARY, dict[str, int], Rb(b'{"\xff":1}')),
        (MSGPACK, list[int], Rb(INTS[:-1])),
    ],
)
def test_b36_raw_payloads_are_checked(wire: gen1.Wire, type_: Any, data: dict[str, Any]) -> None:
    with pytest.raises(InvalidMessage):
        wire.raw_decoder(type_).read(data)


async def test_b37_who_sends_nothing_is_expected_to_send_nothing() -> None:
    class Curious(Clock):
        @override
        async def stream(self) -> AsyncIterator[Tick]:
            with pytest.raises(InvalidMessage, match="no message is expected") as caught:
                self.socket.decoder.read(R("?"))
            assert caught.value.code == "unknown_type"
            yield Tick(counter=1)

    (accept, tick, close) = await run(create_app(Parts(clock=Curious)), C, path="/clock")
    assert (accept, close) == (A, X(1000))
    assert isinstance(tick, S)


def test_b20_nothing_is_sent_where_nothing_may_be() -> None:
    with pytest.raises(SerializationError, match="str is not sent here, but nothing"):
        SilentEncoder().encode("x")
    with pytest.raises(SerializationError, match="Typing is not sent here, but Said"):
        FLAT.encoder(Said).encode(Typing())
    said = FLAT.encoder(Said).encode(Said(text="x"))
    assert said == '{"type":"said","text":"x","by":"nobody"}'


@pytest.mark.parametrize("value", [{"x": object()}, 2**70])
def test_b20_what_messagepack_has_no_form_for(value: object) -> None:
    with pytest.raises(SerializationError, match="cannot be sent as MessagePack"):
        MSGPACK.raw_encoder(dict).encode(value)


async def test_b36_the_error_message_is_the_same_in_debug() -> None:
    played = []
    for debug in (True, False):
        app = create_app(options={"on_invalid": "reply"}, debug=debug)
        played.append(await run(app, C, R('{"type":"say"}'), D(), path="/rooms/1"))
    assert played[0] == played[1]
    assert len(played[0]) == 2


async def test_b19_debug_reads_what_a_plain_socket_sends() -> None:
    class Wrong(Echo):
        @override
        async def handle(self) -> None:
            await self.socket.receive()
            await self.socket.send(Said(text=5))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    app = create_app(Parts(echo=Wrong), debug=True)
    with pytest.raises(SerializationError, match="a client would refuse said"):
        await run(app, C, R('{"type":"say","text":"x"}'), path="/echo")
    assert isinstance(Say(text="x"), msgspec.Struct)


class Picky(msgspec.Struct):
    """A message whose own check fails in a way that no decoder knows."""

    text: str

    def __post_init__(self) -> None:
        raise KeyError(self.text)


class Tree(msgspec.Struct):
    children: list[Tree] = []


async def test_b30_a_message_class_that_fails_is_no_fault_of_the_client(logged: Logged) -> None:
    @websocket_listener("/")
    async def listener(data: Picky) -> None:
        raise AssertionError("not reached")

    assert await run(WebSocketApp([listener]), C, R('{"text":"x"}')) == [A, X(1011)]
    (record,) = logged()
    assert record.exc_info is not None


async def test_b36_a_type_may_hold_itself() -> None:
    @websocket_listener("/", signature_namespace={"Tree": Tree})
    async def listener(data: Tree) -> int:
        return len(data.children)

    app = WebSocketApp([listener])
    assert await run(app, C, R('{"children":[{},{}]}'), D()) == [A, S("2")]


class Opaque(pydantic.BaseModel):
    """A model that has no JSON Schema."""

    call: Annotated[Any, pydantic.PlainValidator(int)]

    @classmethod
    @override
    def __get_pydantic_json_schema__(cls, *_: Any) -> Any:
        raise TypeError("no schema")


async def test_b36_mistakes_in_models_without_a_schema_name_no_fields() -> None:
    @websocket_listener("/")
    async def listener(data: Opaque) -> str:
        return str(data.call)

    app = WebSocketApp([listener])
    assert await run(app, C, R('{"call":"3"}'), D()) == [A, S("3")]
    for _ in range(2):
        (accept, close) = await run(app, C, R('{"call":"x"}'))
        assert accept == A
        assert isinstance(close, X)
        assert close.code == 1007


@pytest.mark.parametrize(
    ("bounds", "value", "problem"),
    [
        ({"ge": 3}, 3, None),
        ({"ge": 3}, 2, "`n`: expected a value of at least 3"),
        ({"gt": 3}, 4, None),
        ({"gt": 3}, 3, "`n`: expected a value greater than 3"),
        ({"le": 3}, 3, None),
        ({"le": 3}, 4, "`n`: expected a value of at most 3"),
        ({"lt": 3}, 2, None),
        ({"lt": 3}, 3, "`n`: expected a value less than 3"),
        ({"ge": 0, "lt": 1}, 0, None),
        ({"ge": time(1)}, time(2, tzinfo=UTC), "`n`: expected a time without a zone"),
        ({"lt": Decimal("0.5")}, Decimal("0.4"), None),
        ({}, 0, None),
    ],
)
def test_b36_bounds_that_msgspec_cannot_check(
    bounds: dict[str, Any], value: Any, problem: str | None
) -> None:
    if problem is None:
        gen1.check_bounds("n", value, **bounds)
    else:
        with pytest.raises(ValueError, match=problem):
            gen1.check_bounds("n", value, **bounds)


def test_b36_decimals_are_finite() -> None:
    gen1.check_finite("n", Decimal(1))
    for text in ("NaN", "Infinity", "-Infinity"):
        with pytest.raises(ValueError, match="`n`: expected a finite number"):
            gen1.check_finite("n", Decimal(text))
