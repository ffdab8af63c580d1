"""Tagged messages that are models of pydantic: read by tag, each validator made on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final, TypeAlias

import msgspec
from pydantic import BaseModel, RootModel, ValidationError
from typing_extensions import override

from wsgen_runtime import _json
from wsgen_runtime._asgi import Message
from wsgen_runtime._codec import Data, Decoder, Encoder, RequestId, typed_decoder
from wsgen_runtime._model_errors import Shape, refused
from wsgen_runtime._models import model_decoder
from wsgen_runtime._pydantic_types import Model
from wsgen_runtime._tagged import Envelope, TaggedDecoder, TaggedEncoder
from wsgen_runtime.exceptions import InvalidMessage, SerializationError

_Read: TypeAlias = Callable[[str | bytes], BaseModel]
_CANNOT: Final = (TypeError, ValueError, RecursionError)


class Wire(Envelope[BaseModel]):
    """How the messages of an API travel, which are models of pydantic: as JSON."""

    @override
    def decoder(
        self, *messages: type[BaseModel], requests: Sequence[type[BaseModel]] = ()
    ) -> Decoder:
        return ModelDecoder(self, messages, requests)

    @override
    def encoder(self, *messages: type[BaseModel]) -> Encoder:
        return ModelEncoder(self, messages or tuple(self.tags))

    @override
    def raw_decoder(self, type_: object, /) -> Decoder:
        if type_ is str or type_ is bytes or type_ is object:
            return super().raw_decoder(type_)
        return Decoder(self.key, lambda: _root_decoder(type_))


def _root_decoder(type_: Any) -> Callable[[Data], object]:
    """Decodes any type as strictly as the fields of a model."""
    raw = type("Raw", (RootModel[type_],), {"model_config": Model.model_config})
    decode = model_decoder(raw)
    return lambda data: decode(data).root


class ModelDecoder(TaggedDecoder[BaseModel]):
    """Reads some models: looks for the tag first, then lets its model read the whole."""

    def __init__(
        self,
        wire: Wire,
        messages: Sequence[type[BaseModel]],
        requests: Sequence[type[BaseModel]],
    ) -> None:
        super().__init__(wire, messages, requests, self._fast)
        self._wire = wire
        self._readers: dict[str, _Read] = {}

    def _fast(self) -> Callable[[Data], object]:
        look = self._look()
        readers = self._readers
        payload = self._wire.payload

        def decode(data: Data) -> object:
            text = data if isinstance(data, str) else data.decode()
            found = look(text)
            read = readers.get(found.tag) or self._reader(found.tag)
            return read(text if payload is None else found.fields)

        return decode

    def _look(self) -> Callable[[Data], Any]:
        """Reads the tag, and what stands under the payload key; the rest is skipped over."""
        wire = self._wire
        optional = (str | msgspec.UnsetType, msgspec.UNSET)
        fields: list[Any] = [("tag", *optional)]
        rename = {"tag": wire.tag_key}
        if wire.payload is not None:
            fields.append(("fields", msgspec.Raw | msgspec.UnsetType, msgspec.UNSET))
            rename["fields"] = wire.payload
        return typed_decoder(msgspec.defstruct("Envelope", fields, rename=rename))

    def _reader(self, tag: str | msgspec.UnsetType) -> _Read:
        model = self.named(tag)
        if model is None:
            raise self.unknown(tag)
        assert isinstance(tag, str)
        read = _reader_of(model)
        if self._wire.payload is not None:
            read = _nested(read, self._wire.payload)
        elif model in self.requests and model.model_config.get("extra") == "forbid":
            read = self._without_id(read)
        self._readers[tag] = read
        return read

    def _without_id(self, read: _Read) -> _Read:
        """For a message that refuses further keys: that of a request's id is none of them."""
        key = self._wire.correlation_key
        fields_of = typed_decoder(dict[str, msgspec.Raw])

        def read_fields(data: Any) -> BaseModel:
            if self.may_have_id(data):
                fields: dict[str, msgspec.Raw] = fields_of(data)
                fields.pop(key, None)
                data = msgspec.json.encode(fields)
            return read(data)

        return read_fields


def _reader_of(model: type[BaseModel]) -> _Read:
    model.model_rebuild()
    validate = model.__pydantic_validator__.validate_json
    shape = Shape(model.model_json_schema)

    def read(data: Any) -> BaseModel:
        try:
            message: BaseModel = validate(data, by_alias=True, by_name=False)
        except ValidationError as error:
            raise refused(error, shape) from error
        return message

    return read


def _nested(read: _Read, key: str) -> _Read:
    def read_fields(data: Any) -> BaseModel:
        if data is msgspec.UNSET:
            raise InvalidMessage("invalid_message", f"Object missing required field `{key}`")
        try:
            return read(bytes(data))
        except InvalidMessage as error:
            error.path = error.path.replace("$", f"$.{key}", 1)
            raise

    return read_fields


class ModelEncoder(TaggedEncoder[BaseModel]):
    """Writes some models."""

    def __init__(self, wire: Wire, messages: Sequence[type[BaseModel]]) -> None:
        super().__init__(wire, messages)
        self._wire = wire

    @override
    def maker(self, message: type, /) -> Callable[[Any], Message]:
        del message
        return lambda value: self.reply(value, None)

    @override
    def reply(self, value: object, request_id: RequestId | None) -> Message:
        """A message as the answer to a request, with the request's id where there is one."""
        self.check(value)
        assert isinstance(value, BaseModel)
        data = _dumped(value)
        if self._wire.payload is not None:
            data = b"%b%b}" % (self._heads[type(value)], data)
        if request_id is not None:
            key = self._wire.correlation_key
            data = data[:-1] + b"," + msgspec.json.encode({key: request_id})[1:]
        return self.framed(data)

    @cached_property
    def _heads(self) -> dict[type[BaseModel], bytes]:
        """How each message begins in the nested envelope."""
        wire = self._wire
        return {
            message: msgspec.json.encode({wire.tag_key: tag, str(wire.payload): 0})[:-2]
            for message, tag in wire.tags.items()
        }


def _dumped(value: BaseModel) -> bytes:
    """A message as JSON.

    Raises:
        SerializationError: something in it, which is no longer what was validated, has no form.
    """
    try:
        data = value.__pydantic_serializer__.to_json(value, by_alias=True, warnings="error")
        if b"NaN" in data or b"Infinity" in data:
            _json.decode(data)
    except _CANNOT as error:
        raise SerializationError(f"cannot be sent as JSON: {error}") from error
    except InvalidMessage as error:
        raise SerializationError("cannot be sent as JSON: NaN and infinity have no form") from error
    return data
