"""What decorated listeners take as `data`, and what they answer to everything else (36–38)."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict
from uuid import UUID

import msgspec
import pydantic
import pytest
from tests.runtime.conftest import Logged
from tests.runtime.scripted import A, C, D, R, Rb, S, Sb, X, run

from wsgen_runtime import WebSocket, WebSocketApp, websocket_listener
from wsgen_runtime._asgi import ASGIApp, Message
from wsgen_runtime._terms import OnInvalid
from wsgen_runtime.exceptions import ConfigurationError

SECRET = "hunter2"


class Point(msgspec.Struct):
    x: int
    y: int = 0


class Say(msgspec.Struct, tag="say"):
    text: Annotated[str, msgspec.Meta(max_length=5)]


class Typing(msgspec.Struct, tag="typing"):
    active: bool = True


class Move(msgspec.Struct, tag_field="kind", tag="move", forbid_unknown_fields=True):
    to: Point


@dataclasses.dataclass
class Pair:
    left: str
    right: int


class Options(TypedDict):
    depth: int


class Color(msgspec.Struct):
    name: Literal["red", "green"]


class User(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    name: str
    age: int = pydantic.Field(ge=0, alias="years")
    home: str | None = None
    best: User | None = None


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: float


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    ages: dict[str, int]
    id: UUID | None = None


Pet = Annotated[Cat | Dog, pydantic.Field(discriminator="kind")]

IDENTITY = UUID(int=7)
VALID: list[tuple[Any, str, object]] = [
    (str, "plain", "plain"),
    (int, "5", 5),
    (float, "5", 5.0),
    (bool, "true", True),
    (list[int], "[1,2]", [1, 2]),
    (tuple[int, str], '[1,"a"]', (1, "a")),
    (dict[str, int], '{"a":1}', {"a": 1}),
    (dict, '{"a":1}', {"a": 1}),
    (list, "[1]", [1]),
    (Any, '{"a":[null]}', {"a": [None]}),
    (int | None, "null", None),
    (Literal["a", "b"], '"a"', "a"),
    (UUID, f'"{IDENTITY}"', IDENTITY),
    (datetime, '"2024-01-01T00:00:00"', datetime(2024, 1, 1)),  # noqa: DTZ001
    (Point, '{"x":1,"z":5}', Point(1)),
    (list[Point], '[{"x":1}]', [Point(1)]),
    (Say, '{"type":"say","text":"hi"}', Say("hi")),
    (Say | Typing, '{"type":"typing"}', Typing()),
    (Move, '{"kind":"move","to":{"x":1}}', Move(Point(1))),
    (Pair, '{"left":"a","right":1}', Pair("a", 1)),
    (Options, '{"depth":1}', {"depth": 1}),
    (Cat, '{"kind":"cat","lives":9}', Cat(kind="cat", lives=9.0)),
    (list[Cat], '[{"kind":"cat","lives":9}]', [Cat(kind="cat", lives=9.0)]),
    (Cat | None, "null", None),
    (Pet, '{"kind":"dog","ages":{"a":1}}', Dog(kind="dog", ages={"a": 1})),
]


def listener(type_: Any, seen: list[object], **options: Any) -> ASGIApp:
    async def take(data: object) -> None:
        seen.append(data)

    take.__annotations__["data"] = type_
    return WebSocketApp([websocket_listener("/", **options)(take)])


@pytest.mark.parametrize(("type_", "text", "value"), VALID, ids=lambda each: str(each)[:30])
@pytest.mark.parametrize("mode", ["text", "binary"])
async def test_b36_data_is_of_the_declared_type(
    type_: Any, text: str, value: object, mode: str
) -> None:
    seen: list[object] = []
    app = listener(type_, seen, receive_mode=mode)
    assert await run(app, C, R(text) if mode == "text" else Rb(text.encode()), D()) == [A]
    assert seen == [value]
    assert type(seen[0]) is type(value)


async def test_b36_bytes_come_in_binary_frames_unless_told_otherwise() -> None:
    seen: list[object] = []
    assert await run(listener(bytes, seen), C, Rb(b"\xff"), D()) == [A]
    assert await run(listener(bytes, seen, receive_mode="text"), C, R("é"), D()) == [A]
    assert await run(listener(str, seen, receive_mode="binary"), C, Rb("é".encode()), D()) == [A]
    assert seen == [b"\xff", "é".encode(), "é"]


async def test_b36_data_without_annotation_is_what_json_says() -> None:
    seen: list[object] = []

    @websocket_listener("/")
    async def take(data) -> None:  # type: ignore[no-untyped-def]  # pyright: ignore
        seen.append(data)  # pyright: ignore[reportUnknownArgumentType]

    assert await run(WebSocketApp([take]), C, R('{"a": 1}'), D()) == [A]
    assert seen == [{"a": 1}]


INVALID: list[tuple[Any, str, str, str]] = [
    # type, text, code, close reason
    (int, f'"{SECRET}"', "invalid_message", "Expected `int`, got `str`"),
    (list[int], "[1,true]", "invalid_message", "[1]: Expected `int`, got `bool`"),
    (dict[str, int], f'{{"{SECRET}":"x"}}', "invalid_message", "[...]: Expected `int`, got `str`"),
    (dict[int, int], f'{{"{SECRET}":1}}', "invalid_message", "Expected `int`, got `str`"),
    (Literal["a"], f'"{SECRET}"', "invalid_message", "Expected a value of the enum"),
    (Color, f'{{"name":"{SECRET}"}}', "invalid_message", "name: Expected a value of the enum"),
    (UUID, f'"{SECRET}"', "invalid_message", "Invalid UUID"),
    (datetime, f'"{SECRET}"', "invalid_message", "Invalid RFC3339 encoded datetime"),
    (Say, f'{{"type":"say","text":"{SECRET}"}}', "invalid_message",
     "say.text: Expected `str` of length <= 5"),
    (Say, f'{{"text":"{SECRET}"}}', "unknown_type", "type: Expected a tag"),
    (Say, f'{{"type":"{SECRET}"}}', "unknown_type", "type: Expected a known tag"),
    (Say | Typing, f'{{"type":"{SECRET}"}}', "unknown_type", "type: Expected a known tag"),
    (Move, f'{{"kind":"move","to":{{"x":1}},"{SECRET}":1}}', "invalid_message",
     "move: Expected no further fields"),
    *(
        (Move, f'{{"kind":"move","to":{{"x":1}},"a` {dash} at `$.{SECRET}":1}}', "invalid_message",
         "move: Expected no further fields")
        for dash in ("-", "\\u002d")
    ),
    (Pair, f'{{"left":"{SECRET}"}}', "invalid_message", "Object missing required field `right`"),
    (Options, "{}", "invalid_message", "Object missing required field `depth`"),
    (User, f'{{"name":"{SECRET}"}}', "invalid_message", "Object missing required field `years`"),
    (User, f'{{"name":"a","years":1,"{SECRET}":1}}', "invalid_message",
     "Expected no further fields"),
    (User, f'{{"name":"a","years":1,"best":{{"name":"b","years":-1,"{SECRET}":1}}}}',
     "invalid_message", "best.years: Expected `int` >= 0"),
    (list[User], f'[{{"name":"a","years":"{SECRET}"}}]', "invalid_message",
     "[0].years: Input should be a valid integer"),
    (Pet, f'{{"kind":"{SECRET}"}}', "unknown_type", "kind: Expected a known tag"),
    (Pet, f'{{"{SECRET}":1}}', "unknown_type", "kind: Expected a tag"),
    (Dog, f'{{"kind":"dog","ages":{{"{SECRET}":"{SECRET}"}}}}', "invalid_message",
     "ages[...]: Input should be a valid integer"),
    (Dog, f'{{"kind":"dog","ages":{{}},"id":"{SECRET}"}}', "invalid_message",
     "id: Input should be a valid UUID"),
    (Cat, f'"{SECRET}"', "invalid_message", "Expected `object`, got `str`"),
    *(
        (type_, text, "malformed", "not ")
        for type_ in (int, Any, Point, Say | Typing, Pair, Cat, list[Cat], Pet)
        for text in (
            f"{{{SECRET}",
            "",
            '{"kind":"cat","lives":NaN}',
            '{"kind":"cat","lives":Infinity}',
            '{"kind":"cat","lives":1,"z":-Infinity}',
        )
    ),
]  # fmt: skip


def without_nan(case: tuple[Any, str, str, str]) -> bool:
    """An `int` is refused by the first character, whatever follows."""
    return not (case[0] is int and case[1].startswith("{"))


CASES = [each for each in INVALID if without_nan(each)]


@pytest.mark.parametrize(
    ("type_", "text", "code", "reason"), CASES, ids=lambda each: str(each)[:40]
)
@pytest.mark.parametrize("mode", ["text", "binary"])
async def test_b36_other_data_never_reaches_the_handler(
    type_: Any, text: str, code: str, reason: str, mode: str, logged: Logged
) -> None:
    seen: list[object] = []
    frame: Message = R(text) if mode == "text" else Rb(text.encode())

    async def played(on_invalid: OnInvalid) -> list[Any]:
        app = listener(type_, seen, receive_mode=mode, on_invalid=on_invalid)
        return await run(app, C, frame, *([] if on_invalid == "close" else [D()]))

    accept, close = await played("close")
    assert accept == A
    assert isinstance(close, X)
    assert close.code == 1007
    assert close.reason.startswith(reason) or (code == "malformed" and "JSON" in close.reason)
    assert SECRET not in close.reason

    _, error = await played("reply")
    assert isinstance(error, S)  # `send_mode` says which frames answers go in
    body = msgspec.json.decode(error.text)
    assert body.keys() == {"type", "code", "path", "detail"}
    assert (body["type"], body["code"]) == ("error", code)
    assert SECRET not in error.text

    assert await played("ignore") == [A]
    assert seen == []
    assert logged() == []


async def test_b37_a_frame_of_the_wrong_kind() -> None:
    seen: list[object] = []
    for type_, mode, frame, expected in [
        (str, None, Rb(b"x"), "text"),
        (bytes, None, R("x"), "binary"),
        (Point, None, Rb(b'{"x":1}'), "text"),
        (Point, "binary", R('{"x":1}'), "binary"),
    ]:
        app = listener(type_, seen, receive_mode=mode)
        assert await run(app, C, frame) == [A, X(1003, f"expected a {expected} frame")]
        app = listener(type_, seen, receive_mode=mode, on_invalid="reply")
        _, error = await run(app, C, frame, D())
        assert isinstance(error, S)
        assert '"code":"wrong_frame"' in error.text
        app = listener(type_, seen, receive_mode=mode, on_invalid="ignore")
        assert await run(app, C, frame, D()) == [A]
    assert seen == []


async def test_b37_text_in_binary_frames_is_utf_8() -> None:
    app = listener(str, [], receive_mode="binary")
    assert await run(app, C, Rb(b"\xff")) == [A, X(1007, "not well-formed")]


async def test_b36_an_ignored_message_is_counted() -> None:
    sockets: list[WebSocket] = []

    def keep(socket: WebSocket) -> None:
        sockets.append(socket)

    @websocket_listener("/", on_invalid="ignore", on_accept=keep)
    async def take(data: int) -> None:
        pass

    await run(WebSocketApp([take]), C, R("x"), Rb(b"1"), R("1"), D())
    assert sockets[0].link.dropped == 2


async def test_b38_models_of_pydantic_are_answers_too() -> None:
    user = User(name="a", years=1)

    @websocket_listener("/")
    async def one(data: str) -> object:
        return user if data == "one" else [user, {"best": user}]

    text = '{"name":"a","years":1,"home":null,"best":null}'
    played = await run(WebSocketApp([one]), C, R("one"), R("many"), D())
    assert played == [A, S(text), S(f'[{text},{{"best":{text}}}]')]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
async def test_b38_what_json_has_no_form_for_is_not_sent(value: float, logged: Logged) -> None:
    pair = Pair("a", 1)
    pair.right = value  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    values = [value, [value], {"a": value}, Cat(kind="cat", lives=value), pair]
    left = iter(values)

    @websocket_listener("/", send_mode="binary")
    async def answer(data: str) -> object:
        return next(left)

    for _ in values:
        assert await run(WebSocketApp([answer]), C, R("x")) == [A, X(1011)]
    assert len(logged()) == len(values)


async def test_b38_null_is_an_answer_within_one() -> None:
    @websocket_listener("/", send_mode="binary")
    async def answer(data: str) -> list[None]:
        return [None]

    assert await run(WebSocketApp([answer]), C, R("x"), D()) == [A, Sb(b"[null]")]


class Unknown:
    """Nothing that JSON could be."""


@pytest.mark.parametrize(
    "type_", [Unknown, Point | Pair, list[Unknown] | set[int], Say | Point, "Nowhere"]
)
def test_b36_a_type_that_cannot_be_read_is_refused_at_registration(type_: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"handler `take`: .*`data`"):
        listener(type_, [])


def test_b36_names_for_type_checkers_come_from_signature_namespace() -> None:
    namespace = {"Nowhere": Point}
    listener("Nowhere", [], signature_namespace=namespace)
    with pytest.raises(ConfigurationError, match="signature_namespace"):
        listener("Nowhere", [])
