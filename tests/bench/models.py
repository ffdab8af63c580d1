"""The messages of `schema.yaml` as pydantic models, and both kinds of them behind one codec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from tests.bench.speed import messages as m


class Address(BaseModel):
    street: str
    city: str
    postcode: Annotated[str, Field(max_length=12)]
    country: Annotated[str, Field(min_length=2, max_length=2)]


class Item(BaseModel):
    sku: Annotated[str, Field(max_length=32)]
    name: str
    quantity: Annotated[int, Field(ge=1)]
    price: float
    tags: list[str]


class Say(BaseModel):
    type: Literal["say"] = "say"
    text: Annotated[str, Field(max_length=280)]


class Typing(BaseModel):
    type: Literal["typing"] = "typing"
    active: bool


class Said(BaseModel):
    type: Literal["said"] = "said"
    text: str


class Noted(BaseModel):
    type: Literal["noted"] = "noted"
    active: bool


class Tick(BaseModel):
    type: Literal["tick"] = "tick"
    counter: int
    timestamp: float


class Order(BaseModel):
    type: Literal["order"] = "order"
    id: UUID
    address: Address
    items: list[Item]
    note: str | None = None


class Confirmed(BaseModel):
    type: Literal["confirmed"] = "confirmed"
    id: UUID
    address: Address
    items: list[Item]
    total: float


Talk = Annotated[Say | Typing, Field(discriminator="type")]


@dataclass(frozen=True, kw_only=True)
class Codec:
    """How messages are read and written by those who do so by hand.

    Attributes:
        talk: reads a `Say` or a `Typing`.
        order: reads an `Order`.
        write: a message as text.
        invalid: what reading raises.
    """

    talk: Callable[[str], Any]
    order: Callable[[str], Any]
    write: Callable[[Any], str]
    invalid: type[Exception]
    Say: type[Any]
    Said: type[Any]
    Noted: type[Any]
    Tick: type[Any]
    Confirmed: type[Any]

    def answer(self, message: Any) -> Any:
        """What the room answers."""
        if isinstance(message, self.Say):
            return self.Said(text=message.text)
        return self.Noted(active=message.active)

    def confirm(self, order: Any) -> Any:
        """What an order is answered with."""
        return self.Confirmed(
            id=order.id, address=order.address, items=order.items, total=total(order.items)
        )


def total(items: list[Any]) -> float:
    """What an order costs."""
    return sum([each.quantity * each.price for each in items])


_encode = msgspec.json.Encoder().encode

MSGSPEC: Final = Codec(
    talk=msgspec.json.Decoder(m.Say | m.Typing).decode,
    order=msgspec.json.Decoder(m.Order).decode,
    write=lambda message: _encode(message).decode(),
    invalid=msgspec.DecodeError,
    Say=m.Say,
    Said=m.Said,
    Noted=m.Noted,
    Tick=m.Tick,
    Confirmed=m.Confirmed,
)
PYDANTIC: Final = Codec(
    talk=TypeAdapter[Say | Typing](Talk).validate_json,
    order=TypeAdapter(Order).validate_json,
    write=BaseModel.model_dump_json,
    invalid=ValidationError,
    Say=Say,
    Said=Said,
    Noted=Noted,
    Tick=Tick,
    Confirmed=Confirmed,
)
