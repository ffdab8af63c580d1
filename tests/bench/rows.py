"""What every application is put to: paths, messages, and what has to come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.bench.world import ITEMS, NOW

Body = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """Something that applications do.

    Attributes:
        name: in tables.
        says: what the client says, in turn; each is answered.
        answers: what has to come back, for each of `says`; of a stream, without being asked.
        raw: whether messages are text as it is, instead of JSON.
    """

    name: str
    path: str
    query: bytes = b""
    says: Sequence[Body | str] = ()
    answers: Sequence[Body | str] = ()

    @property
    def pushes(self) -> bool:
        """Whether the server talks by itself, and closes."""
        return not self.says


_ITEMS: Final[list[Body]] = [
    {
        "sku": f"SKU-{number:06}",
        "name": f"A thing that people want, model {number}",
        "quantity": number,
        "price": 12.5 * number,
        "tags": ["new", "in stock", f"shelf {number}"],
    }
    for number in range(1, 7)
]
_ORDER: Final[Body] = {
    "id": "7b0b7a52-19f3-4d3c-9d0c-0b6e5f2d1c11",
    "address": {
        "street": "12 Some Long Street Name",
        "city": "Springfield",
        "postcode": "12345",
        "country": "DE",
    },
    "items": _ITEMS,
}
_TOTAL: Final = 12.5 * sum(number * number for number in range(1, 7))

ECHO: Final = Row(name="echo", path="/echo", says=["hello world"], answers=["hello world"])
LISTENER: Final = Row(
    name="typed listener",
    path="/room",
    says=[{"type": "say", "text": "hello world"}, {"type": "typing", "active": True}],
    answers=[{"type": "said", "text": "hello world"}, {"type": "noted", "active": True}],
)
STREAM: Final = Row(
    name="stream",
    path="/ticks",
    answers=[
        {"type": "tick", "counter": number, "timestamp": NOW + number} for number in range(ITEMS)
    ],
)
JSON_API: Final = Row(
    name="JSON API, 1 KB",
    path="/orders",
    says=[{"type": "order", **_ORDER, "note": "leave it at the door"}],
    answers=[{"type": "confirmed", **_ORDER, "total": _TOTAL}],
)
DEPENDENCIES: Final = Row(
    name="three dependencies",
    path="/account",
    says=[{"type": "say", "text": "who am I?"}],
    answers=[{"type": "said", "text": "alice"}],
)
PARAMETERS: Final = Row(
    name="path and query",
    path="/rooms/7/search",
    query=b"limit=20&token=abc",
    says=[{"type": "say", "text": "what?"}],
    answers=[{"type": "said", "text": "7 20 abc"}],
)

PER_MESSAGE: Final = (ECHO, LISTENER, STREAM, JSON_API)
PER_CONNECTION: Final = (ECHO, LISTENER, DEPENDENCIES, PARAMETERS)
ROWS: Final = (ECHO, LISTENER, STREAM, JSON_API, DEPENDENCIES, PARAMETERS)


def in_payload(body: Body) -> Body:
    """A message in the envelope of chanx."""
    return {"action": body["type"], "payload": {k: v for k, v in body.items() if k != "type"}}


def text_of(body: Body | str) -> str:
    """A message as it travels."""
    return body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
