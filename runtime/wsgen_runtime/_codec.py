"""Frames to values and back.

Decoders refuse what they do not know; encoders say what they cannot send.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, Literal, TypeAlias, cast

import msgspec
import msgspec.inspect
from typing_extensions import override

from wsgen_runtime import _json
from wsgen_runtime._asgi import Message
from wsgen_runtime._models import holds_model, model_decoder
from wsgen_runtime.exceptions import InvalidMessage, SerializationError, WrongFrame

Key: TypeAlias = Literal["text", "bytes"]
"""The key of an ASGI event that a frame's payload stands under."""
Codec: TypeAlias = Literal["json", "msgpack"]
Data: TypeAlias = str | bytes
RequestId: TypeAlias = int | str

_AT: Final = re.compile(r"(?P<detail>.*?)(?: - at (?:`key` in )?`(?P<path>[^`]*)`)?", re.DOTALL)
_UNKNOWN_FIELD: Final = re.compile(r"Object contains unknown field .*", re.DOTALL)
_ECHOES: Final = (
    (re.compile(r"Invalid enum value .*", re.DOTALL), "Expected a value of the enum"),
    (re.compile(r"Invalid value .*", re.DOTALL), "Expected a known tag"),
    (_UNKNOWN_FIELD, "Expected no further fields"),
)
_Custom: Final = msgspec.inspect.CustomType
_MAY_BE_FLOAT: Final = (msgspec.inspect.FloatType, msgspec.inspect.AnyType, _Custom)


class Decoder:
    """Reads one kind of frame.

    Attributes:
        key: which frames it reads.
        decode: the fast path, which may raise whatever `explain` explains.
        requests: the messages that are answered, so that their request id is wanted.
        id_key: what every payload with a request id contains, where it has no backslash either.
    """

    requests: frozenset[type] = frozenset()
    id_key: str | None = None

    def __init__(self, key: Key, make: Callable[[], Callable[[Data], object]]) -> None:
        self.key: Key = key
        self._make = make

    @cached_property
    def decode(self) -> Callable[[Data], object]:
        """Made on first use: an application may have many decoders and need few."""
        return self._make()

    def read(self, event: Message) -> object:
        """What a `websocket.receive` event says.

        Raises:
            WrongFrame: it is a frame of the other kind.
            InvalidMessage: it is not what was agreed.
        """
        data = event.get(self.key)
        if data is None:
            raise self.wrong_frame()
        try:
            return self.decode(data)
        except Exception as error:
            raise self.explain(error, data) from error

    def wrong_frame(self) -> WrongFrame:
        """The error for a frame of the other kind."""
        return WrongFrame(f"expected a {'text' if self.key == 'text' else 'binary'} frame")

    def explain(self, error: Exception, data: Data) -> InvalidMessage:
        """An error of the fast path in our words; never the payload's."""
        return explained(error, data)

    def request_id(self, data: Data) -> RequestId | None:
        """The id that a client gave its request; of raw payloads there is none."""
        del data
        return None


def explained(error: Exception, data: Data) -> InvalidMessage:
    """Any error of decoding `data`, without an echo of it.

    Raises:
        Exception: the error itself, where it is none of decoding.
    """
    match error:
        case InvalidMessage():
            return error
        case msgspec.ValidationError():
            return _mismatch(error, data)
        case msgspec.DecodeError() | UnicodeError():
            return InvalidMessage("malformed", "not well-formed")
        case RecursionError():
            return InvalidMessage("malformed", "nested too deeply")
        case _:
            raise error


def _mismatch(error: msgspec.ValidationError, data: Data) -> InvalidMessage:
    match = _AT.fullmatch(str(error))
    assert match is not None
    detail, path = match["detail"], match["path"] or "$"
    if _UNKNOWN_FIELD.fullmatch(detail) and _may_forge_a_path(data):
        path = "$"
    for echo, words in _ECHOES:
        if echo.fullmatch(detail):
            detail = words
    return InvalidMessage("invalid_message", detail, path=path)


def _may_forge_a_path(data: Data) -> bool:
    """Whether a key in `data` could read like the end of an error: that has a backtick."""
    text = data if isinstance(data, str) else data.decode("utf-8", "replace")
    return "`" in text or r"\u0060" in text


def typed_decoder(type_: object, codec: Codec = "json") -> Callable[[Data], Any]:
    """The fast path for any type that msgspec knows, or that is made of pydantic's models."""
    if holds_model(type_):
        return model_decoder(type_)
    decoder: Any = msgspec.json.Decoder if codec == "json" else msgspec.msgpack.Decoder
    decode: Callable[[Data], Any] = decoder(type_).decode
    return decode


def unreadable(type_: object) -> list[str]:
    """Names of the classes within a type that no message can be: msgspec finds out too late."""
    if holds_model(type_):
        return []
    return [part.cls.__name__ for part in _parts(type_) if isinstance(part, _Custom)]


def _parts(type_: object) -> Iterator[msgspec.inspect.Type]:
    """Every type within a type, each once."""
    todo: list[object] = [msgspec.inspect.type_info(type_)]
    seen: set[int] = set()
    while todo:
        each = todo.pop()
        if isinstance(each, tuple):
            todo.extend(cast("tuple[object, ...]", each))
        elif isinstance(each, (msgspec.inspect.Type, msgspec.inspect.Field)):
            if id(each) in seen:
                continue
            seen.add(id(each))
            if isinstance(each, msgspec.inspect.Type):
                yield each
            todo.extend(getattr(each, name) for name in each.__struct_fields__)


def may_hold_floats(type_: object) -> bool:
    """Whether a float may stand within a value of a type: in a `float`, or where anything may."""
    if holds_model(type_):
        return True
    try:
        return any(isinstance(part, _MAY_BE_FLOAT) for part in _parts(type_))
    except Exception:  # a type that msgspec cannot tell anything about
        return True


def strict_utf8(decode: Callable[[Data], Any]) -> Callable[[Data], Any]:
    """The fast path for JSON in binary frames: msgspec skips over bad UTF-8 in ignored fields."""
    return lambda data: decode(data if isinstance(data, str) else data.decode())


def raw_decoder(type_: object, codec: Codec, key: Key) -> Decoder:
    """A decoder of raw payloads: `str` and `bytes` as they are, everything else encoded."""
    if type_ is str:
        return Decoder("text", lambda: _as_it_is)
    if type_ is bytes:
        return Decoder("bytes", lambda: _as_it_is)
    if codec == "json" and key == "bytes":
        return Decoder(key, lambda: strict_utf8(typed_decoder(type_)))
    return Decoder(key, lambda: typed_decoder(type_, codec))


def _as_it_is(data: Data) -> object:
    return data


NOTHING: Final = Decoder("text", lambda: _refuse)
"""For handlers whose clients send nothing."""


def _refuse(data: Data) -> object:
    del data
    raise InvalidMessage("unknown_type", "no message is expected")


class Encoder:
    """Writes one kind of frame: `str` and `bytes` as they are, other values encoded.

    Attributes:
        makers: the fast path of `event` for those classes that have been sent before.
        messages: what it writes, where that is messages.
    """

    messages: frozenset[type] = frozenset()

    def __init__(
        self, codec: Codec = "json", key: Key = "text", *, raw: type | None = None
    ) -> None:
        self.codec: Codec = codec
        self.key: Key = "text" if raw is str else "bytes" if raw is bytes else key
        self.pack = _json.encode if codec == "json" else _msgpack
        self.makers: dict[type, Callable[[Any], Message]] = {}
        self._raw = raw

    def encode(self, value: object) -> Data:
        """A value as the payload of a frame.

        Raises:
            SerializationError: it cannot be sent; nothing was.
        """
        if self._raw is not None:
            return self._unchanged(value)
        return self._framed(self.pack(value))

    def _unchanged(self, value: object) -> Data:
        if not isinstance(value, self._raw or object):
            expected = self._raw.__name__ if self._raw else "?"
            raise SerializationError(f"expected {expected}, not {type(value).__name__}")
        assert isinstance(value, (str, bytes))
        return value

    def _framed(self, data: bytes) -> Data:
        return data.decode() if self.key == "text" else data

    def event(self, value: object) -> Message:
        """A value as a `websocket.send` event."""
        return {"type": "websocket.send", self.key: self.encode(value)}

    def reply(self, value: object, request_id: RequestId | None) -> Message:
        """A value as the answer to a request; raw payloads carry no id."""
        del request_id
        return self.event(value)

    def error(self, invalid: InvalidMessage, request_id: RequestId | None = None) -> Message:
        """The built-in error message, in the default envelope."""
        del request_id
        return {"type": "websocket.send", self.key: self._framed(self.pack(error_body(invalid)))}

    def verify(self, event: Message) -> None:
        """Hold what is about to be sent against its type; raw payloads have said all they can."""
        del event


def error_body(invalid: InvalidMessage) -> dict[str, object]:
    """The fields of the built-in error message, with its tag."""
    return {"type": "error", "code": invalid.code, "detail": invalid.detail, "path": invalid.path}


class SilentEncoder(Encoder):
    """For handlers that send nothing."""

    @override
    def encode(self, value: object) -> Data:
        raise SerializationError(f"{type(value).__name__} is not sent here, but nothing")


def _msgpack(value: object) -> bytes:
    try:
        return msgspec.msgpack.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise SerializationError(f"cannot be sent as MessagePack: {error}") from error


class Packers(dict[type, Callable[[object], bytes]]):
    """How messages are encoded, by class; found out when one is sent for the first time.

    NaN is looked for only where a class may hold floats: msgspec writes it as `null`, as it writes
    whatever else is null, and looking costs as much as encoding once more.
    """

    def __init__(self, codec: Codec) -> None:
        super().__init__()
        self._codec: Codec = codec

    def __missing__(self, message: type) -> Callable[[object], bytes]:
        pack = _msgpack
        if self._codec == "json":
            floats = may_hold_floats(message)
            pack = _json.encode if floats else _json.encode_without_floats
        self[message] = pack
        return pack


class VerifiedEncoder(Encoder):
    """Another encoder, each of whose messages is read again as a client would."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__(encoder.codec, encoder.key)
        self._encoder = encoder

    @override
    def encode(self, value: object) -> Data:
        return self._encoder.encode(value)

    @override
    def event(self, value: object) -> Message:
        """A message as a `websocket.send` event.

        Raises:
            SerializationError: a client would refuse it.
        """
        return self._verified(self._encoder.event(value))

    @override
    def reply(self, value: object, request_id: RequestId | None) -> Message:
        """A message as the answer to a request; the same check."""
        return self._verified(self._encoder.reply(value, request_id))

    @override
    def error(self, invalid: InvalidMessage, request_id: RequestId | None = None) -> Message:
        return self._encoder.error(invalid, request_id)

    def _verified(self, event: Message) -> Message:
        self._encoder.verify(event)
        return event
