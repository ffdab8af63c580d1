"""A package as `wsgen build` writes it, by hand: the tests do not depend on the generator."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar, TypeAlias

import msgspec
from typing_extensions import Unpack, override

from wsgen_runtime import gen1
from wsgen_runtime._terms import OnInvalid, OnReject


class Say(msgspec.Struct, frozen=True, kw_only=True, tag="say"):
    text: str


class Typing(msgspec.Struct, frozen=True, kw_only=True, tag="typing"):
    active: bool = True


class Said(msgspec.Struct, frozen=True, kw_only=True, tag="said"):
    text: str


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag="tick"):
    counter: int
    load: float = 0.0


WIRE = gen1.Wire(messages={"say": Say, "typing": Typing, "said": Said, "tick": Tick})


class Unauthorized(gen1.WebSocketException):
    code = 4001
    detail = "Authentication required"
    status = 401


class RoomFull(gen1.WebSocketException):
    code = 4009
    detail = "No seat left"
    status = 503


class RoomSocket(gen1.TypedSocket[Say | Typing, Said]):
    decoder = WIRE.decoder(Say, Typing, requests=(Say,))
    encoder = WIRE.encoder(Said)


class TalkSocket(gen1.TypedSocket[Say | Typing, Said]):
    decoder = WIRE.decoder(Say, Typing)
    encoder = WIRE.encoder(Said)


class ClockSocket(gen1.TypedSocket[Any, Tick]):
    encoder = WIRE.encoder(Tick)


class EchoSocket(gen1.TypedSocket[str, str]):
    decoder = WIRE.raw_decoder(str)
    encoder = WIRE.raw_encoder(str)


class RoomHandler(gen1.ListenerHandler[RoomSocket, None], ABC):
    @abstractmethod
    async def on_say(self, message: Say, /) -> Said | None: ...
    async def on_typing(self, message: Typing, /) -> None: ...


class ClockHandler(gen1.StreamHandler[ClockSocket, None], ABC):
    @override
    @abstractmethod
    def stream(self) -> AsyncIterator[Tick]: ...


class TalkHandler(gen1.WebSocketHandler[TalkSocket, None], ABC):
    """`kind: websocket` with messages."""


class EchoHandler(gen1.WebSocketHandler[EchoSocket, None], ABC):
    """`kind: websocket` with raw text."""


def options(
    name: str,
    *,
    subprotocols: tuple[str, ...] = (),
    on_invalid: OnInvalid = "close",
    on_reject: OnReject = "deny",
    limits: gen1.Limits | None = None,
) -> gen1.Options:
    return gen1.Options(
        name=name,
        subprotocols=subprotocols,
        close_codes=(Unauthorized, RoomFull),
        on_invalid=on_invalid,
        on_reject=on_reject,
        limits=limits or gen1.Limits(),
    )


class RoomEndpoint(gen1.ListenerEndpoint[RoomHandler]):
    options = options("room")
    methods: ClassVar = {Say: "on_say", Typing: "on_typing"}

    @override
    async def open(self, handshake: gen1.Handshake, /) -> RoomHandler:
        handler = self.handler()
        handler.socket = RoomSocket(handshake.socket)
        handler.params = None
        return handler


class ClockEndpoint(gen1.StreamEndpoint[ClockHandler]):
    options = options("clock")

    @override
    async def open(self, handshake: gen1.Handshake, /) -> ClockHandler:
        handler = self.handler()
        handler.socket = ClockSocket(handshake.socket)
        handler.params = None
        return handler


class TalkEndpoint(gen1.WebSocketEndpoint[TalkHandler]):
    options = options("talk")

    @override
    async def open(self, handshake: gen1.Handshake, /) -> TalkHandler:
        handler = self.handler()
        handler.socket = TalkSocket(handshake.socket)
        handler.params = None
        return handler


class EchoEndpoint(gen1.WebSocketEndpoint[EchoHandler]):
    options = options("echo")

    @override
    async def open(self, handshake: gen1.Handshake, /) -> EchoHandler:
        handler = self.handler()
        handler.socket = EchoSocket(handshake.socket)
        handler.params = None
        return handler


AnyEndpoint: TypeAlias = RoomEndpoint | ClockEndpoint | TalkEndpoint | EchoEndpoint
_ENDPOINTS: dict[type, Callable[[Any], AnyEndpoint]] = {
    RoomHandler: RoomEndpoint,
    ClockHandler: ClockEndpoint,
    TalkHandler: TalkEndpoint,
    EchoHandler: EchoEndpoint,
}


def app_of(
    handler: type[gen1.Handler[Any, Any]],
    said: gen1.Options | None = None,
    **more: Unpack[gen1.AppOptions],
) -> gen1.App:
    """An application of one handler at `/`; `said` are the options that its schema gives it."""
    make = next(make for base, make in _ENDPOINTS.items() if issubclass(handler, base))
    endpoint = make(handler)
    if said is not None:
        endpoint.options = said
    return gen1.App({endpoint.options.name: gen1.Route("/")}, [endpoint], **more)


class Room(RoomHandler):
    """Says back what it hears."""

    @override
    async def on_say(self, message: Say, /) -> Said | None:
        return Said(text=message.text)
