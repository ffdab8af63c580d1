"""A schema in which every key of the language is used, as data, and how it is written as YAML."""

from __future__ import annotations

from typing import Any, Final

COMMON: Final = "wsgen: 1\ntypes: {Name: {type: str, max_length: 9}}\n"
"""What the schema imports as `./common.yaml`."""

TYPES: Final[dict[str, Any]] = {
    "Text": {
        "type": "str",
        "min_length": 1,
        "max_length": 100,
        "pattern": "^[a-z]+$",
        "doc": "Some text.",
        "deprecated": "use Words",
        "x-note": "kept",
    },
    "Price": {"type": "decimal", "ge": "0", "lt": "10.5"},
    "Count": {"type": "int", "gt": 0, "le": 100, "multiple_of": 2},
    "Kind": {
        "enum": {"A": "kind a", "B": "kind b"},
        "open": False,
        "doc": "A or B.",
        "deprecated": "use C",
        "x-note": "kept",
    },
    "Role": {"enum": ["member", "owner"], "open": True},
    "User": {
        "fields": {"name": "common.Name", "role": 'Role = "member"'},
        "tag": "a user",
        "tag_key": "what",
        "extra": "forbid",
        "doc": "Somebody.",
        "deprecated": "use Person",
        "x-note": "kept",
    },
    "Bot": {"fields": {"made": "datetime"}, "tag": "a bot", "tag_key": "what"},
    "Who": {
        "union": ["User", "Bot"],
        "doc": "Who it was.",
        "deprecated": "use Whom",
        "x-note": "kept",
    },
}
SAY: Final[dict[str, Any]] = {
    "doc": "Say it.\n\nLoudly.",
    "deprecated": "use Tell",
    "tag": "say it",
    "extra": "forbid",
    "x-note": "kept",
    "fields": {
        "text": {
            "type": "str",
            "default": "hello",
            "wire": "the text",
            "doc": "What is said.",
            "deprecated": "use words",
            "min_length": 1,
            "max_length": 100,
            "pattern": "[a-z]",
            "x-note": "kept",
        },
        "number": {"type": "float", "ge": 1, "lt": 10},
        "even": {"type": "int", "gt": 1, "le": 10, "multiple_of": 2},
        "one": 'Literal["one", "two"] = "one"',
        "who": "Who",
        "kind": {"type": "Kind", "default": "kind a"},
        "list": {"type": "list[str]", "default": ["an item"]},
        "dict": {"type": "dict[str, any]", "default": {"a key": ["a value"]}},
        "when": 'datetime = "2026-01-31T12:30:00Z"',
        "maybe?": "common.Name | None",
    },
}
ROOM: Final[dict[str, Any]] = {
    "kind": "listener",
    "doc": "One room.",
    "deprecated": "use Hall",
    "x-note": "kept",
    "path": ["/rooms/{id:int}/ws", "/r/{id:int}/ws"],
    "query": {"token": 'str = "none"', "old": {"type": "str", "wire": "o l d", "default": "x"}},
    "header": {"x-token": 'str = "none"'},
    "cookie": {"sid": "str | None = None"},
    "origins": ["https://example.com"],
    "subprotocols": ["chat.v1"],
    "dependencies": ["user"],
    "guards": ["member"],
    "from_client": {"Say": {"reply": ["Said"], "x-note": "kept"}},
    "from_server": ["Said"],
    "subscribe": ["room"],
    "close_codes": ["FULL"],
    "limits": {
        "max_message": "64KiB",
        "rate": "20/s",
        "idle_timeout": "60s",
        "handshake_timeout": "5s",
        "close_timeout": "5s",
        "x-note": "kept",
    },
    "on_invalid": "reply",
    "on_reject": "close",
}
WIDE: Final[dict[str, Any]] = {
    "wsgen": 1,
    "x-note": "kept",
    "api": {
        "name": "demo",
        "version": "1.0",
        "doc": "All there is.",
        "tag_key": "kind of it",
        "envelope": {"payload": "the data", "x-note": "kept"},
        "correlation_key": "request",
        "codec": "json",
        "frame": "text",
        "case": "camel",
        "extra": "ignore",
        "models": "msgspec",
        "x-note": "kept",
    },
    "imports": {"common": "./common.yaml"},
    "types": TYPES,
    "messages": {"Say": SAY, "Said": {"fields": {"text": "str"}}},
    "close_codes": {
        "FULL": {
            "code": 4009,
            "reason": "no seat left",
            "status": 503,
            "retry": "backoff",
            "doc": "It is full.",
            "x-note": "kept",
        }
    },
    "dependencies": {
        "db": "app.db:Database",
        "user": {"type": "app:User", "needs": ["db"], "doc": "Who.", "x-note": "kept"},
    },
    "guards": {"member": {"needs": ["user", "id"], "doc": "Is in it.", "x-note": "kept"}},
    "topics": {
        "room": {
            "params": {"id": "int"},
            "messages": ["Said"],
            "on_slow": "close",
            "queue": 5,
            "doc": "A room.",
            "x-note": "kept",
        }
    },
    "handlers": {
        "room": ROOM,
        "clock": {"kind": "stream", "path": "/clock", "from_server": ["Said"]},
        "echo": {
            "kind": "websocket",
            "path": "/echo",
            "from_client": "str",
            "from_server": "Text",
        },
    },
}


def as_yaml(value: Any) -> str:
    """Data as YAML: all texts quoted, whatever is in them."""
    if isinstance(value, dict):
        entries = (f"? {as_yaml(key)} : {as_yaml(each)}" for key, each in value.items())
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(_character, value)) + '"'
    return str(value).lower()


def _character(one: str) -> str:
    plain = one.isascii() and one.isprintable() and one not in '"\\'
    return one if plain else f"\\U{ord(one):08x}"
