"""A package as wsgen would generate it, written by hand: every kind of handler, on any wire.

The contract is a chat: `room` (a listener with requests), `shout` (a listener of raw text), `clock`
(a stream), `echo` (a plain WebSocket). A generated package has one wire; here a test chooses one.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Final, Literal, Never, Protocol, TypedDict, TypeVar

import msgspec
import pydantic
from msgspec import UNSET, Meta, Struct, UnsetType
from typing_extensions import Unpack, override

from wsgen_runtime import gen1
from wsgen_runtime import gen1_pydantic as p

T = TypeVar("T")

Text = Annotated[str, Meta(min_length=1, max_length=20)]


class Say(Struct, frozen=True, kw_only=True, tag="say"):
    text: Text
    mentions: list[str] | UnsetType = UNSET


class Said(Struct, frozen=True, kw_only=True, tag="said"):
    text: str
    by: str = "nobody"


class Typing(Struct, frozen=True, kw_only=True, tag="typing"):
    active: bool = True


class Tick(Struct, frozen=True, kw_only=True, tag="tick"):
    counter: int
    rate: float | None = 1.0


class Strict(
    Struct,
    frozen=True,
    kw_only=True,
    tag="strict",
    forbid_unknown_fields=True,
    rename={"user_name": "userName"},
):
    """A message with `extra: forbid`, and a field that is called otherwise on the wire."""

    user_name: str
    note: str | None = None


MESSAGES: Final[Mapping[str, type[Struct]]] = {
    "say": Say,
    "said": Said,
    "typing": Typing,
    "tick": Tick,
    "strict": Strict,
}


def untagged(message: type[Struct]) -> type[Struct]:
    """A message as it is generated for a nested envelope: there, the tag stands outside."""
    fields = msgspec.structs.fields(message)
    return msgspec.defstruct(
        message.__name__,
        [
            (each.name, each.type) if each.required else (each.name, each.type, each.default)
            for each in fields
        ],
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=message.__struct_config__.forbid_unknown_fields,
        rename={each.name: each.encode_name for each in fields},
    )


class Models:
    """The same messages as models of pydantic; in the nested envelope they have no tag."""

    @staticmethod
    def made(*, tagged: bool) -> dict[str, type[p.Model]]:
        def tag(value: str) -> dict[str, Any]:
            return {"type": (Literal[value], value)} if tagged else {}

        text = Annotated[str, pydantic.Field(min_length=1, max_length=20)]
        alias = pydantic.Field(validation_alias="userName", serialization_alias="userName")
        fields: dict[str, dict[str, Any]] = {
            "say": {"text": text, "mentions": (p.Maybe[list[str]], UNSET)},
            "said": {"text": str, "by": (str, "nobody")},
            "typing": {"active": (bool, True)},
            "tick": {"counter": int, "rate": (float | None, 1.0)},
            "strict": {"user_name": (str, alias), "note": (str | None, None)},
        }
        bases = {"strict": Forbidding}
        return {
            each: pydantic.create_model(
                each.capitalize(), __base__=bases.get(each, p.Model), **tag(each), **fields[each]
            )
            for each in fields
        }


class Forbidding(p.Model):
    model_config = pydantic.ConfigDict(extra="forbid")


UNTAGGED: Final = {tag: untagged(message) for tag, message in MESSAGES.items()}

FLAT: Final = gen1.Wire(messages=MESSAGES)
NESTED: Final = gen1.Wire(messages=UNTAGGED, payload="data")
BINARY: Final = gen1.Wire(messages=MESSAGES, frame="binary")
MSGPACK: Final = gen1.Wire(messages=MESSAGES, codec="msgpack", frame="binary")
MSGPACK_NESTED: Final = gen1.Wire(
    messages=UNTAGGED, codec="msgpack", frame="binary", payload="data", correlation_key="id"
)
WIRES: Final = {
    "flat": FLAT,
    "nested": NESTED,
    "binary": BINARY,
    "msgpack": MSGPACK,
    "msgpack nested": MSGPACK_NESTED,
    "pydantic": p.Wire(messages=Models.made(tagged=True)),
    "pydantic binary": p.Wire(messages=Models.made(tagged=True), frame="binary"),
    "pydantic nested": p.Wire(messages=Models.made(tagged=False), payload="data"),
}


class Full(gen1.WebSocketException):
    """4009: No seat left."""

    code = 4009
    detail = "No seat left"
    status = 503


class UserProvider(Protocol):
    def __call__(self, socket: gen1.WebSocket, /, *, token: str | None) -> gen1.Provided[str]: ...


class SeatGuard(Protocol):
    def __call__(self, socket: gen1.WebSocket, /, *, user: str, room_id: int) -> gen1.Checked: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomParams:
    room_id: int
    token: str | None = None


class RoomSocket(gen1.TypedSocket[Say | Typing | Strict, Said | Typing]):
    decoder = FLAT.decoder(Say, Typing, Strict, requests=(Say, Strict))
    encoder = FLAT.encoder()
    messages: ClassVar[Mapping[str, Callable[..., Any]]] = MESSAGES
    """The classes of this wire, for tests that run on several."""


class RoomHandler(gen1.ListenerHandler[RoomSocket, RoomParams], ABC):
    socket: RoomSocket
    params: RoomParams
    user: str

    @abstractmethod
    async def on_say(self, message: Say, /) -> Said: ...
    @abstractmethod
    async def on_typing(self, message: Typing, /) -> None: ...
    @abstractmethod
    async def on_strict(self, message: Strict, /) -> Strict: ...


class RoomEndpoint(gen1.ListenerEndpoint[RoomHandler]):
    options = gen1.Options(name="room", close_codes=(Full,))
    methods: ClassVar[Mapping[type, str]] = {
        Say: "on_say",
        Typing: "on_typing",
        Strict: "on_strict",
    }
    socket: Callable[[gen1.WebSocket], RoomSocket] = RoomSocket

    def __init__(
        self, handler: Callable[[], RoomHandler], *, user: UserProvider, seat: SeatGuard
    ) -> None:
        super().__init__(handler)
        self._provide_user: gen1.Provider[str] = gen1.Provider(user)
        self._check_seat = gen1.Guard(seat)

    @override
    async def open(self, handshake: gen1.Handshake, /) -> RoomHandler:
        socket = handshake.socket
        params = RoomParams(
            room_id=gen1.path(socket, "room_id", int),
            token=gen1.query(socket, "token", gen1.to_str, None),
        )
        user = await self._provide_user(handshake, token=params.token)
        await self._check_seat(handshake, user=user, room_id=params.room_id)
        handler = self.handler()
        handler.socket = self.socket(socket)
        handler.params = params
        handler.user = user
        return handler


class ShoutSocket(gen1.TypedSocket[str, str]):
    decoder = FLAT.raw_decoder(str)
    encoder = FLAT.raw_encoder(str)


class ShoutHandler(gen1.ListenerHandler[ShoutSocket, None], ABC):
    socket: ShoutSocket

    @abstractmethod
    async def on_message(self, message: str, /) -> str | None: ...


class ShoutEndpoint(gen1.ListenerEndpoint[ShoutHandler]):
    options = gen1.Options(name="shout")

    @override
    async def open(self, handshake: gen1.Handshake, /) -> ShoutHandler:
        handler = self.handler()
        handler.socket = ShoutSocket(handshake.socket)
        return handler


class ClockSocket(gen1.TypedSocket[Never, Tick]):
    encoder = FLAT.encoder(Tick)
    messages: ClassVar[Mapping[str, Callable[..., Any]]] = MESSAGES


class ClockHandler(gen1.StreamHandler[ClockSocket, None], ABC):
    socket: ClockSocket

    @abstractmethod
    def stream(self) -> AsyncIterator[Tick]: ...


class ClockEndpoint(gen1.StreamEndpoint[ClockHandler]):
    options = gen1.Options(name="clock")
    socket: Callable[[gen1.WebSocket], ClockSocket] = ClockSocket

    @override
    async def open(self, handshake: gen1.Handshake, /) -> ClockHandler:
        handler = self.handler()
        handler.socket = self.socket(handshake.socket)
        return handler


class EchoSocket(gen1.TypedSocket[Say, Said]):
    decoder = FLAT.decoder(Say)
    encoder = FLAT.encoder(Said)


class EchoHandler(gen1.WebSocketHandler[EchoSocket, None], ABC):
    socket: EchoSocket

    @abstractmethod
    async def handle(self) -> None: ...


class EchoEndpoint(gen1.WebSocketEndpoint[EchoHandler]):
    options = gen1.Options(name="echo", subprotocols=("chat.v1",))

    @override
    async def open(self, handshake: gen1.Handshake, /) -> EchoHandler:
        handler = self.handler()
        handler.socket = EchoSocket(handshake.socket)
        return handler


ROUTES: Final = {
    "room": gen1.Route("/rooms/{room_id:int}", "/r/{room_id:int}"),
    "shout": gen1.Route("/shout"),
    "clock": gen1.Route("/clock"),
    "echo": gen1.Route("/echo"),
}


class ChatApp(gen1.App):
    """The ASGI application of the chat."""


class Room(RoomHandler):
    """What most tests need of a room."""

    @override
    async def on_say(self, message: Say, /) -> Said:
        said: Said = self.socket.messages["said"](text=message.text, by=self.user)
        return said

    @override
    async def on_typing(self, message: Typing, /) -> None:
        pass

    @override
    async def on_strict(self, message: Strict, /) -> Strict:
        return message


class Shout(ShoutHandler):
    @override
    async def on_message(self, message: str, /) -> str | None:
        return message.upper()


class Clock(ClockHandler):
    @override
    async def stream(self) -> AsyncIterator[Tick]:
        for counter in range(2):
            yield self.socket.messages["tick"](counter=counter)


class Echo(EchoHandler):
    @override
    async def handle(self) -> None:
        async for message in self.socket:
            await self.socket.send(Said(text=message.text))


def anybody(socket: gen1.WebSocket, /, *, token: str | None) -> str:
    return token or "nobody"


def any_seat(socket: gen1.WebSocket, /, *, user: str, room_id: int) -> None:
    pass


class Parts(TypedDict, total=False):
    """What a test replaces."""

    room: Callable[[], RoomHandler]
    shout: Callable[[], ShoutHandler]
    clock: Callable[[], ClockHandler]
    echo: Callable[[], EchoHandler]
    user: UserProvider
    seat: SeatGuard


def create_app(
    parts: Parts | None = None,
    /,
    *,
    wire: gen1.Wire = FLAT,
    options: Mapping[str, Any] | None = None,
    **more: Unpack[gen1.AppOptions],
) -> ChatApp:
    """The chat, with `parts` in place of the usual ones.

    Parameters:
        wire: how the messages of `room` and `clock` travel.
        options: what the schema says of every handler, by names of `gen1.Options`.
    """
    given: Parts = parts or {}
    room = RoomEndpoint(
        given.get("room", Room),
        user=given.get("user", anybody),
        seat=given.get("seat", any_seat),
    )
    clock = ClockEndpoint(given.get("clock", Clock))
    if wire is not FLAT:
        room.socket, clock.socket = sockets(wire)
        room.methods = {  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
            wire.messages[tag]: f"on_{tag}" for tag in ("say", "typing", "strict")
        }
    shout = ShoutEndpoint(given.get("shout", Shout))
    echo = EchoEndpoint(given.get("echo", Echo))
    for each in (room, shout, clock, echo):
        each.options = replace(each.options, **(options or {}))
    return ChatApp(ROUTES, [room, shout, clock, echo], **more)


def sockets(wire: gen1.Wire) -> tuple[type[RoomSocket], type[ClockSocket]]:
    """The socket classes that a generator would have written for another wire."""

    say, strict = wire.messages["say"], wire.messages["strict"]

    class OtherRoomSocket(RoomSocket):
        decoder = wire.decoder(say, wire.messages["typing"], strict, requests=(say, strict))
        encoder = wire.encoder()
        messages = wire.messages

    class OtherClockSocket(ClockSocket):
        encoder = wire.encoder(wire.messages["tick"])
        messages = wire.messages

    return OtherRoomSocket, OtherClockSocket


async def soon(work: Awaitable[T]) -> T:
    """The result of what must not take long."""
    return await asyncio.wait_for(work, 2)
