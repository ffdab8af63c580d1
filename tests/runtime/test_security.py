"""What hostile pages and payloads meet: origins at the application, decoding (68, 70)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pydantic
import pytest
from tests.runtime.conftest import Logged
from tests.runtime.handmade import (
    FLAT,
    MSGPACK,
    MSGPACK_NESTED,
    NESTED,
    WIRES,
    Parts,
    anybody,
    create_app,
)
from tests.runtime.scripted import A, C, D, Denied, R, Rb, X, run
from tests.runtime.wires import ROOM, answers, as_frame, frame
from tests.timing import least_async

from wsgen_runtime import WebSocket, WebSocketApp, gen1, websocket_listener
from wsgen_runtime._asgi import ASGIApp
from wsgen_runtime._terms import Origins
from wsgen_runtime.exceptions import ConfigurationError

EVIL = "https://evil.example"
SAY = R('{"type":"say","text":"hi"}')


def guard(socket: WebSocket) -> None:
    calls.append("guard")


def decorated(**options: Any) -> ASGIApp:
    @websocket_listener(ROOM, guards=[guard])
    async def room(data: str) -> str:
        return data

    return WebSocketApp([room], **options)


calls: list[str] = []


def generated(**options: Any) -> ASGIApp:
    def user(socket: gen1.WebSocket, /, *, token: str | None) -> str:
        calls.append("provider")
        return anybody(socket, token=token)

    on_reject = options.pop("on_reject", "deny")
    return create_app(Parts(user=user), options={"on_reject": on_reject}, **options)


BOTH = pytest.mark.parametrize("make", [decorated, generated])


@BOTH
@pytest.mark.parametrize("on_reject", ["deny", "close"])
async def test_b68_a_page_of_another_origin_is_refused_before_everything_else(
    make: Callable[..., ASGIApp], on_reject: str, logged: Logged
) -> None:
    calls.clear()
    app = make(on_reject=on_reject)
    assert await run(app, C, path=ROOM, headers=[("Origin", EVIL)]) == [Denied(403, "")]
    assert calls == []
    (record,) = logged()
    assert "origins=" in record.getMessage()
    assert "room" in record.getMessage()


@BOTH
async def test_b68_without_the_extension_it_is_a_close(make: Callable[..., ASGIApp]) -> None:
    played = await run(make(), C, path=ROOM, headers=[("Origin", EVIL)], extensions={})
    assert played == [X(1008)]


@BOTH
@pytest.mark.parametrize(
    ("origins", "origin", "admitted"),
    [
        ("same", None, True),
        ("same", "http://testserver", True),
        ("same", "https://testserver:443", True),
        ("same", "https://testserver:8443", False),
        ("same", "null", False),
        ("any", EVIL, True),
        ("any", "null", True),
        ([EVIL], EVIL, True),
        ([EVIL], "http://testserver", False),
        ([EVIL], None, True),
        ([], "http://testserver", False),
    ],
)
async def test_b68_the_application_says_which_origins(
    make: Callable[..., ASGIApp], origins: Origins, origin: str | None, admitted: bool
) -> None:
    headers = [] if origin is None else [("Origin", origin)]
    played = await run(make(origins=origins), C, D(), path=ROOM, headers=headers)
    assert played == ([A] if admitted else [Denied(403, "")])


async def test_b68_who_wins() -> None:
    """`create_app` goes before the schema, a decorator before the application."""
    headers = [("Origin", EVIL)]
    app: ASGIApp = create_app(options={"origins": "any"}, origins="same")
    assert await run(app, C, D(), path=ROOM, headers=headers) == [Denied(403, "")]
    app = create_app(options={"origins": [EVIL]})
    assert await run(app, C, D(), path=ROOM, headers=headers) == [A]

    @websocket_listener("/", origins="any")
    async def public(data: str) -> str:
        return data

    app = WebSocketApp([public], origins="same")
    assert await run(app, C, D(), headers=headers) == [A]


@pytest.mark.parametrize("origins", ["evil.example", ["evil.example"], ["https://*.evil.example"]])
def test_b68_what_is_no_origin_is_an_error(origins: Any) -> None:
    @websocket_listener("/", origins=origins)
    async def listener(data: str) -> str:
        return data

    with pytest.raises(ConfigurationError, match="is no origin"):
        WebSocketApp([listener])
    with pytest.raises(ConfigurationError, match="is no origin"):
        WebSocketApp([], origins=origins)


def deep(opening: bytes, closing: bytes = b"", levels: int = 100_000) -> bytes:
    return opening * levels + closing * levels


MALFORMED = [
    b"",
    b"{",
    b'{"type":"typing","data":{}} {}',
    b'{"type":"say","text":"x","z":NaN}',
    b'{"type":"say","text":"x","z":Infinity}',
    b'{"type":"say","text":"x","z":-Infinity}',
    b'{"type":"say","text":"\\ud800"}',
    b'{"type":"say","text":"x","z":"\\q"}',
    b'{"type":"say","text":"x","z":' + deep(b"[", b"]") + b"}",
    b'{"type":"say","text":"x","z":' + deep(b'{"a":', b"}") + b"}",
    b"\xef\xbb\xbf{}",
]
BAD_UTF8 = [
    b'{"type":"say","text":"\xff"}',
    b'{"type":"say","text":"x","z":"\xff"}',
    b'{"type":"say","text":"x","\xff":1}',
    b'{"type":"say","text":"\xed\xa0\x80"}',
]


@pytest.mark.parametrize("data", [*MALFORMED, *BAD_UTF8], ids=lambda data: str(data[:40]))
@pytest.mark.parametrize("name", ["flat", "nested", "binary"])
async def test_b70_malformed_json_is_one_kind_of_mistake(name: str, data: bytes) -> None:
    wire = WIRES[name]
    if wire.key == "text":
        if data in BAD_UTF8:
            return  # a text frame is text already
        event = R(data.decode())
    else:
        event = Rb(data)
    error, answer = await answers(wire, event, frame(wire, "say", text="hi"), on_invalid="reply")
    fields = error if wire.payload is None else error[wire.payload]
    assert fields["code"] == "malformed"
    assert answer[wire.tag_key] == "said"
    ((_, close)) = await run(create_app(wire=wire), C, event, path=ROOM)
    assert close in (X(1007, "not well-formed"), X(1007, "nested too deeply"))


@pytest.mark.parametrize("data", [deep(b"["), deep(b'{"type":'), deep(b'{"data":')])
async def test_b70_depth_is_refused_as_soon_as_it_is_seen(data: bytes) -> None:
    for wire in (FLAT, NESTED):
        (_, close) = await run(create_app(wire=wire), C, R(data.decode()), path=ROOM)
        assert isinstance(close, X)
        assert close.code == 1007


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\x81\xa4type",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\x82\xa4type\xa3say\xa4text\xc6\xff\xff\xff\xff",
        deep(b"\x91"),
        deep(b"\x81\xa1a"),
        b"\x80\x80",
    ],
    ids=lambda data: str(data[:20]),
)
@pytest.mark.parametrize("wire", [MSGPACK, MSGPACK_NESTED], ids=["flat", "nested"])
async def test_b70_malformed_messagepack_is_one_kind_of_mistake(
    wire: gen1.Wire, data: bytes
) -> None:
    (error,) = await answers(wire, Rb(data), on_invalid="reply")
    fields = error if wire.payload is None else error[wire.payload]
    assert fields["code"] in {"malformed", "invalid_message"}


async def test_b70_a_lone_surrogate_in_a_text_frame_is_malformed() -> None:
    played = await run(create_app(), C, R('{"type":"say","text":"\ud800"}'), path=ROOM)
    assert played == [A, X(1007, "not well-formed")]


async def test_b70_the_tag_of_the_private_arm_is_nobodys() -> None:
    bodies: list[dict[str, object]] = [{"type": "\0"}, {"type": "\0", "data": {}}]
    for body in bodies:
        for wire in (FLAT, NESTED):
            (error,) = await answers(wire, as_frame(wire, body), on_invalid="reply")
            assert error.get("data", error)["code"] == "unknown_type"


@pytest.mark.parametrize("digits", [21, 309, 5000, 100_000])
async def test_b70_numbers_of_any_length_cost_nothing(digits: int) -> None:
    for number in ("9" * digits, "-" + "9" * digits, "1." + "9" * digits, f"1e{'9' * 9}"):
        for field in ("text", "z"):
            text = f'{{"type":"say","text":"x","{field}":{number}}}'
            (answer,) = await answers(FLAT, R(text), on_invalid="reply")
            assert answer["type"] in {"error", "said"}
            assert number not in str(answer)


@pytest.mark.parametrize("name", WIRES)
async def test_b70_a_payload_costs_in_proportion_to_its_size(name: str) -> None:
    """Twice the size, not four times the effort: measured on what invites the latter."""
    wire = WIRES[name]

    async def cost(count: int) -> float:
        app = create_app(wire=wire, options={"on_invalid": "ignore"})
        keys = {f"k{index}": index for index in range(count)}
        bodies: list[object] = [
            keys,
            [[]] * count,
            {"type": "say", "text": "x", "mentions": ["a"] * count},
        ]
        frames = [as_frame(wire, body) for body in bodies]
        return await least_async(lambda: run(app, C, *frames, D(), path=ROOM))

    small, large = await cost(5_000), await cost(40_000)
    assert large < 8 * 4 * small + 0.01


class Number(pydantic.BaseModel):
    value: float
    more: dict[str, int] = {}


@pytest.mark.parametrize(
    "text",
    [
        '{"value":1e999}',
        '{"value":' + "9" * 400 + "}",
        '{"value":NaN}',
        '{"value":1,"z":-Infinity}',
        '{"value":1,"z":' + "[" * 100_000,
        '{"value":1,"z":"\\ud800"}',
    ],
    ids=lambda text: text[:20],
)
async def test_b70_a_model_of_pydantic_reads_no_more_than_json(text: str) -> None:
    @websocket_listener("/")
    async def take(data: Number) -> None:
        calls.append("handled")

    calls.clear()
    (_, close) = await run(WebSocketApp([take]), C, R(text))
    assert isinstance(close, X)
    assert close.code == 1007
    assert calls == []


async def test_b70_a_model_of_pydantic_costs_in_proportion_too() -> None:
    @websocket_listener("/", on_invalid="ignore")
    async def take(data: Number) -> None:
        pass

    runs = ",".join(["1" * 308] * 3_000)
    text = f'{{"value":1,"z":[{runs}]}}'
    app = WebSocketApp([take])
    assert await least_async(lambda: run(app, C, R(text), D())) < 0.5
