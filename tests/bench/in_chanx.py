"""With chanx, on FastAPI: a consumer with a method for each message, in an envelope of its own.

Annotations are not postponed here: chanx reads those of methods of classes within functions.
"""

import logging
from typing import Any, Literal

import structlog
from chanx.core.decorators import channel, ws_handler
from chanx.fast_channels.websocket import AsyncJsonWebsocketConsumer
from chanx.messages.base import BaseMessage
from fastapi import FastAPI
from pydantic import BaseModel
from starlette.routing import WebSocketRoute
from tests.bench import models as p
from tests.bench.world import ITEMS, NOW

from wsgen_runtime._asgi import ASGIApp

# It would tell of every connection that ends.
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


class Text(BaseModel):
    text: str


class Activity(BaseModel):
    active: bool


class Time(BaseModel):
    counter: int
    timestamp: float


class Goods(BaseModel):
    id: p.UUID
    address: p.Address
    items: list[p.Item]
    note: str | None = None


class Bill(BaseModel):
    id: p.UUID
    address: p.Address
    items: list[p.Item]
    total: float


class Say(BaseMessage):
    action: Literal["say"] = "say"
    payload: Text


class Typing(BaseMessage):
    action: Literal["typing"] = "typing"
    payload: Activity


class Said(BaseMessage):
    action: Literal["said"] = "said"
    payload: Text


class Noted(BaseMessage):
    action: Literal["noted"] = "noted"
    payload: Activity


class Tick(BaseMessage):
    action: Literal["tick"] = "tick"
    payload: Time


class Order(BaseMessage):
    action: Literal["order"] = "order"
    payload: Goods


class Confirmed(BaseMessage):
    action: Literal["confirmed"] = "confirmed"
    payload: Bill


class Consumer(AsyncJsonWebsocketConsumer[Any]):
    """What consumers have in common: they say nothing that nobody asked for."""

    send_completion = False
    send_authentication_message = False
    log_websocket_message = False


@channel(name="room")
class Room(Consumer):
    @ws_handler
    async def handle_say(self, message: Say) -> Said:
        return Said(payload=message.payload)

    @ws_handler
    async def handle_typing(self, message: Typing) -> Noted:
        return Noted(payload=message.payload)


@channel(name="ticks")
class Ticks(Consumer):
    async def post_authentication(self) -> None:
        for number in range(ITEMS):
            tick = Time(counter=number, timestamp=NOW + number)
            await self.send_message(Tick(payload=tick))
        await self.close()


@channel(name="orders")
class Orders(Consumer):
    @ws_handler
    async def handle_order(self, message: Order) -> Confirmed:
        order = message.payload
        bill = Bill(
            id=order.id, address=order.address, items=order.items, total=p.total(order.items)
        )
        return Confirmed(payload=bill)


def app() -> ASGIApp:
    """What it has: no echo of text, no dependencies, no parameters that are converted for it."""
    made = FastAPI()
    for path, consumer in (("/room", Room), ("/ticks", Ticks), ("/orders", Orders)):
        made.router.routes.append(WebSocketRoute(path, consumer.as_asgi()))
    return made
