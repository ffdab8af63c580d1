"""One API of any size, thrice: as a schema of wsgen, as JSON Schema, as AsyncAPI of chanx."""

from __future__ import annotations

import json
from typing import Any, Final

_PER_HANDLER: Final = 5
_MESSAGE: Final = """\
  Message{number}:
    doc: The message with the number {number}.
    fields:
      id: uuid
      text: {{type: str, max_length: 280}}
      count: {{type: int, ge: 0}}
      tags: list[str]
      ratio: float | None = None
      at: datetime
"""
_HANDLER: Final = """\
  handler{number}:
    kind: listener
    path: /handlers/{number}/{{room_id:int}}
    from_client:
      Message{first}: {{reply: Message{second}}}
      Message{third}: {{}}
      Message{fourth}: {{}}
    from_server: [Message{fifth}]
"""
_FIELDS: Final[dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid"},
    "text": {"type": "string", "maxLength": 280},
    "count": {"type": "integer", "minimum": 0},
    "tags": {"type": "array", "items": {"type": "string"}},
    "ratio": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": None},
    "at": {"type": "string", "format": "date-time"},
}
_REQUIRED: Final = ["id", "text", "count", "tags", "at"]


def as_schema(messages: int) -> str:
    """A schema of wsgen, with a handler for each five messages."""
    handlers = [
        _HANDLER.format(
            number=number,
            **dict(
                zip(
                    ("first", "second", "third", "fourth", "fifth"),
                    range(number * _PER_HANDLER, (number + 1) * _PER_HANDLER),
                    strict=True,
                )
            ),
        )
        for number in range(messages // _PER_HANDLER)
    ]
    bodies = [_MESSAGE.format(number=number) for number in range(messages)]
    head = "wsgen: 1\napi:\n  name: big\n  version: 1.0.0\n"
    return "".join([head, "\nmessages:\n", *bodies, "\nhandlers:\n", *handlers])


def changed(schema: str) -> str:
    """The same, with one field more in one message."""
    first = "  Message0:\n    doc: The message with the number 0.\n    fields:\n"
    assert first in schema
    return schema.replace(first, first + "      more: int = 0\n")


def as_json_schema(messages: int) -> str:
    """The messages alone, as JSON Schema."""
    models = {
        f"Message{number}": {
            "type": "object",
            "description": f"The message with the number {number}.",
            "properties": {"type": {"const": f"message{number}"}, **_FIELDS},
            "required": ["type", *_REQUIRED],
        }
        for number in range(messages)
    }
    every = [{"$ref": f"#/$defs/{name}"} for name in models]
    return json.dumps({"title": "Messages", "oneOf": every, "$defs": models})


def as_asyncapi(messages: int) -> str:
    """The messages in the AsyncAPI that chanx writes, and reads."""
    numbers = range(messages)
    payloads = {
        f"Payload{number}": {
            "title": f"Payload{number}",
            "type": "object",
            "properties": _FIELDS,
            "required": _REQUIRED,
        }
        for number in numbers
    }
    models = {
        f"Message{number}": {
            "title": f"Message{number}",
            "type": "object",
            "description": f"The message with the number {number}.",
            "properties": {
                "action": {
                    "const": f"message{number}",
                    "default": f"message{number}",
                    "title": "Action",
                    "type": "string",
                },
                "payload": {"$ref": f"#/components/schemas/Payload{number}"},
            },
            "required": ["payload"],
        }
        for number in numbers
    }
    room = {"$ref": "#/channels/room"}
    return json.dumps(
        {
            "asyncapi": "3.0.0",
            "info": {"title": "big", "version": "1.0.0"},
            "servers": {"production": {"host": "localhost", "protocol": "ws"}},
            "channels": {
                "room": {
                    "address": "/room",
                    "title": "room",
                    "messages": {
                        f"message{number}": {"$ref": f"#/components/messages/message{number}"}
                        for number in numbers
                    },
                }
            },
            "operations": {
                f"handle_{number}": {
                    "action": "receive" if number % 2 == 0 else "send",
                    "channel": room,
                    "messages": [{"$ref": f"#/channels/room/messages/message{number}"}],
                }
                for number in numbers
            },
            "components": {
                "messages": {
                    f"message{number}": {
                        "payload": {"$ref": f"#/components/schemas/Message{number}"}
                    }
                    for number in numbers
                },
                "schemas": payloads | models,
            },
        }
    )
