"""Messages that are models of pydantic: what is read, what is refused, and where (36–38)."""

from __future__ import annotations

import datetime as dt
import decimal
import runpy
import sys
from typing import Annotated, Any, Literal

import pydantic
import pytest
from msgspec import UNSET

from wsgen_runtime import gen1_pydantic as p
from wsgen_runtime.exceptions import InvalidMessage, SerializationError


class Circle(p.Model, frozen=True):
    kind: Literal["circle"] = "circle"
    circle: int = 0
    r: float


class Square(p.Model, frozen=True):
    kind: Literal["square"] = "square"
    sides: list[dict[str, float]] = pydantic.Field(default_factory=list)


Shape = Annotated[Circle | Square, pydantic.Field(discriminator="kind")]


class Draw(p.Model, frozen=True):
    type: Literal["draw"] = "draw"
    shape: Shape | int | None = None
    shapes: dict[str, Shape] = pydantic.Field(default_factory=dict)
    either: int | list[int] | dict[str, bool] | None = None
    level: Annotated[Literal[1, 2], p.Exact] = 1
    amount: Annotated[p.Decimal, pydantic.AfterValidator(p.Bounds(ge=decimal.Decimal(0)))] = (
        decimal.Decimal(0)
    )
    clock: Annotated[p.Time, pydantic.AfterValidator(p.Bounds(lt=dt.time(12)))] = dt.time(1)
    at: p.Maybe[p.Datetime] = UNSET
    data: Annotated[p.Bytes, pydantic.Field(max_length=2)] = b""
    names: Annotated[list[str], pydantic.Field(max_length=2, default_factory=list)]
    anything: p.Object = None
    day: p.Date | None = None


WIRE = p.Wire(messages={"draw": Draw})
DECODER = WIRE.decoder(Draw)
ENCODER = WIRE.encoder()


def read(fields: str) -> Any:
    return DECODER.read({"text": f'{{"type":"draw",{fields}}}'})


@pytest.mark.parametrize(
    ("fields", "path", "detail"),
    [
        ('"shape":{"kind":"circle","circle":"x","r":1}', "$.shape.circle",
         "Expected `int`, got `str`"),
        ('"shape":{"kind":"circle","circle":{}}', "$.shape", "Object missing required field `r`"),
        ('"shape":{"kind":"line"}', "$.shape.kind", "Expected a known tag"),
        ('"shape":{}', "$.shape", "Object missing required field `kind`"),
        ('"shape":"x"', "$.shape", "Expected `object | int`, got `str`"),
        ('"shapes":{"circle":{"kind":"square","sides":[{"r":1},{"kind":true}]}}',
         "$.shapes[...].sides[1][...]", "Expected `float`, got `bool`"),
        ('"shapes":{"x":5}', "$.shapes[...]", "Expected `object`, got `int`"),
        ('"either":"x"', "$.either", "Expected `int | array | object`, got `str`"),
        ('"either":[1,null]', "$.either[1]", "Expected `int`, got `null`"),
        ('"either":{"int":5}', "$.either[...]", "Expected `bool`, got `int`"),
        ('"level":true', "$.level", "Expected a value of the enum"),
        ('"level":1.0', "$.level", "Expected a value of the enum"),
        ('"level":3', "$.level", "Expected a value of the enum"),
        ('"amount":"NaN"', "$.amount", "expected a finite number"),
        ('"amount":"-1"', "$.amount", "expected a value of at least 0"),
        ('"amount":true', "$.amount", "Expected `decimal`, got `bool`"),
        ('"amount":"x"', "$.amount", "Invalid decimal string"),
        ('"clock":"01:00:00Z"', "$.clock", "expected a time without a zone"),
        ('"at":"2026-01-31T12:30:00"', "$.at", "Expected `datetime` with a timezone component"),
        ('"at":null', "$.at", "Expected `datetime`, got `null`"),
        ('"data":"aGlo"', "$.data", "Expected `bytes` of length <= 2"),
        ('"names":["a","b","c"]', "$.names", "Expected `array` of length <= 2"),
        ('"anything":[1e999]', "$.anything", "Number out of range"),
    ],
)  # fmt: skip
def test_b37_a_mistake_is_told_of_where_it_stands(fields: str, path: str, detail: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        read(fields)
    assert (caught.value.path, caught.value.detail) == (path, detail)
    assert caught.value.code == "invalid_message"


@pytest.mark.parametrize("text", ["[" * 250 + "]" * 250, '"\\ud800"', "NaN", "1 2", "tru"])
def test_b37_what_is_not_json_is_malformed(text: str) -> None:
    with pytest.raises(InvalidMessage) as caught:
        read(f'"anything":{text}')
    assert caught.value.code == "malformed"


def test_b36_keys_are_those_of_the_wire() -> None:
    class Renamed(p.Model, frozen=True):
        type: Literal["renamed"] = "renamed"
        class_: int = pydantic.Field(validation_alias="class", serialization_alias="class")

    wire = p.Wire(messages={"renamed": Renamed})
    assert wire.decoder(Renamed).read({"text": '{"type":"renamed","class":1}'}) == Renamed(class_=1)
    with pytest.raises(InvalidMessage):
        wire.decoder(Renamed).read({"text": '{"type":"renamed","class_":1}'})
    assert wire.encoder().event(Renamed(class_=1))["text"] == '{"type":"renamed","class":1}'


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {"a": [-float("inf")]}, object(), "\ud800"]
)
def test_b38_what_json_has_no_form_for_is_not_sent(value: object) -> None:
    for message in (Draw.model_construct(anything=value), Draw.model_construct(names=[value])):
        with pytest.raises(SerializationError, match="cannot be sent as JSON"):
            ENCODER.event(message)


def test_b38_text_about_numbers_is_sent() -> None:
    assert "Infinity" in ENCODER.event(Draw(anything="NaN and Infinity"))["text"]


def test_b36_what_is_constructed_is_validated() -> None:
    for wrong in (
        {"amount": decimal.Decimal("NaN")},
        {"amount": "1"},
        {"at": dt.datetime(2026, 1, 1)},  # noqa: DTZ001
        {"at": None},
        {"anything": float("inf")},
        {"day": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"level": True},
    ):
        with pytest.raises(pydantic.ValidationError):
            Draw(**wrong)
    assert Draw(at=UNSET).at is UNSET


def test_b36_raw_payloads_are_read_as_strictly() -> None:
    decoder = WIRE.raw_decoder(list[p.Decimal | int])
    assert decoder.read({"text": '["1.50", 2]'}) == [decimal.Decimal("1.50"), 2]
    for text in ('["x"]', "[true]", "[NaN]", "[1e999]", "{}"):
        with pytest.raises(InvalidMessage):
            decoder.read({"text": text})
    assert WIRE.raw_decoder(object).read({"text": "[1]"}) == [1]
    assert WIRE.raw_decoder(Shape).read({"text": '{"kind":"square"}'}) == Square()
    with pytest.raises(InvalidMessage):
        WIRE.raw_decoder(Shape).read({"text": '{"kind":"circle","r":"1"}'})


def test_b37_a_message_without_its_payload() -> None:
    wire = p.Wire(messages={"square": Square}, payload="data")
    with pytest.raises(InvalidMessage) as caught:
        wire.decoder(Square).read({"text": '{"type":"square"}'})
    assert caught.value.reason == "square: Object missing required field `data`"


def test_without_pydantic_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydantic", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install wsgen-runtime\[pydantic\]"):
        runpy.run_path(str(p.__file__))


def test_what_travels_can_be_told_in_json_schema() -> None:
    properties = Draw.model_json_schema()["properties"]
    assert properties["at"] == {"format": "date-time", "title": "At", "type": "string"}
    assert properties["data"]["contentEncoding"] == "base64"
    assert "at" not in Draw.model_json_schema().get("required", [])
