"""What encoding and decoding cost beside msgspec alone, and that nothing is lost to speed.

Times are compared with times of the same run, the best of several, and generously.
"""

from __future__ import annotations

import enum
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypedDict

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct
from tests.timing import least

from wsgen_runtime import _json, gen1
from wsgen_runtime._codec import may_hold_floats
from wsgen_runtime.exceptions import InvalidMessage, SerializationError

NAN, INF = float("nan"), float("inf")


class Point(Struct, frozen=True):
    x: float
    label: str | None = None


class Name(Struct, frozen=True):
    first: str | None = None
    last: str | None = None


class Tree(Struct, frozen=True):
    """Types may refer to themselves."""

    children: list[Tree]
    name: str | None = None


class Weighed(Struct, frozen=True):
    children: list[Weighed]
    weight: float | None = None


class Circle(Struct, frozen=True, tag="circle"):
    radius: float


class Square(Struct, frozen=True, tag="square"):
    side: int
    note: str | None = None


@dataclass
class Pair:
    left: float
    right: None = None


class Row(NamedTuple):
    one: int
    two: float


class Keys(TypedDict):
    a: float


class Model(pydantic.BaseModel):
    value: float


class Price(enum.Enum):
    LOW = 1.5


class Color(enum.Enum):
    RED = "red"


Positive = Annotated[float, msgspec.Meta(gt=0)]
FLOATS: dict[str, tuple[Any, Callable[[float], object]]] = {
    "plain": (float, lambda x: x),
    "optional": (float | None, lambda x: x),
    "constrained": (Positive | None, lambda x: x),
    "list": (list[float], lambda x: [1.0, x]),
    "list of optional": (list[float | None], lambda x: [None, x, None]),
    "tuple": (tuple[int, float], lambda x: (1, x)),
    "dict": (dict[str, float], lambda x: {"a": 1.0, "b": x}),
    "dict of lists": (dict[str, list[float | None]], lambda x: {"a": [], "b": [None, x]}),
    "struct": (Point, lambda x: Point(x=x)),
    "optional struct": (Point | None, lambda x: Point(x=x)),
    "structs": (list[Point], lambda x: [Point(x=1.0), Point(x=x)]),
    "union": (Circle | Square, lambda x: Circle(radius=x)),
    "unions": (list[Square | Circle], lambda x: [Square(side=1), Circle(radius=x)]),
    "recursive": (Weighed, lambda x: Weighed(children=[Weighed(children=[], weight=x)])),
    "any": (Any, lambda x: {"a": [None, {"b": x}]}),
    "object": (object, lambda x: [x, None]),
    "dict of any": (dict[str, Any], lambda x: {"a": None, "b": [x]}),
    "bare list": (list, lambda x: [None, x]),
    "dataclass": (Pair, lambda x: Pair(left=x)),
    "named tuple": (Row, lambda x: Row(1, x)),
    "typed dict": (Keys, lambda x: {"a": x}),
    "model": (Model, lambda x: Model(value=x)),
    "beside a big number": (dict[str, object], lambda x: {"a": 2**70, "b": x}),
}
"""A type, and a value of it within which a float stands."""
NO_FLOATS: dict[str, tuple[Any, object]] = {
    "none": (None, None),
    "optional": (str | None, None),
    "list": (list[int | None], [None, 1, 2**70]),
    "dict": (dict[str, str | None], {"a": None, "b": "null"}),
    "struct": (Name, Name()),
    "structs": (list[Name | None], [Name(), None, Name(first="nan")]),
    "recursive": (Tree, Tree(children=[Tree(children=[])])),
    "union": (Square | None, Square(side=1)),
    "enum": (list[Color | None], [Color.RED, None]),
    "bytes": (bytes | None, None),
}


def message_of(type_: Any, tag: str | None = "probe") -> Any:
    return msgspec.defstruct("Probe", [("value", type_)], frozen=True, kw_only=True, tag=tag)


def wires(type_: Any) -> list[gen1.Wire]:
    nested = message_of(type_, None)
    return [
        gen1.Wire(messages={"probe": message_of(type_)}),
        gen1.Wire(messages={"probe": message_of(type_)}, frame="binary"),
        gen1.Wire(messages={"probe": nested}, payload="data"),
    ]


@pytest.mark.parametrize("not_finite", [NAN, INF, -INF])
@pytest.mark.parametrize("case", FLOATS)
def test_b20_nan_is_found_in_every_place_of_a_message(case: str, not_finite: float) -> None:
    type_, make = FLOATS[case]
    for wire in wires(type_):
        message: Any = wire.messages["probe"]
        assert may_hold_floats(message)
        encoder = wire.encoder()
        encoder.event(message(value=make(0.5)))
        for _ in range(2):  # the second time, it is known how
            with pytest.raises(SerializationError, match="NaN and infinity"):
                encoder.event(message(value=make(not_finite)))
            with pytest.raises(SerializationError, match="NaN and infinity"):
                encoder.reply(message(value=make(not_finite)), 7)
    with pytest.raises(SerializationError, match="NaN and infinity"):
        _json.encode(make(not_finite))


@pytest.mark.parametrize("case", NO_FLOATS)
def test_b20_null_without_floats_is_sent_unsearched(case: str) -> None:
    type_, value = NO_FLOATS[case]
    for wire in wires(type_):
        message: Any = wire.messages["probe"]
        assert not may_hold_floats(message)
        event = wire.encoder().event(message(value=value))
        body = json.loads(event[wire.key])
        found = (body if wire.payload is None else body[wire.payload])["value"]
        assert found == msgspec.to_builtins(value)
        wire.encoder().reply(message(value=value), "id")
    assert _json.encode(value) == msgspec.json.encode(value)


def test_what_msgspec_cannot_tell_about_may_hold_floats() -> None:
    assert may_hold_floats(message_of(Price))


@pytest.mark.parametrize("codec", ["json", "msgpack"])
def test_what_cannot_be_sent_is_an_error_with_and_without_floats(codec: Any) -> None:
    for type_ in (str | None, float | None):
        message = message_of(type_)
        wire = gen1.Wire(messages={"probe": message}, codec=codec, frame="binary")
        with pytest.raises(SerializationError, match="cannot be sent as"):
            wire.encoder().event(message(value=object()))


VALUES = st.recursive(
    st.none() | st.floats() | st.integers() | st.text() | st.binary() | st.booleans(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(), inner)
        | st.tuples(inner, st.none())
        | st.builds(Pair, left=inner)
    ),
)


def holds_not_finite(value: Any) -> bool:
    match value:
        case float():
            return not math.isfinite(value)
        case list() | tuple():
            return any(map(holds_not_finite, value))
        case dict():
            return any(map(holds_not_finite, value.values()))
        case Pair():
            return holds_not_finite(value.left)
        case _:
            return False


@given(VALUES)
def test_b20_any_value_is_refused_exactly_if_it_holds_nan(value: Any) -> None:
    wire = gen1.Wire(messages={"probe": message_of(object)})
    message: Any = wire.messages["probe"]
    ways: tuple[Callable[[], object], ...] = (
        lambda: _json.encode(value),
        lambda: wire.encoder().event(message(value=value)),
    )
    for encode in ways:
        if holds_not_finite(value):
            with pytest.raises(SerializationError, match="NaN and infinity"):
                encode()
        else:
            encode()
    assert _json.finite(value) is not holds_not_finite(value)


@pytest.mark.parametrize("value", [b"\xcb\x7f\xf8" * 3, "ˀ\x7f", [b"\xcb\xff\xff", 1.5]])
def test_b20_what_only_looks_like_nan_is_sent(value: object) -> None:
    both = [value, None]
    assert _json.encode(both) == msgspec.json.encode(both)


KEYS = ("request_id", "id", "é", "a b", "a/b", "😀")


def escaped(text: str, which: list[bool]) -> str:
    """A string of JSON, some of whose characters are escapes, and others as they are."""
    written = ""
    for index, char in enumerate(text):
        if which[index % len(which)]:
            units = char.encode("utf-16-be")
            pairs = (units[at : at + 2] for at in range(0, len(units), 2))
            written += "".join(f"\\u{pair.hex()}" for pair in pairs)
        else:
            written += json.dumps(char, ensure_ascii=False)[1:-1]
    return f'"{written}"'


IDS = st.integers(-(2**63), 2**64 - 1) | st.text(max_size=64)


@given(
    key=st.sampled_from(KEYS),
    which=st.lists(st.booleans(), min_size=1, max_size=10),
    id=IDS,
    text=st.text() | st.sampled_from(KEYS),
    binary=st.booleans(),
)
def test_b38_an_id_is_found_however_its_key_is_written(
    key: str, which: list[bool], id: int | str, text: str, binary: bool
) -> None:
    message = message_of(str)
    frame: Any = "binary" if binary else "text"
    wire = gen1.Wire(messages={"probe": message}, correlation_key=key, frame=frame)
    decoder = wire.decoder(message, requests=(message,))
    said = json.dumps(text, ensure_ascii=False)
    plain = f'{{"type":"probe","value":{said}}}'
    full = f"{plain[:-1]},{escaped(key, which)}:{json.dumps(id, ensure_ascii=False)}}}"
    for data, expected in ((plain, None), (full, id)):
        sent = data.encode() if binary else data
        assert decoder.read({wire.key: sent}) == message(value=text)
        assert decoder.request_id(sent) == expected


@given(key=st.sampled_from(KEYS), id=IDS, text=st.text() | st.sampled_from(KEYS))
def test_b38_an_id_is_found_in_messagepack(key: str, id: int | str, text: str) -> None:
    message = message_of(str)
    wire = gen1.Wire(
        messages={"probe": message}, correlation_key=key, codec="msgpack", frame="binary"
    )
    decoder = wire.decoder(message, requests=(message,))
    plain = {"type": "probe", "value": text}
    assert decoder.request_id(msgspec.msgpack.encode(plain)) is None
    assert decoder.request_id(msgspec.msgpack.encode(plain | {key: id})) == id


def test_b38_a_wrong_id_is_refused_however_its_key_is_written() -> None:
    message = message_of(str)
    wire = gen1.Wire(messages={"probe": message})
    decoder = wire.decoder(message, requests=(message,))
    for key in ("request_id", "request\\u005fid"):
        for wrong in ("1.5", "null", f'"{"x" * 65}"', str(2**64)):
            with pytest.raises(InvalidMessage) as caught:
                decoder.request_id(f'{{"type":"probe","value":"x","{key}":{wrong}}}')
            assert caught.value.path == "$.request_id"


def best(work: Callable[[], object]) -> float:
    """Seconds that ten calls take."""

    def ten() -> None:
        for _ in range(10):
            work()

    return least(ten, of=10)


def test_nulls_without_floats_cost_what_msgspec_costs() -> None:
    message = message_of(list[Name])
    wire = gen1.Wire(messages={"probe": message})
    value = message(value=[Name() for _ in range(500)])
    event, alone = wire.encoder().event, msgspec.json.Encoder().encode
    assert best(lambda: event(value)) < 3 * best(lambda: alone(value))  # about 1.1


def test_nulls_beside_floats_cost_not_much_more() -> None:
    message = message_of(list[Point])
    wire = gen1.Wire(messages={"probe": message})
    value = message(value=[Point(x=0.5) for _ in range(500)])
    event, alone = wire.encoder().event, msgspec.json.Encoder().encode
    plain = msgspec.to_builtins(value)
    assert best(lambda: event(value)) < 6 * best(lambda: alone(value))  # about 2
    assert best(lambda: _json.encode(plain)) < 6 * best(lambda: alone(plain))


def test_a_search_takes_time_in_proportion() -> None:
    def cost(size: int) -> float:
        value = [[b"\xcb\x7f\xff", 1.5, None]] * size  # it has to be searched to the end
        return least(lambda: _json.encode(value), of=5)

    assert cost(32_000) < 250 * cost(1000)  # 1000 times, if every value were searched for each


def test_no_id_costs_no_second_reading() -> None:
    message = message_of(list[Name])
    wire = gen1.Wire(messages={"probe": message})
    decoder = wire.decoder(message, requests=(message,))
    data = wire.encoder().encode(message(value=[Name(first="x", last="y")] * 500))
    decoder.decode(data)
    assert best(lambda: decoder.request_id(data)) < best(lambda: decoder.decode(data)) / 2
