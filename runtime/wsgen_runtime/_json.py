"""JSON, strictly: nothing that msgspec would write or read more leniently than RFC 8259.

msgspec writes NaN and the infinities as `null`; it reads what nests too deeply as far as the stack
allows. Both become typed errors here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

import msgspec

from wsgen_runtime.exceptions import InvalidMessage, SerializationError


def _model(value: object) -> object:
    """What msgspec does not know: a model of pydantic, as the values of its fields."""
    dump = getattr(type(value), "model_dump", None)
    if dump is None:
        raise TypeError(f"no form for {type(value).__name__}")
    fields: object = dump(value, mode="json", by_alias=True)
    return fields


_encode: Final = msgspec.json.Encoder(enc_hook=_model).encode
_pack: Final = msgspec.msgpack.Encoder(enc_hook=_model).encode
_decoder: Final = msgspec.json.Decoder()
_CANNOT: Final = (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError)
_NOT_FINITE: Final = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")
"""How NaN and the infinities begin in MessagePack, where other things may look alike."""


def encode_without_floats(value: object) -> bytes:
    """The same as `encode`, for a value whose type has no floats: nobody looks for them.

    Raises:
        SerializationError: JSON has no form for it.
    """
    try:
        return _encode(value)
    except _CANNOT as error:
        raise SerializationError(f"cannot be sent as JSON: {error}") from error


def text_event(value: object) -> dict[str, Any]:
    """The same as a `websocket.send` event."""
    try:
        return {"type": "websocket.send", "text": _encode(value).decode()}
    except _CANNOT as error:
        raise SerializationError(f"cannot be sent as JSON: {error}") from error


def encode(value: object) -> bytes:
    """`value` as compact JSON, keys in their order.

    Raises:
        SerializationError: JSON has no form for it.
    """
    data = encode_without_floats(value)  # below, `in` would take bytes for an int first
    if data.find(b"null") >= 0 and _doubtful(value) and not finite(value):
        raise SerializationError("cannot be sent as JSON: NaN and infinity have no form")
    return data


def decode(data: str | bytes) -> Any:
    """What JSON says, as plain Python values.

    Raises:
        InvalidMessage: it is malformed.
    """
    try:
        return checked(_decoder.decode, data)
    except msgspec.ValidationError as error:  # a number that no float holds
        raise InvalidMessage("malformed", "a number is out of range") from error


def checked(decoder: Callable[[str | bytes], Any], data: str | bytes) -> Any:
    """What a decoder of msgspec makes of `data`; its own errors of shape pass.

    Raises:
        InvalidMessage: the data is malformed, or nested too deeply.
        msgspec.ValidationError: the data is well-formed, and something else was expected.
    """
    try:
        if not isinstance(data, str):
            data = bytes(data).decode()  # msgspec skips over invalid UTF-8 in ignored fields
        return decoder(data)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidMessage("malformed", "not valid JSON") from error
    except RecursionError as error:
        raise InvalidMessage("malformed", "nested too deeply") from error


def _doubtful(value: object) -> bool:
    """Whether to look through a value: MessagePack, unlike JSON, shows most that are finite."""
    try:
        data = _pack(value)
    except _CANNOT:  # an int of more than 64 bits
        return True
    return data.find(b"\xcb") >= 0 and _NOT_FINITE.search(data) is not None


def finite(value: object) -> bool:
    """Whether no float within `value` is NaN or infinite."""
    todo = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, float):
            if not math.isfinite(each):
                return False
        elif each is not None and not isinstance(each, (str, int, bytes)):
            todo.extend(_within(each))
    return True


def _within(value: Any) -> Iterable[object]:
    """The values that a value is made of."""
    if isinstance(value, msgspec.Struct):
        return [getattr(value, name) for name in value.__struct_fields__]
    if isinstance(value, Mapping):
        return cast("Mapping[object, object]", value).values()
    if isinstance(value, (list, tuple, set, frozenset)):
        return cast("Iterable[object]", value)
    dump: Callable[[], object] | None = getattr(value, "model_dump", None)
    if dump is not None:
        return [dump()]
    return [getattr(value, name) for name in getattr(value, "__dataclass_fields__", ())]
