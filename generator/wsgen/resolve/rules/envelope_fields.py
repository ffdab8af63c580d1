"""WSG208: a field has the key of the tag, or of the correlation of a request with its reply."""

from __future__ import annotations

from collections.abc import Iterator

from wsgen.diagnostics import Collector
from wsgen.ir.api import Api, Messages
from wsgen.ir.types import Field, Record, Reference


def check(api: Api, found: Collector) -> None:
    """Look at flat messages and tagged records, then at requests and replies."""
    correlated = set(_correlated(api))
    for module in api.modules:
        for each in module.types:
            if isinstance(each, Record) and each.tag_key is not None:
                _refuse(each.fields, each.tag_key, "the tag", found)
                _refuse_beside_tag(each.fields, each.tag_key, api, found)
        if api.wire.payload is not None:
            continue  # fields stand apart from the envelope's keys
        for message in module.messages:
            _refuse(message.fields, api.wire.tag_key, "the tag", found)
            _refuse_beside_tag(message.fields, api.wire.tag_key, api, found)
            if Reference(module.module, message.name.written) in correlated:
                _refuse(message.fields, api.wire.correlation_key, "the id of a request", found)
    _keys(api, found)


def _correlated(api: Api) -> Iterator[Reference]:
    for handler in api.handlers:
        if isinstance(handler.from_client, Messages):
            for received in handler.from_client.received:
                if received.replies:
                    yield received.message
                    yield from received.replies


def _refuse(fields: tuple[Field, ...], key: str, what: str, found: Collector) -> None:
    for field in fields:
        if field.wire == key:
            help_ = "rename it, give it a `wire:` name, or change the key under `api:`"
            found.report("WSG208", f"the key `{key}` is taken by {what}", field.at, help=help_)


def _refuse_beside_tag(fields: tuple[Field, ...], key: str, api: Api, found: Collector) -> None:
    """Models of pydantic hold the tag in a field, which has a name too."""
    if api.models != "pydantic":
        return
    name = "".join(filter(str.isalnum, key)).lower()
    for field in fields:
        if field.wire != key and "".join(field.name.words) == name:
            message = f"`{field.name.written}` would stand beside the field of the tag"
            found.report("WSG208", message, field.at, help="rename it, or change the tag's key")


def _keys(api: Api, found: Collector) -> None:
    wire = api.wire
    keys = [key for key in (wire.tag_key, wire.payload, wire.correlation_key) if key is not None]
    if len(set(keys)) < len(keys):
        message = "tag, payload and correlation have different keys"
        found.report("WSG208", message, api.name_at, help="change one of the keys under `api:`")
