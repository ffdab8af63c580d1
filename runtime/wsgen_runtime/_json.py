"""JSON, strictly: nothing that msgspec would write or read more leniently than RFC 8259.

msgspec writes NaN and the infinities as `null`; it reads what nests too deeply as far as the stack
allows. Both become typed errors here.
"""

from __future__ import annotations

import math
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
_decoder: Final = msgspec.json.Decoder()


def encode(value: object) -> bytes:
    """`value` as compact JSON, keys in their order.

    Raises:
        SerializationError: JSON has no form for it.
    """
    try:
        data = _encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError) as error:
        raise SerializationError(f"cannot be sent as JSON: {error}") from error
    if b"null" in data and not finite(value):
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


def finite(value: Any) -> bool:
    """Whether no float within `value` is NaN or infinite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, msgspec.Struct):
        return all(finite(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, Mapping):
        return all(map(finite, cast("Mapping[object, object]", value).values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(finite, cast("Iterable[Any]", value)))
    dump: Callable[[], object] | None = getattr(value, "model_dump", None)
    if dump is not None:
        return finite(dump())
    fields = getattr(value, "__dataclass_fields__", None)
    if fields is not None:
        return all(finite(getattr(value, name)) for name in fields)
    return True
