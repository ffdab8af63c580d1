"""Tagged messages on the wire: which class a tag stands for, the envelope, and request ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Final

import msgspec
from typing_extensions import override

from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import (
    Codec,
    Data,
    Decoder,
    Encoder,
    Key,
    Packers,
    RequestId,
    explained,
    raw_decoder,
    strict_utf8,
    typed_decoder,
)
from wsgen_runtime._terms import Mode
from wsgen_runtime.exceptions import InvalidMessage, SerializationError

_ID: Final = "wsgen_request_id"
_NEVER: Final = "\0"
"""The tag of a second arm, with which msgspec demands the tag of a single message too."""

Struct = type[msgspec.Struct]


class Wire:
    """How the messages of an API travel.

    Attributes:
        messages: every message, by tag.
        tag_key: the key of the tag.
        payload: the key that the fields stand under; None: beside the tag.
        correlation_key: the key of a request's id.
    """

    def __init__(
        self,
        *,
        messages: Mapping[str, Struct],
        tag_key: str = "type",
        payload: str | None = None,
        correlation_key: str = "request_id",
        codec: Codec = "json",
        frame: Mode = "text",
    ) -> None:
        self.messages = dict(messages)
        self.tag_key = tag_key
        self.payload = payload
        self.correlation_key = correlation_key
        self.codec: Codec = codec
        self.key: Key = "text" if frame == "text" else "bytes"
        self.tags = {message: tag for tag, message in messages.items()}
        self.packers = Packers(codec)
        self._replies: dict[Struct, Callable[[msgspec.Struct, RequestId], msgspec.Struct]] = {}

    def decoder(self, *messages: Struct, requests: Sequence[Struct] = ()) -> Decoder:
        """Reads these messages; of `requests` the id is wanted."""
        return MessageDecoder(self, messages, frozenset(requests))

    def encoder(self, *messages: Struct) -> Encoder:
        """Writes these messages; without an argument, all."""
        return MessageEncoder(self, messages or tuple(self.tags))

    def raw_decoder(self, type_: object, /) -> Decoder:
        """Reads raw payloads of a type."""
        return raw_decoder(type_, self.codec, self.key)

    def raw_encoder(self, type_: object, /) -> Encoder:
        """Writes raw payloads of a type."""
        raw = str if type_ is str else bytes if type_ is bytes else None
        return Encoder(self.codec, self.key, raw=raw)

    def wrapped(self, message: Struct) -> Struct:
        """A struct that holds a message under the payload key, beside its tag."""
        assert self.payload is not None
        return _envelope(self, message, [(self.payload, message)])

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
            nested = _envelope(self, message, fields)
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


def _envelope(wire: Wire, message: Struct, fields: list[tuple[str, Any]]) -> Struct:
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


class MessageDecoder(Decoder):
    """Reads some messages of an API."""

    def __init__(self, wire: Wire, messages: Sequence[Struct], requests: frozenset[Struct]) -> None:
        super().__init__(wire.key, self._fast)
        self._wire = wire
        self._messages = messages
        self._asked: frozenset[Struct] = requests
        self.requests = requests
        self._id_key = wire.correlation_key
        self._tag_probe = self._probe(wire.tag_key, str)
        self._id_probe = self._probe(
            wire.correlation_key,
            int | Annotated[str, msgspec.Meta(max_length=64)],
        )

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

    def _probe(self, key: str, type_: Any) -> Callable[[Data], Any]:
        probe = msgspec.defstruct(
            "Probe", [("found", type_ | msgspec.UnsetType, msgspec.UNSET)], rename={"found": key}
        )
        return typed_decoder(probe, self._wire.codec)

    @override
    def explain(self, error: Exception, data: Data) -> InvalidMessage:
        """An error of the fast path; a second look shows whether the tag is at fault."""
        invalid = explained(error, data)
        if invalid.code != "invalid_message":
            return invalid
        try:
            tag = self._tag_probe(data).found
        except msgspec.ValidationError as mistake:
            if explained(mistake, data).path == "$":
                return invalid  # no object at all
            return self._unknown("Expected `str`")
        except Exception:  # what is malformed was explained above
            return invalid
        if tag is msgspec.UNSET:
            return self._unknown("Expected a tag")
        if self._wire.messages.get(tag) not in self._messages:
            return self._unknown("Expected a known tag")
        invalid.tag = tag
        if self._wire.payload is not None:
            invalid.root = f"$.{self._wire.payload}"
        return invalid

    def _unknown(self, detail: str) -> InvalidMessage:
        return InvalidMessage("unknown_type", detail, path=f"$.{self._wire.tag_key}")

    @override
    def request_id(self, data: Data) -> RequestId | None:
        """The id that a client gave its request, or None.

        Raises:
            InvalidMessage: it is neither an int nor a str of at most 64 characters.
        """
        if isinstance(data, str) and data.isascii() and not self._in_text(data):
            return None  # in bytes, and beyond ASCII, a search takes longer than what it saves
        try:
            found = self._id_probe(data).found
        except msgspec.ValidationError as error:
            raise explained(error, data) from error
        if isinstance(found, int) and not -(2**63) <= found < 2**64:
            path = f"$.{self._wire.correlation_key}"
            raise InvalidMessage("invalid_message", "Expected an `int` of 64 bits", path=path)
        return None if found is msgspec.UNSET else found

    def _in_text(self, data: str) -> bool:
        """Whether the key of ids may be in some JSON: as it is, or in escapes."""
        return self._id_key in data or "\\" in data


class MessageEncoder(Encoder):
    """Writes some messages of an API."""

    def __init__(self, wire: Wire, messages: Sequence[Struct]) -> None:
        super().__init__(wire.codec, wire.key)
        self._wire = wire
        self._packers = wire.packers
        self._is_text = wire.key == "text"
        self.messages = frozenset(messages)
        self._wrapped: Mapping[type, Callable[[Any], msgspec.Struct]] = {}
        if wire.payload is not None:
            self._wrapped = {message: wire.wrapped(message) for message in messages}

    @override
    def encode(self, value: object) -> Data:
        """A message as the payload of a frame.

        Raises:
            SerializationError: it is no message of this direction, or holds NaN or infinity.
        """
        data: Data = self.event(value)[self.key]
        return data

    @override
    def event(self, value: object) -> Message:
        """A message as a `websocket.send` event; one call less than by way of `encode`."""
        if type(value) not in self.messages:
            self._check(value)
        pack = self._packers[type(value)]
        data = pack(self._wrapped[type(value)](value) if self._wrapped else value)
        return {"type": "websocket.send", self.key: data.decode() if self._is_text else data}

    def _check(self, value: object) -> None:
        if type(value) not in self.messages:
            known = ", ".join(sorted(each.__name__ for each in self.messages)) or "nothing"
            raise SerializationError(f"{type(value).__name__} is not sent here, but {known}")

    @override
    def reply(self, value: object, request_id: RequestId | None) -> Message:
        """A message as the answer to a request, with the request's id where there is one."""
        if request_id is None:
            return self.event(value)
        self._check(value)
        assert isinstance(value, msgspec.Struct)
        answer = self._wire.replying(type(value))(value, request_id)
        data = self._packers[type(value)](answer)
        return {"type": "websocket.send", self.key: self._framed(data)}

    @override
    def error(self, invalid: InvalidMessage, request_id: RequestId | None = None) -> Message:
        """The built-in error message, in the API's envelope."""
        wire = self._wire
        fields = {"code": invalid.code, "detail": invalid.detail, "path": invalid.path}
        body: dict[str, object] = {wire.tag_key: "error"}
        body |= fields if wire.payload is None else {wire.payload: fields}
        if request_id is not None:
            body[wire.correlation_key] = request_id
        return {"type": "websocket.send", self.key: self._framed(self.pack(body))}

    @cached_property
    def _mirror(self) -> Decoder:
        return MessageDecoder(self._wire, tuple(self.messages), self.messages)

    @override
    def verify(self, event: Message) -> None:
        """Decode what is about to be sent: construction and encoding check nothing.

        Raises:
            SerializationError: a client would refuse it.
        """
        try:
            self._mirror.read(event)
        except InvalidMessage as error:
            raise SerializationError(f"a client would refuse {error.tag}: {error}") from error
