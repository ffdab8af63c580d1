"""Events in short: what goes in, what comes out, and what an application may send when.

In: `C` connect, `R("x")` text, `Rb(b"x")` binary, `D(code, "reason")`
disconnect. Out: `A` accept, `S("x")`, `Sb(b"x")` send, `X(code, "reason")` close,
`Denied(status, "reason")` an HTTP answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from types import EllipsisType
from typing import Any, Literal, TypeAlias

from wsgen_runtime._asgi import Message

C: Message = {"type": "websocket.connect"}


def R(text: str) -> Message:
    return {"type": "websocket.receive", "text": text}


def Rb(data: bytes) -> Message:
    return {"type": "websocket.receive", "bytes": data}


def D(code: int | EllipsisType | None = ..., reason: str | None = None) -> Message:
    """A disconnect; `D()` has no code, as some servers leave it out, and `D(None)` has None."""
    event: Message = {"type": "websocket.disconnect"}
    if not isinstance(code, EllipsisType):
        event["code"] = code
    if reason is not None:
        event["reason"] = reason
    return event


@dataclass(frozen=True)
class Accept:
    subprotocol: str | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()

    def __call__(
        self, subprotocol: str | None = None, headers: Iterable[tuple[bytes, bytes]] = ()
    ) -> Accept:
        return Accept(subprotocol, tuple(headers))


A = Accept()
"""An accept; `A("chat.v1", [(b"x-a", b"1")])` one with a subprotocol and headers."""


@dataclass(frozen=True)
class S:
    text: str


@dataclass(frozen=True)
class Sb:
    data: bytes


@dataclass(frozen=True)
class X:
    code: int = 1000
    reason: str = ""


@dataclass(frozen=True)
class Denied:
    """An HTTP response; `body` is None as long as only its start was sent."""

    status: int
    body: str | None = ""


Sent: TypeAlias = Accept | S | Sb | X | Denied


Phase: TypeAlias = Literal["initial", "connecting", "denying", "open", "closed"]


@dataclass
class Order:
    """What has happened, and what may therefore be sent; mistakes are collected."""

    phase: Phase = "initial"
    denial: bool = True
    gone: bool = False
    mistakes: list[str] = field(default_factory=list[str])

    def check(self, event: Message) -> None:
        kind: str = event["type"]
        if self.gone:
            self.mistakes.append(f"{kind} after the disconnect was received")
        following = _ORDER.get((self.phase, kind))
        if following is None:
            self.mistakes.append(f"{kind} while {self.phase}")
        elif kind == "websocket.http.response.start" and not self.denial:
            self.mistakes.append("a denial response that the server has no extension for")
        else:
            self.phase = following
        problem = _shape(event)
        if problem:
            self.mistakes.append(f"{event!r}: {problem}")


_ORDER: dict[tuple[str, str], Phase] = {
    ("connecting", "websocket.accept"): "open",
    ("connecting", "websocket.close"): "closed",
    ("connecting", "websocket.http.response.start"): "denying",
    ("denying", "websocket.http.response.body"): "closed",
    ("open", "websocket.send"): "open",
    ("open", "websocket.close"): "closed",
}


def _shape(event: Message) -> str | None:
    """What is wrong with the keys and values of an event: servers take different ones."""
    match dict(event):
        case {"type": "websocket.accept", "subprotocol": str() | None, "headers": list(pairs)}:
            return _headers_shape(pairs) if len(event) == 3 else "further keys"
        case {"type": "websocket.send", "text": str(text), **rest} if len(rest) == 0:
            return None if text.encode("utf-8", "ignore").decode() == text else "lone surrogates"
        case {"type": "websocket.send", "bytes": bytes(), **rest} if len(rest) == 0:
            return None
        case {"type": "websocket.close", "code": int(), "reason": str(reason), **rest}:
            return "reason too long" if len(reason.encode()) > 123 or rest else None
        case {"type": "websocket.http.response.start", "status": int(), "headers": list(pairs)}:
            wanted = {b"content-type", b"content-length"}
            if wanted - {name for name, _ in pairs}:
                return "some servers need content-type and content-length"
            return _headers_shape(pairs)
        case {"type": "websocket.http.response.body", "body": bytes(), **rest}:
            return "one body only" if rest else None
        case _:
            return "not the keys that all servers take"


def _headers_shape(pairs: list[Any]) -> str | None:
    for pair in pairs:
        match pair:
            case (bytes(name), bytes(value)) if name == name.lower():
                if b"\r" in name + value or b"\n" in name + value or b"\0" in name + value:
                    return "a line break in a header"
            case _:
                return "headers are pairs of bytes, names in lower case"
    return None
