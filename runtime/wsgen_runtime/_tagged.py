"""Tagged messages, whatever they are made with: the envelope, wrong tags, and request ids."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from typing_extensions import override

from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import (
    Codec,
    Data,
    Decoder,
    Encoder,
    Key,
    RequestId,
    explained,
    raw_decoder,
    typed_decoder,
)
from wsgen_runtime._terms import Mode
from wsgen_runtime.exceptions import InvalidMessage, SerializationError

M = TypeVar("M")
"""What messages are made with."""


class Envelope(ABC, Generic[M]):
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
        messages: Mapping[str, type[M]],
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

    @cached_property
    def tag_probe(self) -> Callable[[Data], Any]:
        """Reads the tag alone, into `found`."""
        return self._probe(self.tag_key, str)

    @cached_property
    def id_probe(self) -> Callable[[Data], Any]:
        """Reads the id of a request alone, into `found`."""
        return self._probe(self.correlation_key, int | Annotated[str, msgspec.Meta(max_length=64)])

    def _probe(self, key: str, type_: Any) -> Callable[[Data], Any]:
        probe = msgspec.defstruct(
            "Probe", [("found", type_ | msgspec.UnsetType, msgspec.UNSET)], rename={"found": key}
        )
        return typed_decoder(probe, self.codec)

    @abstractmethod
    def decoder(self, *messages: type[M], requests: Sequence[type[M]] = ()) -> Decoder:
        """Reads these messages; of `requests` the id is wanted."""

    @abstractmethod
    def encoder(self, *messages: type[M]) -> Encoder:
        """Writes these messages; without an argument, all."""

    def raw_decoder(self, type_: object, /) -> Decoder:
        """Reads raw payloads of a type."""
        return raw_decoder(type_, self.codec, self.key)

    def raw_encoder(self, type_: object, /) -> Encoder:
        """Writes raw payloads of a type."""
        raw = str if type_ is str else bytes if type_ is bytes else None
        return Encoder(self.codec, self.key, raw=raw)


AnyWire: TypeAlias = Envelope[Any]
"""How messages travel, whatever they are made with."""


class TaggedDecoder(Decoder, Generic[M]):
    """Reads some messages of an API."""

    def __init__(
        self,
        wire: Envelope[M],
        messages: Sequence[type[M]],
        requests: Sequence[type[M]],
        make: Callable[[], Callable[[Data], object]],
    ) -> None:
        super().__init__(wire.key, make)
        self._envelope = wire
        self._messages = messages
        self.requests = frozenset[type](requests)
        if wire.codec == "json" and wire.key == "text":  # in bytes a search takes longer
            self.id_key = wire.correlation_key

    @override
    def explain(self, error: Exception, data: Data) -> InvalidMessage:
        """An error of the fast path; a second look shows whether the tag is at fault."""
        invalid = explained(error, data)
        if invalid.code != "invalid_message":
            return invalid
        try:
            tag = self._envelope.tag_probe(data).found
        except msgspec.ValidationError as mistake:
            if explained(mistake, data).path == "$":
                return invalid  # no object at all
            return self._mistagged("Expected `str`")
        except Exception:  # what is malformed was explained above
            return invalid
        if self.named(tag) is None:
            return self.unknown(tag)
        invalid.tag = tag
        if self._envelope.payload is not None:
            invalid.root = f"$.{self._envelope.payload}"
        return invalid

    def named(self, tag: str | msgspec.UnsetType) -> type[M] | None:
        """The message that a tag stands for, if it is one of these."""
        if tag is msgspec.UNSET:
            return None
        message = self._envelope.messages.get(tag)
        return message if message in self._messages else None

    def unknown(self, tag: str | msgspec.UnsetType) -> InvalidMessage:
        """The error for a tag that is missing, or that none of the messages has."""
        missing = tag is msgspec.UNSET
        return self._mistagged("Expected a tag" if missing else "Expected a known tag")

    def _mistagged(self, detail: str) -> InvalidMessage:
        return InvalidMessage("unknown_type", detail, path=f"$.{self._envelope.tag_key}")

    @override
    def request_id(self, data: Data) -> RequestId | None:
        """The id that a client gave its request, or None.

        Raises:
            InvalidMessage: it is neither an int nor a str of at most 64 characters.
        """
        try:
            found = self._envelope.id_probe(data).found
        except msgspec.ValidationError as error:
            raise explained(error, data) from error
        if isinstance(found, int) and not -(2**63) <= found < 2**64:
            path = f"$.{self._envelope.correlation_key}"
            raise InvalidMessage("invalid_message", "Expected an `int` of 64 bits", path=path)
        return None if found is msgspec.UNSET else found

    def may_have_id(self, data: str) -> bool:
        """Whether the key of ids may be in some JSON: as it is, or in escapes."""
        return self._envelope.correlation_key in data or "\\" in data


class TaggedEncoder(Encoder, ABC, Generic[M]):
    """Writes some messages of an API."""

    def __init__(self, wire: Envelope[M], messages: Sequence[type[M]]) -> None:
        super().__init__(wire.codec, wire.key)
        self._envelope = wire
        self.messages = frozenset[type](messages)
        self._writes = tuple(messages)

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
        """A message as a `websocket.send` event."""
        make = self.makers.get(type(value))
        if make is None:
            self.check(value)
            make = self.makers[type(value)] = self.maker(type(value))
        return make(value)

    @abstractmethod
    def maker(self, message: type, /) -> Callable[[Any], Message]:
        """What makes events of the messages of a class."""

    def framed(self, data: bytes) -> Message:
        """An encoded message as a `websocket.send` event."""
        return {"type": "websocket.send", self.key: self._framed(data)}

    def check(self, value: object) -> None:
        """Refuse what is not sent here.

        Raises:
            SerializationError: it is no message of this direction.
        """
        if type(value) not in self.messages:
            known = ", ".join(sorted(each.__name__ for each in self.messages)) or "nothing"
            raise SerializationError(f"{type(value).__name__} is not sent here, but {known}")

    @override
    def error(self, invalid: InvalidMessage, request_id: RequestId | None = None) -> Message:
        """The built-in error message, in the API's envelope."""
        wire = self._envelope
        fields = {"code": invalid.code, "detail": invalid.detail, "path": invalid.path}
        body: dict[str, object] = {wire.tag_key: "error"}
        body |= fields if wire.payload is None else {wire.payload: fields}
        if request_id is not None:
            body[wire.correlation_key] = request_id
        return self.framed(self.pack(body))

    @cached_property
    def _mirror(self) -> Decoder:
        return self._envelope.decoder(*self._writes, requests=self._writes)

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
