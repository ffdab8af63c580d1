"""Frames as a client of the handmade chat sends and reads them, on any wire."""

from __future__ import annotations

from typing import Any, cast

import msgspec
from tests.runtime.handmade import create_app
from tests.runtime.scripted import A, C, D, R, Rb, S, Sb, Sent, run

from wsgen_runtime import gen1
from wsgen_runtime._asgi import Message

ROOM = "/rooms/3"


def packed(wire: gen1.Wire, body: object) -> bytes:
    return msgspec.json.encode(body) if wire.codec == "json" else msgspec.msgpack.encode(body)


def frame(wire: gen1.Wire, tag: object, id: object = None, /, **fields: object) -> Message:
    """A message as a client sends it."""
    body: dict[str, object] = {wire.tag_key: tag}
    body |= fields if wire.payload is None else {wire.payload: fields}
    if id is not None:
        body[wire.correlation_key] = id
    return as_frame(wire, body)


def as_frame(wire: gen1.Wire, body: object) -> Message:
    data = packed(wire, body)
    return R(data.decode()) if wire.key == "text" else Rb(data)


def read(wire: gen1.Wire, sent: Sent) -> Any:
    """What was sent, in plain values."""
    assert isinstance(sent, S if wire.key == "text" else Sb)
    codec = msgspec.json if wire.codec == "json" else msgspec.msgpack
    return codec.decode(sent.text.encode() if isinstance(sent, S) else sent.data)


async def answers(wire: gen1.Wire, *frames: Message, **options: Any) -> list[Any]:
    """What a room answers; it must be neither closed nor silent about its accept."""
    app = create_app(wire=wire, options=options)
    first, *rest = await run(app, C, *frames, D(1000), query="token=ann", path=ROOM)
    assert first == A
    return [read(wire, each) for each in rest]


def enveloped(wire: gen1.Wire, body: Any) -> Any:
    """A flat body as another wire has it."""
    if wire.payload is None or not isinstance(body, dict):
        return body
    fields = dict(cast("dict[str, object]", body))
    tag = {wire.tag_key: fields.pop("type")} if "type" in fields else {}
    return {**tag, wire.payload: fields}
