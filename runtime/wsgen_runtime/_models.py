"""Messages that are models of pydantic, which the runtime knows without importing it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any, Final, get_args

from wsgen_runtime import _json
from wsgen_runtime._model_errors import Shape, refused
from wsgen_runtime.exceptions import InvalidMessage

_LENIENT: Final = re.compile(r"NaN|Infinity|[eE]\+?[0-9]{3}|(?<![0-9])[0-9]{309}")
"""What pydantic may read as a number that JSON does not have; looked for in linear time."""


def holds_model(type_: object) -> bool:
    """Whether a type is pydantic's, or one of those that it is made of."""
    return hasattr(type_, "__pydantic_validator__") or any(map(holds_model, get_args(type_)))


def model_decoder(type_: object) -> Callable[[str | bytes], Any]:
    """Decodes JSON as pydantic does, without what is not JSON.

    What it raises is `InvalidMessage`; its text repeats nothing of the data.
    """
    adapter: Any = sys.modules["pydantic"].TypeAdapter(type_)
    shape = Shape(adapter.json_schema)

    def decode(data: str | bytes) -> Any:
        text = data if isinstance(data, str) else data.decode()
        doubtful = _LENIENT.search(text) is not None
        if doubtful:
            _json.decode(text)
        try:
            value = adapter.validate_json(text)
        except ValueError as error:
            raise refused(error, shape) from error
        if doubtful and not _json.finite(value):
            raise InvalidMessage("invalid_message", "Expected a finite number")
        return value

    return decode
