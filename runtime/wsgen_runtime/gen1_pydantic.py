"""What generated code with models of pydantic is made of, beside `gen1`.

It needs pydantic: `pip install wsgen-runtime[pydantic]`.
"""

from __future__ import annotations

try:
    import pydantic
except ModuleNotFoundError as error:
    message = "models of pydantic need it: pip install wsgen-runtime[pydantic]"
    raise ModuleNotFoundError(message, name="pydantic") from error

from wsgen_runtime._checks import Bounds
from wsgen_runtime._pydantic_types import (
    UUID,
    Bytes,
    Date,
    Datetime,
    Decimal,
    Exact,
    Maybe,
    Model,
    Object,
    Time,
    Timedelta,
)
from wsgen_runtime._pydantic_wire import Wire

del pydantic

__all__ = [
    "UUID",
    "Bounds",
    "Bytes",
    "Date",
    "Datetime",
    "Decimal",
    "Exact",
    "Maybe",
    "Model",
    "Object",
    "Time",
    "Timedelta",
    "Wire",
]
