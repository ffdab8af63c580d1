"""Models of pydantic are known as well as structs, without a plugin."""

from datetime import datetime
from decimal import Decimal
from typing import assert_never, assert_type
from uuid import UUID

from msgspec import UNSET, UnsetType
from pydantic_scalars.messages import WIRE, Absent, Plain, Spelt
from pydantic_unions.messages import Circle, Draw, Erase, Shape, Square

from wsgen_runtime import WebSocketApp
from wsgen_runtime.testing import WebSocketTestClient

WebSocketTestClient(WebSocketApp([]), wire=WIRE)


def scalars(plain: Plain) -> None:
    assert_type(plain.key, UUID)
    assert_type(plain.amount, Decimal)
    assert_type(plain.moment, datetime)
    assert_type(plain.data, bytes)
    assert_type(plain.anything, object)


def absence(message: Absent) -> str:
    assert_type(message.text, str | UnsetType)
    if message.text is UNSET:
        return "nothing"
    return message.text


def shapes(shape: Shape) -> float:
    match shape:
        case Circle():
            return shape.radius
        case Square():
            return shape.edge
        case _:
            assert_never(shape)


assert_type(Absent(items=[Decimal(1)]).items, list[Decimal] | UnsetType)
assert_type(Spelt(reply_to=UUID(int=1), rated_by="ann").rated_by, str | UnsetType)
assert_type(Draw(shape=Circle(radius=1)).reply, Draw | Erase | None)
