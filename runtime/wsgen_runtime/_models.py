"""Messages that are models of pydantic, which the runtime knows without importing it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final, get_args

from wsgen_runtime import _json
from wsgen_runtime.exceptions import ErrorCode, InvalidMessage

_LENIENT: Final = re.compile(r"NaN|Infinity|[eE]\+?[0-9]{3}|(?<![0-9])[0-9]{309}")
"""What pydantic may read as a number that JSON does not have; looked for in linear time."""
_TAGS: Final = {
    "union_tag_invalid": "Expected a known tag",
    "union_tag_not_found": "Expected a tag",
}


def holds_model(type_: object) -> bool:
    """Whether a type is pydantic's, or one of those that it is made of."""
    return hasattr(type_, "__pydantic_validator__") or any(map(holds_model, get_args(type_)))


def model_decoder(type_: object) -> Callable[[str | bytes], Any]:
    """Decodes JSON as pydantic does, without what is not JSON.

    What it raises is `InvalidMessage`; its text repeats nothing of the data.
    """
    adapter: Any = sys.modules["pydantic"].TypeAdapter(type_)
    names: set[str] = set()

    def decode(data: str | bytes) -> Any:
        text = data if isinstance(data, str) else data.decode()
        doubtful = _LENIENT.search(text) is not None
        if doubtful:
            _json.decode(text)
        try:
            value = adapter.validate_json(text)
        except ValueError as error:
            if not names:
                names.update(_names(adapter))
            raise _mismatch(error, names) from error
        if doubtful and not _json.finite(value):
            raise InvalidMessage("invalid_message", "Expected a finite number")
        return value

    return decode


def _names(adapter: Any) -> Iterator[str]:
    """The names of all fields; others in an error's path are the client's."""
    yield ""

    try:
        todo: list[Any] = [adapter.json_schema()]
    except Exception:  # a type may have none
        return
    while todo:
        match todo.pop():
            case {**schema}:
                properties: Any = schema.get("properties", ())
                yield from properties
                todo.extend(schema.values())
            case [*schemas]:
                todo.extend(schemas)
            case _:
                pass


def _mismatch(error: Any, names: set[str]) -> InvalidMessage:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind: str = first["type"]
    if kind == "json_invalid":
        return InvalidMessage("malformed", "not well-formed")
    path = "$"
    for step in first["loc"]:
        if isinstance(step, str) and step not in names:
            break
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    code: ErrorCode = "unknown_type" if kind in _TAGS else "invalid_message"
    detail = _TAGS.get(kind) or str(first["msg"])
    if kind.endswith("_parsing"):  # after a comma it may quote what it could not read
        detail = detail.partition(",")[0]
    return InvalidMessage(code, detail, path=path)
