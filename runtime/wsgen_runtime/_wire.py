"""Tagged messages that are structs of msgspec: which class a tag stands for, and request ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from typing_extensions import override

from wsgen_runtime import _json
from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import (
    Data,
    Decoder,
    Encoder,
    Packers,
    RequestId,
    strict_utf8,
    typed_decoder,
)
from wsgen_runtime._tagged import Envelope, TaggedDecoder, TaggedEncoder

_ID: Final = "wsgen_request_id"
_NEVER: Final = "\0"
"""The tag of a second arm, with which msgspec demands the tag of a single message too."""

Struct = type[msgspec.Struct]


class Wire(Envelope[msgspec.Struct]):
    """How the messages of an API travel, which are structs."""

    @cached_property
    def packers(self) -> Packers:
        """How each message is encoded."""
        return Packers(self.codec)

    @cached_property
    def _replies(self) -> dict[Struct, Callable[[msgspec.Struct, RequestId], msgspec.Struct]]:
        return {}

    @override
    def decoder(self, *messages: Struct, requests: Sequence[Struct] = ()) -> Decoder:
        return MessageDecoder(self, messages, requests)

    @override
    def encoder(self, *messages: Struct) -> Encoder:
        return MessageEncoder(self, messages or tuple(self.tags))

    def wrapped(self, message: Struct) -> Struct:
        """A struct that holds a message under the payload key, beside its tag."""
        assert self.payload is not None
        return _nested(self, message, [(self.payload, message)])

    def replying(self, message: Struct) -> Callable[[msgspec.Struct, RequestId], msgspec.Struct]:
        """What puts a request's id beside a message; made once for each class."""
        made = self._replies.get(message)
        if made is None:
            made = self._replies[message] = self._make_reply(message)
        return made

    def _make_reply(self, message: Struct) -> Callable[[msgspec.Struct, RequestId], msgspec.Struct]:
        if self.payload is not None:
            fields = [(self.payload, message), (self.correlation_key, RequestId)]
            nested: Callable[[msgspec.Struct, RequestId], msgspec.Struct]
            nested = _nested(self, message, fields)
            return nested
        flat = self.with_id(message)
        names = message.__struct_fields__
        return lambda value, request_id: flat(
            **{name: getattr(value, name) for name in names}, **{_ID: request_id}
        )

    def with_id(self, message: Struct) -> Struct:
        """A message with the id of a request among its fields, as the flat envelope has it."""
        return msgspec.defstruct(
            message.__name__,
            [(_ID, RequestId | msgspec.UnsetType, msgspec.UNSET)],
            bases=(message,),
            frozen=True,
            kw_only=True,
            tag=self.tags[message],
            tag_field=self.tag_key,
            rename={_ID: self.correlation_key},
        )


def _nested(wire: Wire, message: Struct, fields: list[tuple[str, Any]]) -> Struct:
    keys = [f"key_{index}" for index in range(len(fields))]
    return msgspec.defstruct(
        message.__name__,
        [(key, type_) for key, (_, type_) in zip(keys, fields, strict=True)],
        frozen=True,
        tag=wire.tags[message],
        tag_field=wire.tag_key,
        rename={key: name for key, (name, _) in zip(keys, fields, strict=True)},
    )


def _refuse(_: object) -> None:
    raise ValueError("nobody has this tag")


def _forbids(message: Struct) -> bool:
    """Whether a message refuses unknown fields, so that it must know the id of a request."""
    return message.__struct_config__.forbid_unknown_fields


def _without_id(value: msgspec.Struct, bare: Mapping[Struct, Struct]) -> msgspec.Struct:
    message = bare.get(type(value))
    if message is None:
        return value
    return message(**{name: getattr(value, name) for name in message.__struct_fields__})


class MessageDecoder(TaggedDecoder[msgspec.Struct]):
    """Reads some structs."""

    def __init__(self, wire: Wire, messages: Sequence[Struct], requests: Sequence[Struct]) -> None:
        super().__init__(wire, messages, requests, self._fast)
        self._wire = wire
        self._asked = frozenset(requests)

    def _fast(self) -> Callable[[Data], object]:
        wire = self._wire
        never = msgspec.defstruct(
            "Never", [], tag=_NEVER, tag_field=wire.tag_key, namespace={"__post_init__": _refuse}
        )
        bare: dict[Struct, Struct] = {}
        if wire.payload is not None:
            arms = [wire.wrapped(message) for message in self._messages]
        else:
            bare = {wire.with_id(each): each for each in self._asked if _forbids(each)}
            arms = [*bare, *(each for each in self._messages if each not in bare.values())]
        union: Any = never
        for arm in arms:
            union = arm | union
        decode: Callable[[Data], Any] = typed_decoder(union, wire.codec)
        if wire.codec == "json" and wire.key == "bytes":
            decode = strict_utf8(decode)
        if bare:
            return lambda data: _without_id(decode(data), bare)
        if wire.payload is None:
            return decode
        return lambda data: decode(data).key_0


class MessageEncoder(TaggedEncoder[msgspec.Struct]):
    """Writes some structs."""

    def __init__(self, wire: Wire, messages: Sequence[Struct]) -> None:
        super().__init__(wire, messages)
        self._wire = wire
        self._packers = wire.packers
        self._wrapped: Mapping[type, Callable[[Any], msgspec.Struct]] = {}
        if wire.payload is not None:
            self._wrapped = {message: wire.wrapped(message) for message in messages}

    @override
    def maker(self, message: type, /) -> Callable[[Any], Message]:
        pack = self._packers[message]
        wrap = self._wrapped.get(message)
        if wrap is not None:
            return lambda value: self.framed(pack(wrap(value)))
        if self.key == "bytes":
            return lambda value: {"type": "websocket.send", "bytes": pack(value)}
        if pack is _json.encode_without_floats:
            return _json.text_event  # one call less
        return lambda value: {"type": "websocket.send", "text": pack(value).decode()}

    @override
    def reply(self, value: object, request_id: RequestId | None) -> Message:
        """A message as the answer to a request, with the request's id where there is one."""
        if request_id is None:
            return self.event(value)
        self.check(value)
        assert isinstance(value, msgspec.Struct)
        answer = self._wire.replying(type(value))(value, request_id)
        return self.framed(self._packers[type(value)](answer))
